"""The history of an execution."""

from collections.abc import Mapping
from typing import Any, Final

from sim.states_service.operations.call import Call
from sim.states_service.operations.executions import execution_of
from sim.states_service.page import page, with_token
from sim.states_service.service import StatesService

_EVENT_BYTES: Final = 200
"""What an event has beside its texts."""

_DATA: Final = frozenset({"input", "output"})
"""Source: Step Functions API Reference, GetExecutionHistory, "includeExecutionData"."""


async def _get_execution_history(
    service: StatesService, given: Mapping[str, Any]
) -> dict[str, Any]:
    events = execution_of(service, given).events
    # Ids go up from event to event, so a token stays good while the execution goes on.
    if given.get("reverseOrder"):
        found, token = page(reversed(events), given, lambda event: -event["id"], weigh=_weight)
    else:
        found, token = page(events, given, lambda event: event["id"], weigh=_weight)
    if given.get("includeExecutionData") is False:
        found = [_without_data(event) for event in found]
    return with_token({"events": found}, token)


def _weight(event: Mapping[str, Any]) -> int:
    """Return about how many bytes an event's JSON text has."""
    details = (member for member in event.values() if isinstance(member, Mapping))
    return _EVENT_BYTES + sum(
        len(text) for member in details for text in member.values() if isinstance(text, str)
    )


def _without_data(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a history event without its input or output."""
    return {
        name: {key: value for key, value in member.items() if key not in _DATA}
        if isinstance(member, Mapping)
        else member
        for name, member in event.items()
    }


CALLS: Final[dict[str, Call]] = {"GetExecutionHistory": _get_execution_history}
