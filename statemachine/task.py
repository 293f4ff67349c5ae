"""The seam to the outside: what a Task state asks for."""

from dataclasses import dataclass
from typing import Any, Protocol


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
    """

    resource: str
    parameters: Any
    timeout_s: float | None = None
    heartbeat_s: float | None = None
    state: str = ""
    trace_header: str = ""


class TaskInvoker(Protocol):
    """Carries out tasks."""

    async def invoke(self, request: TaskRequest) -> Any:
        """Return the task's result, a JSON value; cancelled when the state's time is over.

        Raises
        ------
        statemachine.TaskFailed
            With the error name and the cause that Step Functions would give.
        """
