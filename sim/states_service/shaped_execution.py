"""An execution as slow as on AWS: what passes before a state, and beside and in a task."""

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from sim.latency.luck import trace_id_of
from sim.latency.shaper import Shaper
from sim.latency.shaping import Call
from statemachine import TaskInvoker, TaskRequest
from statemachine.execution.resource import resource_of
from statemachine.task import parameter_problems

_OPERATIONS: Final = {
    ("sns", "publish"): "sns.Publish",
    ("sqs", "sendMessage"): "sqs.SendMessage",
}
"""Calls that the service makes itself. An invocation's own time is the Lambda service's to fill."""


class ShapedExecution:
    """The pace of one execution, and the invoker of its tasks.

    Parameters
    ----------
    invoker
        Carries out its tasks.
    shaper
        Fills up latencies.
    trace_header
        The execution's X-Ray tracing header.
    answer_due_s
        When whoever started it takes the answer to have come, on `time.perf_counter`.
    """

    def __init__(
        self, invoker: TaskInvoker, shaper: Shaper, trace_header: str, answer_due_s: float
    ) -> None:
        self._invoker = invoker
        self._shaper = shaper
        self._trace = trace_id_of(trace_header)
        self._answer_due_s = answer_due_s
        self._started = False
        self._seen: Counter[str] = Counter()

    async def before_state(self, name: str) -> None:
        """Wait for what passes before a state is entered (`Pace`)."""
        if self._started:
            await self._fill("states.transition", name, 0.0)
            return
        self._started = True
        await self._shaper.until(self._answer_due_s)
        await self._fill("states.first-state", name, 0.0)

    def parameter_problems(self, request: TaskRequest) -> Iterable[str]:
        """Say why a task cannot be started with its parameters (`statemachine.task`)."""
        return parameter_problems(self._invoker, request)

    async def invoke(self, request: TaskRequest) -> Any:
        """Carry out a task (`TaskInvoker`).

        Raises
        ------
        statemachine.TaskFailed
            As the invoker does.
        """
        await self._fill("states.task", request.state, 0.0)
        begun_s = time.perf_counter()
        result = await self._invoker.invoke(request)
        resource = resource_of(request.resource)
        operation = _OPERATIONS.get((resource.service, resource.action))
        if operation is not None:
            took_ms = (time.perf_counter() - begun_s) * 1e3
            await self._fill(operation, request.state, took_ms)
        return result

    async def _fill(self, operation: str, state: str, took_ms: float) -> None:
        caller = f"states:{state}"
        occurrence = self._seen[f"{operation} {caller}"]
        self._seen[f"{operation} {caller}"] += 1
        call = Call(operation, self._trace, caller, occurrence)
        await self._shaper.fill(call, "states", took_ms)
