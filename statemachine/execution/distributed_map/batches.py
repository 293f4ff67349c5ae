"""Groups items to the inputs of child executions.

Source: Step Functions Developer Guide, "ItemBatcher (Map)".
"""

from collections.abc import AsyncIterator
from typing import Any, Final

from statemachine.history import json_text
from statemachine.scope import ABSENT

MAX_BATCH_BYTES: Final = 262_144
"""Source: Step Functions Developer Guide, "ItemBatcher", MaxInputBytesPerBatch."""

Batch = tuple[dict[str, Any], int]
"""A child execution's input, and how many items are in it."""


async def batches(
    values: AsyncIterator[Any],
    *,
    max_items: int | None,
    max_bytes: int | None,
    batch_input: Any = ABSENT,
) -> AsyncIterator[Batch]:
    """Give inputs with as many of the values as fit, in their order.

    A value that is too large for any batch has one by itself.

    Parameters
    ----------
    max_items, max_bytes
        Bounds of a batch; the bytes are those of its JSON text, the `BatchInput` among them.
    batch_input
        What every batch has beside its items.
    """
    frame: dict[str, Any] = {} if batch_input is ABSENT else {"BatchInput": batch_input}
    limit = min(max_bytes or MAX_BATCH_BYTES, MAX_BATCH_BYTES)
    empty_bytes = _bytes({**frame, "Items": []})
    items: list[Any] = []
    held_bytes = empty_bytes
    async for value in values:
        added_bytes = _bytes(value) + 1  # the comma
        if items and (len(items) == max_items or held_bytes + added_bytes - 1 > limit):
            yield {**frame, "Items": items}, len(items)
            items, held_bytes = [], empty_bytes
        items.append(value)
        held_bytes += added_bytes
    if items:
        yield {**frame, "Items": items}, len(items)


def _bytes(value: Any) -> int:
    return len(json_text(value).encode())
