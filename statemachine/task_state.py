"""One attempt of a Task state: its request, its time limits, its events."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from statemachine.clock import Clock, within
from statemachine.data_flow import check_size, effective_input
from statemachine.errors import RUNTIME, TIMEOUT, ExecutionError
from statemachine.history import Trail, error_details, input_details, json_text, output_details
from statemachine.json_path import read
from statemachine.states import Task
from statemachine.task import TaskInvoker, TaskRequest


class Surroundings(Protocol):
    """What a task needs of whoever runs it."""

    invoker: TaskInvoker
    clock: Clock
    randomness: Any


@dataclass(frozen=True, slots=True)
class _Events:
    """Names and common details of a resource's events."""

    prefix: str
    details: Mapping[str, Any]

    @classmethod
    def of(cls, resource: str) -> "_Events":
        if resource.startswith("arn:aws:lambda:"):
            return cls("LambdaFunction", {})
        # arn:aws:states:::sns:publish, arn:aws:states:::aws-sdk:s3:getObject
        *service, action = resource.split(":::", 1)[-1].split(":")
        return cls("Task", {"resourceType": ":".join(service), "resource": action})


async def run_task(
    surroundings: Surroundings, state: Task, selected: Any, context: Any, trail: Trail
) -> Any:
    """Run one attempt and return its result.

    Raises
    ------
    ExecutionError
        What the invoker raised, or `States.Timeout`.
    """
    parameters = effective_input(state.flow, selected, context, surroundings.randomness)
    check_size(parameters)
    request = TaskRequest(
        resource=state.resource,
        parameters=parameters,
        timeout_s=_seconds(state.timeout_s, selected, context),
        heartbeat_s=_seconds(state.heartbeat_s, selected, context),
    )
    clock, events = surroundings.clock, _Events.of(state.resource)
    trail.add(f"{events.prefix}Scheduled", clock.time(), _scheduled(events, request))
    started = dict(events.details) if events.details else None
    trail.add(f"{events.prefix}Started", clock.time(), started)
    bounds = [bound for bound in (request.timeout_s, request.heartbeat_s) if bound is not None]
    expiry = ExecutionError(TIMEOUT)
    try:
        work = _invoked(surroundings.invoker, request)
        result = await within(clock, work, min(bounds, default=None), expiry)
        check_size(result)
    except ExecutionError as error:
        ending = "TimedOut" if error is expiry else "Failed"
        details = {**events.details, **error_details(error)}
        trail.add(f"{events.prefix}{ending}", clock.time(), details)
        raise
    succeeded = {**events.details, **output_details(result)}
    trail.add(f"{events.prefix}Succeeded", clock.time(), succeeded)
    return result


async def _invoked(invoker: TaskInvoker, request: TaskRequest) -> Any:
    return await invoker.invoke(request)


def _scheduled(events: _Events, request: TaskRequest) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    if request.timeout_s is not None:
        bounds["timeoutInSeconds"] = int(request.timeout_s)
    if not events.details:
        return {"resource": request.resource, **input_details(request.parameters), **bounds}
    if request.heartbeat_s is not None:
        bounds["heartbeatInSeconds"] = int(request.heartbeat_s)
    region = request.resource.split(":")[3]
    parameters = json_text(request.parameters)
    return {**events.details, "region": region, "parameters": parameters, **bounds}


def _seconds(given: float | str | None, data: Any, context: Any) -> float | None:
    if not isinstance(given, str):
        return given
    seconds = read(given, data, context)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
        raise ExecutionError(RUNTIME, f"{given} is {seconds!r}, not a positive number of seconds")
    return seconds
