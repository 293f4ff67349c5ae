"""The seam to the outside: what a Task state asks for, and what it may get."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from statemachine.execution.resource import resource_of


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """One attempt of a Task state.

    Parameters
    ----------
    resource
        The state's `Resource`, an ARN.
    parameters
        Its effective input, a JSON value.
    timeout_s, heartbeat_s
        Seconds that the state allows, None for no bound; the interpreter ends the wait itself.
    state
        The state's name.
    trace_header
        The execution's X-Ray tracing header, empty without one.
    token
        The task token of a `.waitForTaskToken` resource, else empty.
    role_arn
        The role of the state's `Credentials`, else empty.
    execution_arn, state_machine_arn
        Whose task it is.
    """

    resource: str
    parameters: Any
    timeout_s: float | None = None
    heartbeat_s: float | None = None
    state: str = ""
    trace_header: str = ""
    token: str = ""
    role_arn: str = ""
    execution_arn: str = ""
    state_machine_arn: str = ""

    @property
    def pattern(self) -> str:
        """Return `sync`, `sync:2`, `waitForTaskToken`, or nothing for request and response."""
        return resource_of(self.resource).pattern


@dataclass(frozen=True, slots=True)
class Submitted:
    """What an invoker answers for a job that it has started and that goes on (`.sync`).

    Parameters
    ----------
    output
        The service's answer to the start, which TaskSubmitted carries.
    wait
        Returns the job's result, or raises `TaskFailed`; cancelled when the state's time is over,
        upon which it should stop the job.
    """

    output: Any
    wait: Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """A task's result together with the JSON text that it came as.

    Step Functions keeps the text of a function's answer, spaces and all, as long as nothing takes
    it apart. A plain value is written without spaces.
    """

    value: Any
    text: str


class TaskInvoker(Protocol):
    """Carries out tasks."""

    async def invoke(self, request: TaskRequest) -> Any:
        """Return the task's result, a JSON value or a `JsonAnswer`.

        Cancelled when the state's time is over.

        For a `.sync` resource it is a `Submitted`, or a value that is answer and result at once;
        for a `.waitForTaskToken` resource it is the service's answer: the result comes later,
        through `Callbacks`.

        Raises
        ------
        statemachine.TaskFailed
            With the error name and the cause that Step Functions would give; `States.Timeout` and
            `States.HeartbeatTimeout` are told as time-outs.
        """


def parameter_problems(invoker: TaskInvoker, request: TaskRequest) -> Iterable[str]:
    """Return why a task cannot be started with its parameters, as its invoker knows it.

    An invoker may have a method of this name, which gets the request before the task is scheduled.
    """
    check: Callable[[TaskRequest], Iterable[str]] | None
    check = getattr(invoker, "parameter_problems", None)
    return () if check is None else check(request)
