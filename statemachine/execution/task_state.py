"""One attempt of a Task state: its request, its time limits, its events."""

import math
from typing import Any, Protocol

from statemachine.clock import Clock, within
from statemachine.definition.states import Task
from statemachine.errors import (
    HEARTBEAT_TIMEOUT,
    TIMEOUT,
    ExecutionError,
)
from statemachine.execution.data_flow import check_size
from statemachine.execution.resource import Resource, resource_of
from statemachine.execution.visit import Visit
from statemachine.history import error_details, input_details, json_text, output_details
from statemachine.task import TaskInvoker, TaskRequest


class Surroundings(Protocol):
    """What a task needs of whoever runs it."""

    invoker: TaskInvoker
    clock: Clock
    trace_header: str


async def run_task(surroundings: Surroundings, state: Task, visit: Visit) -> Any:
    """Run one attempt and return its result.

    Raises
    ------
    ExecutionError
        What the invoker raised, `States.Timeout` or `States.HeartbeatTimeout`.
    """
    trail, context = visit.trail, visit.context
    parameters = visit.arguments()
    check_size(parameters, visit.name)
    request = TaskRequest(
        resource=state.resource,
        parameters=parameters,
        timeout_s=visit.integer(state.timeout_s, "TimeoutSeconds", least=1),
        heartbeat_s=visit.integer(state.heartbeat_s, "HeartbeatSeconds", least=1),
        state=visit.name,
        trace_header=surroundings.trace_header,
    )
    clock, resource = surroundings.clock, resource_of(state.resource)
    scheduled = _scheduled(resource, request, _region(state.resource, context))
    trail.add(f"{resource.events}Scheduled", clock.time(), scheduled)
    started = dict(resource.details) if resource.details else None
    trail.add(f"{resource.events}Started", clock.time(), started)
    limit_s, expiry = _limit(request)
    try:
        work = _invoked(surroundings.invoker, request)
        result = await within(clock, work, limit_s, expiry)
        check_size(result, resource.details.get("resourceType", state.resource))
    except ExecutionError as error:
        ending = "TimedOut" if error is expiry else "Failed"
        details = {**resource.details, **error_details(error)}
        trail.add(f"{resource.events}{ending}", clock.time(), details)
        raise
    succeeded = {**resource.details, **output_details(result)}
    trail.add(f"{resource.events}Succeeded", clock.time(), succeeded)
    return result


async def _invoked(invoker: TaskInvoker, request: TaskRequest) -> Any:
    return await invoker.invoke(request)


def _limit(request: TaskRequest) -> tuple[float | None, ExecutionError]:
    """Return the nearer of a task's bounds, and its error.

    A heartbeat never comes: `TaskInvoker` has no way to send one.
    """
    if request.heartbeat_s is not None and request.heartbeat_s < (request.timeout_s or math.inf):
        return request.heartbeat_s, ExecutionError(HEARTBEAT_TIMEOUT)
    return request.timeout_s, ExecutionError(TIMEOUT)


def _region(resource: str, context: Any) -> str:
    """Return the region of a resource; an integration's ARN has none but its execution's."""
    for arn in (resource, context["Execution"]["Id"]):
        parts = arn.split(":")
        if len(parts) > 3 and parts[3]:
            return str(parts[3])
    return ""


def _scheduled(resource: Resource, request: TaskRequest, region: str) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    if request.timeout_s is not None:
        bounds["timeoutInSeconds"] = int(request.timeout_s)
    if not resource.details:
        return {"resource": request.resource, **input_details(request.parameters), **bounds}
    if request.heartbeat_s is not None:
        bounds["heartbeatInSeconds"] = int(request.heartbeat_s)
    parameters = json_text(request.parameters)
    return {**resource.details, "region": region, "parameters": parameters, **bounds}
