"""A Map state's items, step by step, without running anything for them: what TestState shows."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from statemachine.definition.distributed_map import DistributedMode
from statemachine.definition.states import JsonPathFlow, Map
from statemachine.errors import EXCEED_TOLERATED_FAILURE_THRESHOLD, ExecutionError
from statemachine.execution.distributed_map.child_inputs import child_inputs
from statemachine.execution.distributed_map.tolerance import tolerated_count, tolerated_percentage
from statemachine.execution.map_items import max_concurrency, state_items
from statemachine.execution.visit import Visit
from statemachine.map_run import Counts, MapRun
from statemachine.scope import ABSENT
from statemachine.storage import NoStorage


@dataclass(frozen=True, slots=True)
class MapTrial:
    """What a Map state is tried with.

    Parameters
    ----------
    reader_data
        What its ItemReader finds; None leaves the items of one unread.
    failed_iterations
        How many iterations are taken to fail.
    """

    reader_data: str | None = None
    failed_iterations: int = 0


async def note_items(state: Map, visit: Visit, trial: MapTrial, steps: dict[str, Any]) -> None:
    """Note what becomes of the items, under the names of InspectionData.

    Raises
    ------
    ExecutionError
        Of a field of the state; `States.ExceedToleratedFailureThreshold` when a distributed map
        does not bear the iterations that fail.
    """
    mode = state.distributed
    steps["maxConcurrency"] = max_concurrency(state, visit)
    if mode is not None:
        _note_tolerance(mode, visit, steps)
    reads = mode is not None and mode.reader is not None
    if reads and trial.reader_data is None:
        return
    items = None if reads else state_items(state, visit)
    storage = _OneObject(trial.reader_data or "")
    whole = mode or DistributedMode(express=False, label="")
    single = replace(whole, batcher=None)
    plain = replace(state, item_selector=ABSENT)

    async def inputs(state: Map, mode: DistributedMode) -> list[Any]:
        found = child_inputs(state, mode, visit, items, storage)
        return [each.value async for each in found]

    values = await inputs(plain, single)
    if isinstance(visit.flow, JsonPathFlow) and not reads:
        steps["afterItemsPath"] = values
    if whole.reader is not None and whole.reader.items_pointer:
        steps["afterItemsPointer"] = values
    if state.item_selector is not ABSENT:
        steps["afterItemSelector"] = await inputs(state, single)
    if whole.batcher is not None:
        steps["afterItemBatcher"] = await inputs(state, whole)
    if mode is not None:
        _check_failures(len(values), trial.failed_iterations, steps)


def _note_tolerance(mode: DistributedMode, visit: Visit, steps: dict[str, Any]) -> None:
    count, percentage = tolerated_count(mode, visit), tolerated_percentage(mode, visit)
    if count is not None:
        steps["toleratedFailureCount"] = count
    if percentage is not None:
        steps["toleratedFailurePercentage"] = percentage


def _check_failures(items: int, failed: int, steps: Mapping[str, Any]) -> None:
    run = MapRun(
        *("", "", "", ""),
        express=False,
        started_at=0.0,
        tolerated_failure_count=steps.get("toleratedFailureCount"),
        tolerated_failure_percentage=steps.get("toleratedFailurePercentage"),
        all_read=True,
        item_counts=Counts(succeeded=max(0, items - failed), failed=failed),
    )
    if run.exceeded:
        raise ExecutionError(
            EXCEED_TOLERATED_FAILURE_THRESHOLD,
            "The specified tolerated failure threshold was exceeded",
        )


class _OneObject(NoStorage):
    """Storage whose every object is the same."""

    def __init__(self, content: str) -> None:
        self._content = content.encode()

    async def get_object(self, parameters: Mapping[str, Any]) -> AsyncIterator[bytes]:  # noqa: ARG002
        yield self._content
