"""The history of an execution."""

from collections.abc import Mapping
from typing import Any, Final

from sim.states_service.operations.call import Call
from sim.states_service.page import page, with_token
from sim.states_service.service import StatesService


async def _get_execution_history(
    service: StatesService, given: Mapping[str, Any]
) -> dict[str, Any]:
    events = service.execution(given["executionArn"]).history.events
    ordered = reversed(events) if given.get("reverseOrder") else events
    items, token = page(ordered, given)
    if given.get("includeExecutionData") is False:
        items = [_without_data(event) for event in items]
    return with_token({"events": items}, token)


def _without_data(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a history event without its input or output."""
    return {
        name: {key: value for key, value in member.items() if key not in {"input", "output"}}
        if isinstance(member, Mapping)
        else member
        for name, member in event.items()
    }


CALLS: Final[dict[str, Call]] = {"GetExecutionHistory": _get_execution_history}
