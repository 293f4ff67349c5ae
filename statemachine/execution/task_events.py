"""The details of a task's events.

Source: Step Functions API Reference, HistoryEvent and the members of its details.
"""

from typing import Final

from statemachine.data_limit import check_length
from statemachine.execution.resource import Resource
from statemachine.history import Details
from statemachine.task import TaskRequest

_WHOLE: Final = {"truncated": False}


def scheduled_details(resource: Resource, request: TaskRequest, text: str) -> Details:
    """Return the details of a `…Scheduled` event; *text* is the parameters' JSON text."""
    details: Details
    if resource.service:
        details = {**resource.details, "region": _region(request), "parameters": text}
    else:
        details = {"resource": resource.arn, "input": text, "inputDetails": _WHOLE}
    if request.timeout_s is not None:
        details["timeoutInSeconds"] = int(request.timeout_s)
    if request.heartbeat_s is not None and resource.events != "LambdaFunction":
        details["heartbeatInSeconds"] = int(request.heartbeat_s)
    if request.role_arn and resource.events != "Activity":
        details["taskCredentials"] = {"roleArn": request.role_arn}
    return details


def result_details(resource: Resource, text: str) -> Details:
    """Return the details of an event that carries a result, of its JSON text.

    Raises
    ------
    ExecutionError
        `States.DataLimitExceeded`.
    """
    check_length(text, resource.result_name)
    return {**resource.details, "output": text, "outputDetails": _WHOLE}


def _region(request: TaskRequest) -> str:
    """Return the region of a task; an integration's ARN has none but its execution's."""
    for arn in (request.resource, request.execution_arn):
        parts = arn.split(":")
        if len(parts) > 3 and parts[3]:
            return parts[3]
    return ""
