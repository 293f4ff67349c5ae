"""A history as a tree: the states that were visited, and within them branches and iterations.

Made event by event, each put where the event is that it is linked to, so it can be shown while the
execution goes on, and is the same whoever wrote the history.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Outcome = Literal["running", "succeeded", "caught", "failed", "aborted"]

_ENDINGS: Final[Mapping[str, str]] = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
_ATTEMPT: Final = re.compile(
    r"(Task|LambdaFunction|Activity)Scheduled|ParallelStateStarted|MapStateStarted"
)
_FAILURE: Final = re.compile(
    r"(Task|LambdaFunction|Activity)(Failed|TimedOut|StartFailed|ScheduleFailed|SubmitFailed)"
    r"|LambdaFunctionStartFailed|(Parallel|Map)StateFailed|MapRunFailed|EvaluationFailed"
)
_COMPOSITE: Final = re.compile(r"(Parallel|Map)State(Started|Succeeded|Failed|Aborted)")


@dataclass(slots=True, eq=False)
class Visit:
    """One visit to a state; times are in seconds since the epoch."""

    name: str
    kind: str
    lane: "Lane"
    entered_s: float
    entered_id: int
    left_s: float | None = None
    outcome: Outcome = "running"
    attempts: int = 0
    error: str = ""
    cause: str = ""
    output: str | None = None
    lanes: list["Lane"] = field(default_factory=list)
    """Branches of a Parallel state or iterations of a Map state; those of the last attempt."""


@dataclass(slots=True, eq=False)
class Lane:
    """States one after the other: an execution's own, a branch's, an iteration's."""

    owner: Visit | None = None
    index: int = 0
    started_s: float | None = None
    ended_s: float | None = None
    outcome: Outcome = "running"
    visits: list[Visit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Where in the tree an event stands."""

    lane: Lane
    visit: Visit | None = None


class HistoryTree:
    """The tree of an execution; `add` takes its events in their order."""

    def __init__(self) -> None:
        self.root = Lane()
        self.status = "RUNNING"
        self.error: str | None = None
        self.cause: str | None = None
        self.output: str | None = None
        self.last_s: float | None = None
        self._cursors: dict[int, _Cursor] = {0: _Cursor(self.root)}
        self._types: dict[int, str] = {}
        self._broken_off: list[Visit] = []

    def add(self, event: Mapping[str, Any]) -> None:
        """Put one more event into the tree."""
        kind, now_s = str(event["type"]), float(event["timestamp"])
        self.last_s = now_s
        before = int(event.get("previousEventId", 0))
        cursor = self._cursors.get(before, self._cursors[0])
        details = next((value for value in event.values() if isinstance(value, Mapping)), {})
        if kind.startswith("Execution"):
            self._execution(kind, details, cursor, now_s)
        elif kind.endswith("StateEntered"):
            cursor = self._entered(event, details, cursor, self._types.get(before, ""))
        elif kind.startswith("MapIteration"):
            cursor = self._iteration(kind, details, cursor, now_s)
        elif kind.endswith("StateExited"):
            cursor = _of_state(str(details.get("name")), cursor)
        elif _COMPOSITE.fullmatch(kind):
            cursor = _of_composite(kind, cursor)
        if cursor.visit is not None:
            _note(cursor.visit, kind, details, now_s)
        self._cursors[int(event["id"])] = cursor
        self._types[int(event["id"])] = kind

    def _execution(
        self, kind: str, details: Mapping[str, Any], before: _Cursor, now_s: float
    ) -> None:
        if kind == "ExecutionStarted":
            self.root.started_s = now_s
        elif kind == "ExecutionRedriven":
            self._go_on()
        if kind not in _ENDINGS:
            return
        self.status = _ENDINGS[kind]
        self.error, self.cause = details.get("error"), details.get("cause")
        self.output = details.get("output")
        self.root.ended_s = now_s
        self.root.outcome = "succeeded" if self.status == "SUCCEEDED" else "failed"
        guilty = _around(before) if self.status == "FAILED" else set()
        for visit in visits_of(self.root):
            if visit.outcome == "running":
                failed = visit.error or visit.kind == "Fail" or visit.entered_id in guilty
                visit.outcome = "failed" if failed else "aborted"
                visit.left_s = now_s
                self._broken_off.append(visit)

    def _go_on(self) -> None:
        """Open again what a redriven execution goes on with."""
        self.status, self.error, self.cause = "RUNNING", None, None
        self.root.ended_s, self.root.outcome = None, "running"
        for visit in self._broken_off:
            visit.outcome, visit.left_s, visit.error, visit.cause = "running", None, "", ""
        self._broken_off.clear()

    def _entered(
        self, event: Mapping[str, Any], details: Mapping[str, Any], before: _Cursor, previous: str
    ) -> _Cursor:
        lane, now_s = before.lane, float(event["timestamp"])
        if previous == "ParallelStateStarted" and before.visit is not None:
            lane = Lane(before.visit, len(before.visit.lanes), now_s)
            before.visit.lanes.append(lane)
        kind = str(event["type"]).removesuffix("StateEntered")
        visit = Visit(str(details.get("name", "")), kind, lane, now_s, int(event["id"]))
        lane.visits.append(visit)
        return _Cursor(lane, visit)

    def _iteration(
        self, kind: str, details: Mapping[str, Any], before: _Cursor, now_s: float
    ) -> _Cursor:
        if kind == "MapIterationStarted":
            owner = _of_state(str(details.get("name")), before).visit
            lane = Lane(owner, int(details.get("index", 0)), now_s)
            if owner is not None:
                owner.lanes.append(lane)
            return _Cursor(lane)
        lane = before.lane
        while lane.owner is not None and lane.owner.name != details.get("name"):
            lane = lane.owner.lane
        lane.ended_s = now_s
        ending = kind.removeprefix("MapIteration").lower()
        lane.outcome = "failed" if ending == "failed" else "aborted"
        if ending == "succeeded":
            lane.outcome = "succeeded"
        return _Cursor(lane)


def _of_state(name: str, before: _Cursor) -> _Cursor:
    """Find the state of a name at or around what came before: a branch's last event, say."""
    visit = before.visit or before.lane.owner
    while visit is not None and (visit.name != name or visit.outcome != "running"):
        visit = visit.lane.owner
    return before if visit is None else _Cursor(visit.lane, visit)


def _of_composite(kind: str, before: _Cursor) -> _Cursor:
    """Find the state that has ended, or is tried again: the innermost around that still runs."""
    wanted = kind.partition("State")[0]
    visit = before.visit or before.lane.owner
    while visit is not None and (visit.kind != wanted or not _is_open(visit)):
        visit = visit.lane.owner
    return before if visit is None else _Cursor(visit.lane, visit)


def _around(cursor: _Cursor) -> set[int]:
    """Return the state that an event belongs to, and those around it, by what entered them."""
    visit = cursor.visit or cursor.lane.owner
    found = set()
    while visit is not None:
        found.add(visit.entered_id)
        visit = visit.lane.owner
    return found


def _is_open(visit: Visit) -> bool:
    return visit.outcome == "running" and not visit.error


def _note(visit: Visit, kind: str, details: Mapping[str, Any], now_s: float) -> None:
    """Write into a visit what one of its events says."""
    if _ATTEMPT.fullmatch(kind):
        visit.attempts += 1
        visit.error = visit.cause = ""
        visit.lanes.clear()
    elif _FAILURE.fullmatch(kind):
        visit.error, visit.cause = _failure(visit, details)
    elif kind.endswith("StateAborted"):
        visit.outcome, visit.left_s = "aborted", now_s
    elif kind.endswith("StateExited"):
        visit.outcome = "caught" if visit.error else "succeeded"
        visit.left_s, visit.output = now_s, details.get("output")
    elif kind.endswith("StateSucceeded"):
        for lane in visit.lanes:
            lane.outcome = "succeeded"


def _failure(visit: Visit, details: Mapping[str, Any]) -> tuple[str, str]:
    """Return error and cause; the failure of a Parallel or Map state is that of what it ran."""
    if "error" in details:
        return str(details["error"]), str(details.get("cause", ""))
    within = [each for lane in visit.lanes for each in visits_of(lane) if each.error]
    inner = max(within, key=lambda each: each.entered_id, default=None)
    return (inner.error, inner.cause) if inner else ("failed", "")


def visits_of(lane: Lane) -> Iterator[Visit]:
    """Give every visit of a lane, and of what is within it, in the order of entering."""
    ahead = [*reversed(lane.visits)]
    while ahead:
        visit = ahead.pop()
        yield visit
        ahead += [each for inner in reversed(visit.lanes) for each in reversed(inner.visits)]


def tree_of(events: Iterator[Mapping[str, Any]] | list[dict[str, Any]]) -> HistoryTree:
    """Return the tree of a whole history."""
    tree = HistoryTree()
    for event in events:
        tree.add(event)
    return tree
