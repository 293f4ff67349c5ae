"""The service: state machines and their executions, started, watched, stopped, remembered."""

import asyncio
import logging
import time
import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from sim.latency.shaper import Shaper
from sim.states_service.execution_input import checked_input
from sim.states_service.executions import Execution
from sim.states_service.names import check_name
from sim.states_service.refusal import Refusal
from sim.states_service.shaped_execution import ShapedExecution
from sim.states_service.state_machines import DeployedStateMachine
from statemachine import (
    ExecutionContext,
    ExecutionResult,
    History,
    Interpreter,
    InvalidDefinition,
    TaskInvoker,
    parse,
)
from statemachine.clock import AsyncioClock
from statemachine.history import json_text

_log = logging.getLogger(__name__)


class StatesService:
    """Holds state machines and runs their executions on the running event loop.

    Parameters
    ----------
    invoker
        Carries out Task states.
    region, account_id
        What the ARNs are made of.
    shaper
        Makes executions as slow as on AWS; `None` leaves them as they are.
    """

    def __init__(
        self,
        invoker: TaskInvoker,
        *,
        region: str,
        account_id: str = "000000000000",
        shaper: Shaper | None = None,
    ) -> None:
        self._invoker = invoker
        self._shaper = shaper
        self._prefix = f"arn:aws:states:{region}:{account_id}"
        self._clock = AsyncioClock()
        self._state_machines: dict[str, DeployedStateMachine] = {}
        self._executions: dict[str, Execution] = {}

    def create_state_machine(
        self, name: str, definition: str, role_arn: str
    ) -> DeployedStateMachine:
        """Create a state machine, or return the one that is the same to the letter.

        Raises
        ------
        Refusal
            `InvalidName`, `InvalidDefinition` with every diagnostic, `StateMachineAlreadyExists`.
        """
        check_name(name)
        try:
            parsed = parse(definition)
        except InvalidDefinition as error:
            raise Refusal("InvalidDefinition", f"Invalid State Machine Definition: {error}") from (
                error
            )
        arn = f"{self._prefix}:stateMachine:{name}"
        existing = self._state_machines.get(arn)
        if existing is not None:
            if existing.definition != definition or existing.role_arn != role_arn:
                raise Refusal("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
            return existing
        machine = DeployedStateMachine(arn, name, definition, role_arn, time.time(), parsed)
        self._state_machines[arn] = machine
        return machine

    def state_machine(self, arn: str) -> DeployedStateMachine:
        """Return a state machine by ARN, or refuse with `StateMachineDoesNotExist`."""
        machine = self._state_machines.get(arn)
        if machine is None:
            raise Refusal("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return machine

    def state_machines(self) -> list[DeployedStateMachine]:
        """Return all state machines, in the order they were created."""
        return list(self._state_machines.values())

    def start_execution(
        self,
        state_machine_arn: str,
        *,
        name: str | None,
        input_text: str,
        trace_header: str = "",
        answer_due_s: float = 0.0,
    ) -> Execution:
        """Start an execution; the same name and input while it runs is the same execution.

        *answer_due_s*, on `time.perf_counter`, is when the caller takes the answer to have come.

        Raises
        ------
        Refusal
            `StateMachineDoesNotExist`, `InvalidName`, `InvalidExecutionInput`,
            `ExecutionAlreadyExists`.
        """
        machine = self.state_machine(state_machine_arn)
        name = name if name is not None else str(uuid.uuid4())
        check_name(name)
        value = checked_input(input_text)
        arn = f"{self._prefix}:execution:{machine.name}:{name}"
        existing = self._executions.get(arn)
        if existing is not None:
            if existing.status == "RUNNING" and existing.input == input_text:
                return existing
            raise Refusal("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
        execution = Execution(arn, name, machine, input_text, time.time(), History())
        self._executions[arn] = execution
        running = self._run(execution, value, trace_header, answer_due_s)
        execution.task = asyncio.create_task(running, name=arn)
        execution.task.add_done_callback(partial(self._end_broken, execution))
        return execution

    async def _run(
        self, execution: Execution, value: Any, trace_header: str, answer_due_s: float
    ) -> None:
        machine = execution.state_machine
        interpreter = self._interpreter(machine, trace_header, answer_due_s)
        context = ExecutionContext(
            execution_arn=execution.arn,
            execution_name=execution.name,
            role_arn=machine.role_arn,
            start_time=execution.started_at,
            state_machine_arn=machine.arn,
            state_machine_name=machine.name,
            trace_header=trace_header,
        )
        result = await interpreter.run(
            value,
            context=context,
            history=execution.history,
            stop_reason=lambda: execution.stop_reason,
        )
        self._finish(execution, result)

    def _interpreter(
        self, machine: DeployedStateMachine, trace_header: str, answer_due_s: float
    ) -> Interpreter:
        if self._shaper is None:
            return Interpreter(machine.parsed, self._invoker, self._clock)
        shaped = ShapedExecution(self._invoker, self._shaper, trace_header, answer_due_s)
        return Interpreter(machine.parsed, shaped, self._clock, pace=shaped)

    def _end_broken(self, execution: Execution, task: asyncio.Task[None]) -> None:
        """End an execution that a fault of this service's own has broken off."""
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        _log.error("%s broke off", execution.arn, exc_info=error)
        # The interpreter has ended the history already, before it let the fault through.
        details = execution.history.events[-1]["executionFailedEventDetails"]
        result = ExecutionResult("FAILED", error=details["error"], cause=details["cause"])
        self._finish(execution, result)

    def _finish(self, execution: Execution, result: ExecutionResult) -> None:
        execution.status = result.status
        execution.stopped_at = time.time()
        execution.error, execution.cause = result.error, result.cause
        if result.status == "SUCCEEDED":
            execution.output = json_text(result.output)

    def execution(self, arn: str) -> Execution:
        """Return an execution by ARN, or refuse with `ExecutionDoesNotExist`."""
        execution = self._executions.get(arn)
        if execution is None:
            raise Refusal("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return execution

    def executions(self, state_machine_arn: str, status: str | None) -> Iterable[Execution]:
        """Return a state machine's executions, the newest first."""
        machine = self.state_machine(state_machine_arn)
        for execution in reversed(self._executions.values()):
            if execution.state_machine is machine and status in {None, execution.status}:
                yield execution

    async def stop_execution(self, arn: str, *, error: str | None, cause: str | None) -> Execution:
        """Stop an execution with an error and a cause; one that has ended stays as it is."""
        execution = self.execution(arn)
        if execution.task is not None and not execution.task.done():
            execution.stop_reason = (error, cause)
            await asyncio.sleep(0)  # so that it has begun: what has not writes no history
            execution.task.cancel()
            await asyncio.gather(execution.task, return_exceptions=True)
            execution.status = "ABORTED"
            execution.stopped_at = execution.stopped_at or time.time()
            execution.error, execution.cause = error, cause
        return execution

    async def close(self) -> None:
        """Stop every execution that runs."""
        tasks = [e.task for e in self._executions.values() if e.task and not e.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
