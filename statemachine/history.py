"""The history of an execution, in the shapes of GetExecutionHistory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import orjson

from statemachine.data_limit import check_length
from statemachine.errors import RUNTIME, ExecutionError, FatalError, StateFault
from statemachine.progress import Progress
from statemachine.scope import ABSENT

MAX_EVENTS: Final = 25_000
"""Source: Step Functions quotas, "Maximum execution history size"."""

MAX_ERROR_LENGTH: Final = 256
MAX_CAUSE_LENGTH: Final = 32_768
"""Characters. Source: Step Functions API Reference, ExecutionFailedEventDetails."""

_CLOSING: Final = frozenset(
    {"ExecutionFailed", "ExecutionSucceeded", "ExecutionTimedOut", "ExecutionAborted"}
)
_ABORTABLE: Final = frozenset({"Map", "Parallel", "Task", "Wait"})
"""States for which there is a `…StateAborted` event. Source: HistoryEvent, "type"."""

_DETAILS_OF_STATES: Final = {
    "StateEntered": "stateEnteredEventDetails",
    "StateExited": "stateExitedEventDetails",
}
_WHOLE: Final = {"truncated": False}
_PLAIN_TYPES_ONLY: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME

Details = dict[str, Any]


def json_text(value: Any) -> str:
    """Return the JSON text of a value as it stands in events and tasks.

    Raises
    ------
    StateFault
        `States.Runtime` for data that is nested some thousand levels deep.
    """
    try:
        return orjson.dumps(value, option=_PLAIN_TYPES_ONLY).decode()
    except orjson.JSONEncodeError:
        pass  # a whole number of more than 64 bits, more than 254 levels, or no JSON value at all
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except RecursionError as error:
        raise StateFault(RUNTIME, "The data is nested too deeply to be written") from error


@dataclass(slots=True)
class History:
    """Events, oldest first; each is an AWS HistoryEvent whose timestamp is in epoch seconds."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def add(self, event_type: str, timestamp: float, previous: int, details: Details | None) -> int:
        """Append an event and return its id.

        Parameters
        ----------
        timestamp
            Seconds since the epoch; one before the last event's is raised to that, since clocks
            can be set back and histories cannot.
        details
            Content of the member that belongs to the type; None where AWS has none.

        Raises
        ------
        FatalError
            `States.Runtime` when the history is full.
        """
        events = self.events
        if len(events) >= MAX_EVENTS - 1 and event_type not in _CLOSING:
            raise FatalError(
                RUNTIME,
                f"The execution reached the maximum number of history events ({MAX_EVENTS}).",
            )
        event: dict[str, Any] = {
            "timestamp": max(timestamp, events[-1]["timestamp"]) if events else timestamp,
            "type": event_type,
            "id": len(events) + 1,
            "previousEventId": previous,
        }
        if details is not None:
            event[_details_member(event_type)] = details
        events.append(event)
        return len(events)


@cache
def _details_member(event_type: str) -> str:
    for suffix, member in _DETAILS_OF_STATES.items():
        if event_type.endswith(suffix):
            return member
    return f"{event_type[0].lower()}{event_type[1:]}EventDetails"


def input_details(value: Any) -> Details:
    """Return the members that carry an input."""
    return {"input": json_text(value), "inputDetails": _WHOLE}


def output_details(value: Any) -> Details:
    """Return the members that carry an output."""
    return {"output": json_text(value), "outputDetails": _WHOLE}


def error_details(error: ExecutionError) -> Details:
    """Return the members that carry an error; a Fail state may leave either out.

    A cause can quote a whole input, and an event holds no more than its bounds.
    """
    details = {"error": error.error[:MAX_ERROR_LENGTH], "cause": error.cause[:MAX_CAUSE_LENGTH]}
    return {name: text for name, text in details.items() if text}


@dataclass(slots=True)
class Trail:
    """Writes one branch's events, each linked to the one before it in the branch.

    It also knows what is under way, so that a branch that is stopped by another's failure can be
    closed in the history. `progress` is how far the branch has come; `has_branches` tells whether a
    Parallel or Map state is under way, whose failure has an event of its own, and `has_map_run`
    whether that is a distributed map whose Map Run goes on.
    """

    history: History
    last: int = 0
    progress: Progress = field(default_factory=Progress)
    has_branches: bool = False
    has_map_run: bool = False
    _state: str | None = None
    _ended: int = 0
    _iteration: Details | None = None
    _branches: list["Trail"] = field(default_factory=list)
    _value: Any = ABSENT
    _text: str = ""

    def text(self, value: Any) -> str:
        """Return a value's JSON text, which is made once while the same value is passed on.

        Values are never changed in place, so the same object has the same text.
        """
        if value is not self._value:
            self._text = json_text(value)
            self._value = value
        return self._text

    def note_text(self, value: Any, text: str) -> None:
        """Remember the text that a value came as, if no other value can be the same object."""
        if isinstance(value, dict | list):
            self._value, self._text = value, text

    def add(self, event_type: str, timestamp: float, details: Details | None = None) -> int:
        """Append an event of this branch and return its id."""
        self.last = self.history.add(event_type, timestamp, self.last, details)
        return self.last

    def add_aside(self, event_type: str, timestamp: float, details: Details | None = None) -> int:
        """Append an event that the next one of this branch is not linked to; return its id.

        Such are the ends of composite states and of iterations, and what is aborted, on AWS.
        """
        return self.history.add(event_type, timestamp, self.last, details)

    def enter(self, kind: str, timestamp: float, name: str, data: Any) -> int:
        """Append the event of entering a state and return its id."""
        self._state = kind
        details = {"name": name, "input": self.text(data), "inputDetails": _WHOLE}
        return self.add(f"{kind}StateEntered", timestamp, details)

    def resume(self, kind: str) -> None:
        """Note that a state which was entered before the execution broke off goes on."""
        self._state = kind

    def leave(
        self,
        kind: str,
        timestamp: float,
        name: str,
        data: Any,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Append the event of leaving a state.

        *variables* are the JSON texts of those that it assigns.

        Raises
        ------
        ExecutionError
            `States.DataLimitExceeded` for an output that is too large to be passed on.
        """
        output = self.text(data)
        check_length(output, name)
        details = {"name": name, "output": output, "outputDetails": _WHOLE}
        if variables is not None:
            details["assignedVariables"] = dict(variables)
            details["assignedVariablesDetails"] = _WHOLE
        self._state = None
        self.add(f"{kind}StateExited", timestamp, details)

    def give_up(self) -> None:
        """Note that the state has failed: it will not be left, nor is there anything to abort."""
        self._state = None

    def start_iteration(self, timestamp: float, details: Details) -> None:
        """Append the start of a Map state's iteration."""
        self._iteration = details
        self.add("MapIterationStarted", timestamp, details)

    def resume_iteration(self, details: Details) -> None:
        """Note that an iteration which was started before the execution broke off goes on."""
        self._iteration = details

    def end_iteration(self, outcome: str, timestamp: float) -> None:
        """Append the end of the iteration: `Succeeded`, `Failed` or `Aborted`."""
        details, self._iteration = self._iteration, None
        event_id = self.add_aside(f"MapIteration{outcome}", timestamp, details)
        if outcome == "Succeeded":
            self._ended = event_id

    def branch(self) -> "Trail":
        """Return a trail that goes on from here beside others."""
        branch = Trail(self.history, self.last)
        branch._value, branch._text = self._value, self._text
        self._branches.append(branch)
        return branch

    def join(self) -> None:
        """Go on behind the last event of all branches."""
        ends = (max(branch.last, branch._ended) for branch in self._branches)
        self.last = max(ends, default=self.last)
        self._branches.clear()

    def abort_branches(self, timestamp: float, failed: "Trail | None" = None) -> None:
        """Append the ends of what was under way in the branches, and go on behind *failed*."""
        for branch in self._branches:
            branch._abort(timestamp)
        if failed is None:
            self.join()
            return
        self.last = failed.last
        self._branches.clear()

    def _abort(self, timestamp: float) -> None:
        self.abort_branches(timestamp)
        if self.has_map_run:
            self.add_aside("MapRunAborted", timestamp)
        if self._state in _ABORTABLE:
            self.add_aside(f"{self._state}StateAborted", timestamp)
            self._state = None
        if self._iteration is not None:
            self.end_iteration("Aborted", timestamp)
