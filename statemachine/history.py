"""The history of an execution, in the shapes of GetExecutionHistory."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from statemachine.errors import RUNTIME, ExecutionError

MAX_EVENTS: Final = 25_000
"""Source: Step Functions quotas, "Maximum execution history size"."""

_CLOSING: Final = frozenset(
    {"ExecutionFailed", "ExecutionSucceeded", "ExecutionTimedOut", "ExecutionAborted"}
)

_DETAILS_OF_STATES: Final = {
    "StateEntered": "stateEnteredEventDetails",
    "StateExited": "stateExitedEventDetails",
}


def json_text(value: Any) -> str:
    """Return the JSON text of a value as it stands in events and tasks."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@dataclass(slots=True)
class History:
    """Events, oldest first; each is an AWS HistoryEvent whose timestamp is in epoch seconds."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, event_type: str, timestamp: float, previous: int, details: dict[str, Any] | None
    ) -> int:
        """Append an event and return its id.

        Parameters
        ----------
        details
            Content of the member that belongs to the type; None where AWS has none.

        Raises
        ------
        ExecutionError
            `States.Runtime` when the history is full.
        """
        if len(self.events) >= MAX_EVENTS - 1 and event_type not in _CLOSING:
            raise ExecutionError(
                RUNTIME,
                f"The execution reached the maximum number of history events ({MAX_EVENTS}).",
            )
        event: dict[str, Any] = {
            "timestamp": timestamp,
            "type": event_type,
            "id": len(self.events) + 1,
            "previousEventId": previous,
        }
        if details is not None:
            event[_details_member(event_type)] = details
        self.events.append(event)
        return len(self.events)


def _details_member(event_type: str) -> str:
    for suffix, member in _DETAILS_OF_STATES.items():
        if event_type.endswith(suffix):
            return member
    return f"{event_type[0].lower()}{event_type[1:]}EventDetails"


def input_details(value: Any) -> dict[str, Any]:
    """Return the members that carry an input."""
    return {"input": json_text(value), "inputDetails": {"truncated": False}}


def output_details(value: Any) -> dict[str, Any]:
    """Return the members that carry an output."""
    return {"output": json_text(value), "outputDetails": {"truncated": False}}


def error_details(error: ExecutionError) -> dict[str, Any]:
    """Return the members that carry an error."""
    return {"error": error.error, "cause": error.cause}


@dataclass(slots=True)
class Trail:
    """Writes one branch's events, each linked to the one before it in the branch."""

    history: History
    last: int = 0

    def add(self, event_type: str, timestamp: float, details: dict[str, Any] | None = None) -> None:
        """Append an event of this branch."""
        self.last = self.history.add(event_type, timestamp, self.last, details)

    def branch(self) -> "Trail":
        """Return a trail that goes on from here beside others."""
        return Trail(self.history, self.last)
