"""The details of a task's events.

Source: Step Functions API Reference, HistoryEvent and the members of its details.
"""

from typing import Any

from statemachine.errors import DATA_LIMIT_EXCEEDED, ExecutionError
from statemachine.execution.data_flow import MAX_DATA_BYTES
from statemachine.execution.resource import Resource
from statemachine.history import Details, input_details, json_text
from statemachine.task import TaskRequest


def scheduled_details(resource: Resource, request: TaskRequest) -> Details:
    """Return the details of a `…Scheduled` event."""
    details: Details
    if resource.service:
        details = {
            **resource.details,
            "region": _region(request),
            "parameters": json_text(request.parameters),
        }
    else:
        details = {"resource": resource.arn, **input_details(request.parameters)}
    if request.timeout_s is not None:
        details["timeoutInSeconds"] = int(request.timeout_s)
    if request.heartbeat_s is not None and resource.events != "LambdaFunction":
        details["heartbeatInSeconds"] = int(request.heartbeat_s)
    if request.role_arn and resource.events != "Activity":
        details["taskCredentials"] = {"roleArn": request.role_arn}
    return details


def result_details(resource: Resource, result: Any) -> Details:
    """Return the members that carry a task's result.

    Raises
    ------
    ExecutionError
        `States.DataLimitExceeded`.
    """
    text = json_text(result)
    # No character takes more than four bytes.
    if 4 * len(text) > MAX_DATA_BYTES and len(text.encode()) > MAX_DATA_BYTES:
        raise ExecutionError(
            DATA_LIMIT_EXCEEDED,
            f"The state/task '{resource.result_name}' returned a result with a size exceeding the "
            "maximum number of bytes service limit.",
        )
    return {"output": text, "outputDetails": {"truncated": False}}


def _region(request: TaskRequest) -> str:
    """Return the region of a task; an integration's ARN has none but its execution's."""
    for arn in (request.resource, request.execution_arn):
        parts = arn.split(":")
        if len(parts) > 3 and parts[3]:
            return parts[3]
    return ""
