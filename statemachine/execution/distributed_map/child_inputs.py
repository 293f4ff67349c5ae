"""What the child executions of a distributed map are started with: read, selected, grouped."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statemachine.data_limit import check_length
from statemachine.definition.distributed_map import DistributedMode, ItemBatcher, ItemReader
from statemachine.definition.states import Map
from statemachine.errors import ITEM_READER_FAILED, ExecutionError
from statemachine.execution.distributed_map.batches import MAX_BATCH_BYTES, batches
from statemachine.execution.distributed_map.item_reader import MAX_ITEMS, Dataset
from statemachine.execution.map_item import Item
from statemachine.execution.map_items import selected
from statemachine.execution.visit import Visit
from statemachine.history import json_text
from statemachine.scope import ABSENT
from statemachine.storage import ObjectStorage


@dataclass(frozen=True, slots=True)
class ChildInput:
    """The input of a child execution, its JSON text, and how many items are in it."""

    value: Any
    text: str
    items: int


async def child_inputs(
    state: Map,
    mode: DistributedMode,
    visit: Visit,
    items: Sequence[Item] | None,
    storage: ObjectStorage,
) -> AsyncGenerator[ChildInput, None]:
    """Give the inputs one by one, in the items' order.

    Parameters
    ----------
    items
        Those of the state's data; None where they are read from storage.

    Raises
    ------
    ExecutionError
        `States.ItemReaderFailed`, or of an expression; `States.DataLimitExceeded` for an input
        that is too large.
    """
    values = _values(state, mode, visit, items, storage)
    if mode.batcher is None:
        async for value in values:
            yield _input(value, 1, visit)
        return
    async for value, count in _grouped(mode.batcher, visit, values):
        yield _input(value, count, visit)


def _input(value: Any, items: int, visit: Visit) -> ChildInput:
    text = json_text(value)
    check_length(text, visit.name)
    return ChildInput(value, text, items)


async def _values(
    state: Map,
    mode: DistributedMode,
    visit: Visit,
    items: Sequence[Item] | None,
    storage: ObjectStorage,
) -> AsyncIterator[Any]:
    if mode.reader is not None and items is None:
        async for item in _dataset(mode.reader, visit, storage).items():
            yield selected(state, visit, item)
    for item in items or ():
        yield selected(state, visit, item)


def _dataset(reader: ItemReader, visit: Visit, storage: ObjectStorage) -> Dataset:
    arguments: Any = {}
    if reader.arguments is not ABSENT:
        arguments = visit.filled(reader.arguments, visit.scope, "ItemReader/Arguments")
    if not isinstance(arguments, Mapping):
        raise ExecutionError(ITEM_READER_FAILED, "The parameters of ItemReader must be an object.")
    limit = _bound(reader.max_items, visit, "ItemReader/ReaderConfig/", "MaxItems")
    return Dataset(reader, arguments, min(limit or MAX_ITEMS, MAX_ITEMS), storage)


def _grouped(
    batcher: ItemBatcher, visit: Visit, values: AsyncIterator[Any]
) -> AsyncIterator[tuple[dict[str, Any], int]]:
    batch_input = ABSENT
    if batcher.batch_input is not ABSENT:
        batch_input = visit.filled(batcher.batch_input, visit.scope, "ItemBatcher/BatchInput")
    max_bytes = _bound(batcher.max_bytes, visit, "ItemBatcher/", "MaxInputBytesPerBatch")
    if max_bytes and max_bytes > MAX_BATCH_BYTES:
        raise ExecutionError(
            ITEM_READER_FAILED, f"field MaxInputBytesPerBatch must not exceed {MAX_BATCH_BYTES}"
        )
    return batches(
        values,
        max_items=_bound(batcher.max_items, visit, "ItemBatcher/", "MaxItemsPerBatch"),
        max_bytes=max_bytes,
        batch_input=batch_input,
    )


def _bound(given: Any, visit: Visit, parent: str, name: str) -> int | None:
    """Return a bound; None for no bound, which 0 is, too.

    Raises
    ------
    ExecutionError
        `States.ItemReaderFailed` for a path to what is no whole number from 0.
    """
    if not isinstance(given, str):
        return visit.integer(given, f"{parent}{name}") or None
    value = visit.evaluated(given, name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ExecutionError(
            ITEM_READER_FAILED,
            f"The {name}Path field refers to value '{value}' which is not a valid integer: {given}",
        )
    if value < 0:
        raise ExecutionError(ITEM_READER_FAILED, f"field {name} must be positive")
    return value or None
