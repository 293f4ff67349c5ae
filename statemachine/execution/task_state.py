"""One attempt of a Task state: its request, its time limits, its events."""

import math
from typing import Any, Protocol

from statemachine.clock import Clock, within
from statemachine.definition.states import Task
from statemachine.errors import (
    HEARTBEAT_TIMEOUT,
    RUNTIME,
    TIMEOUT,
    ExecutionError,
    StateFault,
)
from statemachine.execution.data_flow import check_size, effective_input
from statemachine.execution.resource import Resource, resource_of
from statemachine.history import Trail, error_details, input_details, json_text, output_details
from statemachine.jsonpath.json_path import read
from statemachine.scope import Scope
from statemachine.task import TaskInvoker, TaskRequest


class Surroundings(Protocol):
    """What a task needs of whoever runs it."""

    invoker: TaskInvoker
    clock: Clock
    randomness: Any
    trace_header: str


async def run_task(
    surroundings: Surroundings, state: Task, selected: Any, context: Any, trail: Trail
) -> Any:
    """Run one attempt and return its result.

    Raises
    ------
    ExecutionError
        What the invoker raised, `States.Timeout` or `States.HeartbeatTimeout`.
    """
    parameters = effective_input(state.flow, selected, context, surroundings.randomness)
    check_size(parameters)
    request = TaskRequest(
        resource=state.resource,
        parameters=parameters,
        timeout_s=_seconds(state.timeout_s, Scope(selected, context), "TimeoutSecondsPath"),
        heartbeat_s=_seconds(state.heartbeat_s, Scope(selected, context), "HeartbeatSecondsPath"),
        state=context["State"]["Name"],
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
        check_size(result)
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


def _seconds(given: float | str | None, scope: Scope, field: str) -> float | None:
    if not isinstance(given, str):
        return given
    seconds = read(given, scope, field=field)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
        raise StateFault(RUNTIME, f"{given} is {seconds!r}, not a positive number of seconds")
    return seconds
