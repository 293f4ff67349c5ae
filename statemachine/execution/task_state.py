"""One attempt of a Task state: its request, its time limits, its events."""

import asyncio
import random
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from statemachine.activities import Activities
from statemachine.callbacks import Callbacks, OpenTask
from statemachine.clock import Clock, within
from statemachine.data_limit import check_length
from statemachine.definition.states import Task
from statemachine.errors import (
    HEARTBEAT_TIMEOUT,
    RUNTIME,
    TIMEOUT,
    ExecutionError,
    StateFault,
    TaskFailed,
)
from statemachine.execution.resource import Resource, resource_of
from statemachine.execution.task_events import result_details, scheduled_details
from statemachine.execution.time_limits import TaskTimedOut, TimeLimits
from statemachine.execution.visit import Visit
from statemachine.history import Details, error_details
from statemachine.scope import ABSENT
from statemachine.task import JsonAnswer, Submitted, TaskInvoker, TaskRequest, parameter_problems


class Surroundings(Protocol):
    """What a task needs of whoever runs it."""

    invoker: TaskInvoker
    clock: Clock
    randomness: random.Random
    callbacks: Callbacks
    activities: Activities
    trace_header: str


async def run_task(surroundings: Surroundings, state: Task, visit: Visit) -> Any:
    """Run one attempt and return its result.

    Raises
    ------
    ExecutionError
        What the invoker raised or whoever has the task token told, `States.Timeout` or
        `States.DataLimitExceeded`.
    """
    resource = resource_of(state.resource)
    if not resource.pattern and resource.events != "Activity":
        return await _Attempt(surroundings, resource, state, visit).run()
    if resource.events == "Activity" and not surroundings.activities.exists(state.resource):
        raise StateFault(RUNTIME, f"The activity {state.resource} does not exist.")
    task = surroundings.callbacks.open(surroundings.clock, surroundings.randomness)
    try:
        visit = visit.with_context({**visit.context, "Task": {"Token": task.token}})
        return await _Attempt(surroundings, resource, state, visit, task).run()
    finally:
        surroundings.callbacks.close(task)


def _request(surroundings: Surroundings, state: Task, visit: Visit) -> TaskRequest:
    context = visit.context
    parameters = visit.arguments()
    check_length(visit.trail.text(parameters), visit.name)
    request = TaskRequest(
        resource=state.resource,
        parameters=parameters,
        timeout_s=visit.integer(state.timeout_s, "TimeoutSeconds", least=1),
        heartbeat_s=visit.integer(state.heartbeat_s, "HeartbeatSeconds", least=1),
        state=visit.name,
        trace_header=surroundings.trace_header,
        token=context["Task"]["Token"] if "Task" in context else "",
        role_arn=_role_arn(state, visit),
        execution_arn=context["Execution"]["Id"],
        state_machine_arn=context["StateMachine"]["Id"],
    )
    problems = ", ".join(parameter_problems(surroundings.invoker, request))
    if problems:
        given = f"The Parameters '{visit.trail.text(parameters)}' could not be used to start the"
        raise StateFault(RUNTIME, f"{given} Task: [{problems}]")
    return request


def _role_arn(state: Task, visit: Visit) -> str:
    """Return the role of the state's Credentials, if it has any.

    Source: Step Functions Developer Guide, "Accessing resources in other AWS accounts in Step
    Functions".
    """
    if state.credentials is ABSENT:
        return ""
    credentials = visit.filled(state.credentials, visit.scope, "Credentials")
    role_arn = credentials.get("RoleArn") if isinstance(credentials, Mapping) else None
    if not isinstance(role_arn, str):
        raise StateFault(RUNTIME, "The value for the field 'RoleArn' must be a STRING")
    return role_arn


class _Attempt:
    """Carries a task out and writes its events.

    Parameters
    ----------
    task
        Whose token others can end it by; None for request and response.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        resource: Resource,
        state: Task,
        visit: Visit,
        task: OpenTask | None = None,
    ) -> None:
        self._surroundings = surroundings
        self._resource = resource
        self._request = _request(surroundings, state, visit)
        self._trail = visit.trail
        self._task = task
        self._submitting = False

    async def run(self) -> Any:
        """Return the task's result."""
        text = self._trail.text(self._request.parameters)
        self._write("Scheduled", scheduled_details(self._resource, self._request, text))
        try:
            if self._task is None:
                result = await self._answer(self._started())
            elif self._resource.events == "Activity":
                result = await self._activity_result(self._task)
            else:
                result = await self._later_result(self._task)
            if isinstance(result, JsonAnswer):
                self._trail.note_text(result.value, result.text)
                result = result.value
            details = result_details(self._resource, self._trail.text(result))
        except ExecutionError as error:
            self._write(self._ending(error), {**self._resource.details, **error_details(error)})
            raise
        self._write("Succeeded", details)
        return result

    def _started(self) -> TimeLimits:
        self._write("Started", dict(self._resource.details) or None)
        return self._limits()

    def _limits(self) -> TimeLimits:
        request = self._request
        return TimeLimits(self._surroundings.clock.time(), request.timeout_s, request.heartbeat_s)

    async def _answer(self, limits: TimeLimits) -> Any:
        """Return what the invoker answers in the time that there is."""
        expiry = limits.next_expiry(limits.started_s)
        work = _invoked(self._surroundings.invoker, self._request)
        if expiry is None:
            return await work
        due_s, error = expiry
        return await within(self._surroundings.clock, work, due_s - limits.started_s, error)

    async def _later_result(self, task: OpenTask) -> Any:
        """Return what comes after the service's answer: a job's result, or one by the token."""
        limits = self._started()
        self._submitting = True
        answer = await self._answer(limits)
        output = answer.output if isinstance(answer, Submitted) else answer
        details = result_details(self._resource, self._trail.text(output))
        self._submitting = False
        self._write("Submitted", details)
        task.beat()
        if isinstance(answer, Submitted):
            return await _job_result(answer, task, limits)
        if self._resource.pattern != "waitForTaskToken":
            return answer
        return await task.outcome(limits)

    async def _activity_result(self, task: OpenTask) -> Any:
        """Return what a worker makes of the task; its time begins when the worker takes it."""
        activities, arn = self._surroundings.activities, self._resource.arn
        scheduled = activities.schedule(arn, task, self._request.parameters)
        try:
            worker_name = await scheduled.started
        finally:
            activities.withdraw(arn, scheduled)
        self._write("Started", {} if worker_name is None else {"workerName": worker_name})
        task.beat()
        return await task.outcome(self._limits())

    def _ending(self, error: ExecutionError) -> str:
        if isinstance(error, TaskTimedOut):
            return "TimedOut"
        return "SubmitFailed" if self._submitting else "Failed"

    def _write(self, moment: str, details: Details | None) -> None:
        event_type = f"{self._resource.events}{moment}"
        self._trail.add(event_type, self._surroundings.clock.time(), details)


async def _invoked(invoker: TaskInvoker, request: TaskRequest) -> Any:
    try:
        return await invoker.invoke(request)
    except TaskFailed as error:
        if error.error not in {TIMEOUT, HEARTBEAT_TIMEOUT}:
            raise
        # An invoker that plays a part says so of a time-out that it does not wait for.
        of_heartbeat = error.error == HEARTBEAT_TIMEOUT
        raise TaskTimedOut(error.cause, of_heartbeat=of_heartbeat) from error


async def _job_result(submitted: Submitted, task: OpenTask, limits: TimeLimits) -> Any:
    """Return a job's result, or what whoever has the task's token says before."""
    job = asyncio.ensure_future(submitted.wait())
    job.add_done_callback(partial(_end_with_job, task))
    try:
        return await task.outcome(limits)
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


def _end_with_job(task: OpenTask, job: asyncio.Future[Any]) -> None:
    if not job.cancelled():
        task.end(job.exception() or job.result())
