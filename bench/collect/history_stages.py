"""Splits one execution's history into stages that follow each other and add up to its duration.

Events have AWS's shapes (GetExecutionHistory). States are told by what they do, not by their
names: the Parallel, the Lambda task behind it (aggregate), the SNS task behind it (the final
publish); only the branches of the Parallel are told apart by the name of their first state.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

SEQUENTIAL_STAGES: tuple[str, ...] = (
    "async_start_ms",
    "async_branches_ms",
    "async_aggregate_ms",
    "async_final_publish_ms",
    "async_remainder_ms",
)
"""These add up to `async_total_ms`: ExecutionStarted to the execution's last event."""
TOTAL = "async_total_ms"
BRANCHES: tuple[str, ...] = ("announce", "archive", "metadata")
"""Branches of the Parallel: they run side by side within `async_branches_ms`, so they do not add up
to it."""
BRANCH_COLUMNS: tuple[str, ...] = tuple(f"async_branch_{branch}_ms" for branch in BRANCHES)

_ENDS = frozenset(
    {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
)
_TASK_STAGES = {"lambda": "async_aggregate_ms", "sns": "async_final_publish_ms"}

Event = Mapping[str, Any]


def history_stages(events: Sequence[Event]) -> dict[str, float]:
    """Return stage → ms for one history.

    Returns
    -------
    dict
        `SEQUENTIAL_STAGES` and `TOTAL`, and `BRANCH_COLUMNS` for the branches that ended. What an
        execution did not reach, as a failed one, is absent; empty if it has not ended.
    """
    started = _first(events, {"ExecutionStarted"})
    ended = _first(events, _ENDS)
    if started is None or ended is None:
        return {}
    stages: dict[str, float] = {}
    fan_out = _first(events, {"ParallelStateStarted"})
    if fan_out is not None:
        stages["async_start_ms"] = _between_ms(started, fan_out)
        fan_in = _first(events, {"ParallelStateSucceeded"})
        if fan_in is not None:
            stages["async_branches_ms"] = _between_ms(fan_out, fan_in)
            stages |= _tasks_after(events, fan_in)
        stages |= _branches(events, fan_out, fan_in or ended)
    total_ms = _between_ms(started, ended)
    known_ms = sum(ms for stage, ms in stages.items() if stage in SEQUENTIAL_STAGES)
    return stages | {"async_remainder_ms": total_ms - known_ms, TOTAL: total_ms}


def _first(events: Iterable[Event], types: Iterable[str]) -> Event | None:
    wanted = set(types)
    return next((event for event in events if event["type"] in wanted), None)


def _between_ms(earlier: Event, later: Event) -> float:
    start: datetime = earlier["timestamp"]
    end: datetime = later["timestamp"]
    return (end - start).total_seconds() * 1e3


def _tasks_after(events: Sequence[Event], fan_in: Event) -> dict[str, float]:
    """Return the stages of the tasks that follow the Parallel, one after the other."""
    stages: dict[str, float] = {}
    entered: Event | None = None
    stage: str | None = None
    for event in events:
        if event["id"] <= fan_in["id"]:
            continue
        if event["type"] == "TaskStateEntered":
            entered, stage = event, None
        elif event["type"] == "TaskScheduled":
            stage = _TASK_STAGES.get(event["taskScheduledEventDetails"]["resourceType"])
        elif event["type"] == "TaskStateExited" and entered is not None and stage is not None:
            stages[stage] = stages.get(stage, 0.0) + _between_ms(entered, event)
    return stages


def _branches(events: Sequence[Event], fan_out: Event, until: Event) -> dict[str, float]:
    """Return the time from the Parallel's start to the last state's end of each of its branches.

    Each event points to the one before it in its own branch (`previousEventId`); the branch that an
    event belongs to is found by following that back to the Parallel's start.
    """
    branch_of: dict[int, str | None] = {}
    stages: dict[str, float] = {}
    for event in events:
        if not fan_out["id"] < event["id"] < until["id"]:
            continue
        before = event.get("previousEventId")
        branch = _branch_name(event) if before == fan_out["id"] else branch_of.get(before or 0)
        branch_of[event["id"]] = branch
        if branch is not None and event["type"].endswith("StateExited"):
            stages[f"async_branch_{branch}_ms"] = _between_ms(fan_out, event)
    return stages


def _branch_name(first: Event) -> str | None:
    name = first.get("stateEnteredEventDetails", {}).get("name", "").lower()
    return next((branch for branch in BRANCHES if branch in name), None)
