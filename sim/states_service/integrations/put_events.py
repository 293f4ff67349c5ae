"""`events:putEvents`.

Source: Step Functions Developer Guide, "Add EventBridge events with Step Functions": the execution
and its state machine are added to the resources of each entry, and entries that EventBridge does
not take fail the task.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.states_service.integrations.api_calls import ApiCalls
from sim.states_service.integrations.failures import EVENTS
from sim.states_service.integrations.optimised_calls import OptimisedCall
from sim.states_service.integrations.sdk_names import operation_model
from statemachine import TaskFailed, TaskRequest
from statemachine.history import json_text


class PutEvents:
    """Sends events to EventBridge."""

    def __init__(self, calls: ApiCalls) -> None:
        operation = operation_model("eventbridge", "putEvents")
        self._call = OptimisedCall(calls, operation, EVENTS, prepare=_with_resources)

    def parameter_problems(self, request: TaskRequest) -> Iterator[str]:
        """Say in AWS's words why a task cannot be started with its parameters."""
        texted = {**_mapping(request.parameters)}
        if isinstance(texted.get("Entries"), list):
            texted["Entries"] = [_with_text(entry) for entry in texted["Entries"]]
        return self._call.problems_of(texted)

    async def invoke(self, request: TaskRequest) -> Any:
        """Send the events and return EventBridge's answer.

        Raises
        ------
        TaskFailed
            `EventBridge.FailedEntry` where it did not take each of them.
        """
        result = await self._call.invoke(request)
        if result.get("FailedEntryCount"):
            raise TaskFailed("EventBridge.FailedEntry", json_text(result))
        return result


def _with_resources(parameters: dict[str, Any], request: TaskRequest) -> dict[str, Any]:
    own = [request.execution_arn, request.state_machine_arn]
    entries = [
        {**_with_text(entry), "Resources": [*entry.get("Resources", []), *own]}
        for entry in parameters.get("Entries", [])
    ]
    return {**parameters, "Entries": entries}


def _with_text(entry: Any) -> Any:
    """Return an entry whose detail, which a definition may give as an object, is text."""
    if not isinstance(entry, Mapping) or isinstance(entry.get("Detail", ""), str):
        return entry
    return {**entry, "Detail": json_text(entry["Detail"])}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
