"""`states:startExecution`, and with `.sync` and `.sync:2` the wait for the execution's end.

Source: Step Functions Developer Guide, "Start workflow executions from a task state in Step
Functions": `.sync` gives the execution's input and output as text, `.sync:2` as JSON; an execution
that does not succeed fails the task, and one that the task no longer waits for is stopped.
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.states_service.integrations.api_calls import ApiAnswer
from sim.states_service.integrations.failures import STATES
from sim.states_service.integrations.sdk_answers import with_metadata
from sim.states_service.integrations.sdk_names import capitalised, exception_name, operation_model
from sim.states_service.integrations.sdk_values import problems
from sim.states_service.refusal import Refusal
from statemachine import Submitted, TaskFailed, TaskInvoker, TaskRequest
from statemachine.execution.resource import resource_of
from statemachine.history import json_text
from statemachine.task import parameter_problems

if TYPE_CHECKING:
    from sim.states_service.executions import Execution
    from sim.states_service.service import StatesService


class NestedExecutions:
    """Starts executions of the same service; hands other tasks on.

    Parameters
    ----------
    service
        Whose executions they are.
    others
        Carries out all other tasks.
    """

    def __init__(self, service: "StatesService", others: TaskInvoker) -> None:
        self._service = service
        self._others = others

    def parameter_problems(self, request: TaskRequest) -> Iterable[str]:
        """Say in AWS's words why a task cannot be started with its parameters."""
        if not _is_own(request):
            return parameter_problems(self._others, request)
        given = request.parameters if isinstance(request.parameters, dict) else {}
        named = {name: value for name, value in given.items() if name != "Input"}
        return problems(operation_model("sfn", "startExecution").input_shape, named, capitalised)

    async def invoke(self, request: TaskRequest) -> Any:
        """Start an execution, or hand the task on.

        Raises
        ------
        TaskFailed
            `StepFunctions.<Exception>`; `States.TaskFailed` for an execution that did not succeed.
        """
        if not _is_own(request):
            return await self._others.invoke(request)
        execution = self._started(request)
        body = {"ExecutionArn": execution.arn, "StartDate": round(execution.started_at, 3)}
        output = with_metadata(body, _answer())
        if request.pattern not in {"sync", "sync:2"}:
            return output
        as_json = request.pattern == "sync:2"
        return Submitted(output, lambda: self._ended(execution, as_json=as_json))

    def _started(self, request: TaskRequest) -> "Execution":
        given = request.parameters
        value = given.get("Input", {})
        try:
            return self._service.start_execution(
                given["StateMachineArn"],
                name=given.get("Name"),
                input_text=value if isinstance(value, str) else json_text(value),
                trace_header=given.get("TraceHeader", request.trace_header),
            )
        except Refusal as refusal:
            name = exception_name(refusal.code)
            raise STATES.refused(
                name, refusal.code, refusal.message, 400, str(uuid.uuid4())
            ) from refusal

    async def _ended(self, execution: "Execution", *, as_json: bool) -> Any:
        if execution.task is not None:
            try:
                await asyncio.wait([execution.task])
            except asyncio.CancelledError:
                with contextlib.suppress(Refusal):  # EXPRESS executions cannot be stopped
                    await self._service.stop_execution(execution.arn, error=None, cause=None)
                raise
        described = _described(execution, as_json=as_json)
        if execution.status != "SUCCEEDED":
            raise TaskFailed("States.TaskFailed", json_text(described))
        return described


def _is_own(request: TaskRequest) -> bool:
    return resource_of(request.resource).service == "states"


def _described(execution: "Execution", *, as_json: bool) -> dict[str, Any]:
    """Return the members of DescribeExecution's answer, its times in milliseconds."""

    def data(text: str) -> Any:
        return json.loads(text) if as_json else text

    described: dict[str, Any] = {
        "ExecutionArn": execution.arn,
        "Input": data(execution.input),
        "InputDetails": {"Included": True},
        "Name": execution.name,
        "StartDate": int(execution.started_at * 1e3),
        "StateMachineArn": execution.state_machine.arn,
        "Status": execution.status,
        "StopDate": int((execution.stopped_at or execution.started_at) * 1e3),
    }
    if execution.output is not None:
        described["Output"] = data(execution.output)
        described["OutputDetails"] = {"Included": True}
    if execution.error is not None:
        described["Error"] = execution.error
    if execution.cause is not None:
        described["Cause"] = execution.cause
    return dict(sorted(described.items()))


def _answer() -> ApiAnswer:
    request_id = str(uuid.uuid4())
    headers = {"x-amzn-RequestId": request_id, "Content-Type": "application/x-amz-json-1.0"}
    return ApiAnswer(body={}, status=200, headers=headers, request_id=request_id)
