"""Batches hold all items once, in order, within their limits."""

import asyncio
import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statemachine.execution.distributed_map.batches import batches
from statemachine.scope import ABSENT


def _batched(values: list[Any], **bounds: Any) -> list[tuple[dict[str, Any], int]]:
    async def gather() -> list[tuple[dict[str, Any], int]]:
        async def items() -> Any:
            for value in values:
                yield value

        return [batch async for batch in batches(items(), **bounds)]

    return asyncio.run(gather())


@given(
    st.lists(st.text(max_size=40) | st.integers()),
    st.none() | st.integers(1, 7),
    st.none() | st.integers(60, 200),
    st.sampled_from([ABSENT, {"at": "now"}, None]),
)
@settings(max_examples=150, deadline=None)
def test_batches_partition_the_items_and_keep_the_limits(
    values: list[Any], max_items: int | None, max_bytes: int | None, batch_input: Any
) -> None:
    found = _batched(values, max_items=max_items, max_bytes=max_bytes, batch_input=batch_input)

    assert [item for batch, _ in found for item in batch["Items"]] == values
    assert [len(batch["Items"]) for batch, _ in found] == [count for _, count in found]
    for batch, count in found:
        assert ("BatchInput" in batch) == (batch_input is not ABSENT)
        assert max_items is None or count <= max_items
        if max_bytes is not None and count > 1:
            assert len(json.dumps(batch, separators=(",", ":"), ensure_ascii=False).encode()) <= (
                max_bytes
            )


@given(st.lists(st.text(max_size=40), min_size=2), st.integers(60, 200))
@settings(max_examples=80, deadline=None)
def test_a_batch_is_closed_only_when_the_next_item_has_no_room(
    values: list[str], max_bytes: int
) -> None:
    found = _batched(values, max_items=None, max_bytes=max_bytes)
    for (batch, _), (following, _) in itertools.pairwise(found):
        wider = {"Items": [*batch["Items"], following["Items"][0]]}
        assert len(json.dumps(wider, separators=(",", ":"), ensure_ascii=False).encode()) > (
            max_bytes
        )


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_batch_s_items_come_after_its_batch_input(count: int) -> None:
    found = _batched(list(range(count)), max_items=2, max_bytes=None, batch_input={"t": 1})
    assert all(list(batch) == ["BatchInput", "Items"] for batch, _ in found)
    assert len(found) == (count + 1) // 2
