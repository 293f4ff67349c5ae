"""The service: state machines and their executions, started, stopped, remembered."""

import asyncio
import logging
import time
import uuid
from functools import partial
from typing import Any

from sim.latency.shaper import Shaper
from sim.states_service.activities import ACTIVITY_POLL_S, DeployedActivities
from sim.states_service.configuration import PLAIN, Configuration
from sim.states_service.definitions import DefinitionReader, read_definition
from sim.states_service.execution_input import checked_input
from sim.states_service.execution_runner import ExecutionRunner
from sim.states_service.executions import Execution, Executions
from sim.states_service.integrations.nested_executions import NestedExecutions
from sim.states_service.map_runs import RecordedMapRuns
from sim.states_service.names import check_name
from sim.states_service.redrive import count_redrive, obstacle, redriven_before
from sim.states_service.refusal import Refusal
from sim.states_service.state_machines import DeployedStateMachine, StateMachines
from statemachine import (
    Callbacks,
    ExecutionResult,
    TaskInvoker,
)
from statemachine.clock import AsyncioClock
from statemachine.history import json_text
from statemachine.storage import ObjectStorage

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
    storage
        Where distributed maps read items and write results.
    activity_poll_s
        How long a worker's call waits for an activity's task.
    """

    def __init__(
        self,
        invoker: TaskInvoker,
        *,
        region: str,
        account_id: str = "000000000000",
        shaper: Shaper | None = None,
        storage: ObjectStorage | None = None,
        activity_poll_s: float = ACTIVITY_POLL_S,
    ) -> None:
        self.invoker = NestedExecutions(self, invoker)
        self.prefix = f"arn:aws:states:{region}:{account_id}"
        self.clock = AsyncioClock()
        self._express: set[Execution] = set()
        self.state_machines = StateMachines(self.prefix)
        self.executions = Executions()
        self.map_runs = RecordedMapRuns(self.executions)
        self.definitions = DefinitionReader()
        self.callbacks = Callbacks()
        self.activities = DeployedActivities(self.prefix)
        self.activity_poll_s = activity_poll_s
        self._runner = ExecutionRunner(
            self.invoker,
            self.clock,
            shaper=shaper,
            callbacks=self.callbacks,
            activities=self.activities,
            storage=storage,
            map_runs=self.map_runs,
        )

    def create_state_machine(
        self,
        name: str,
        definition: str,
        role_arn: str,
        *,
        kind: str = "STANDARD",
        configuration: Configuration = PLAIN,
    ) -> DeployedStateMachine:
        """Create a state machine, or return the one that is the same.

        Raises
        ------
        Refusal
            `InvalidDefinition` with every diagnostic, and as `StateMachines.create` does.
        """
        parsed = read_definition(definition, kind)
        return self.state_machines.create(
            name, definition, parsed, role_arn, kind=kind, configuration=configuration
        )

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
            `StateMachineDoesNotExist`, `StateMachineDeleting`, `InvalidName`,
            `InvalidExecutionInput`, `ExecutionAlreadyExists`.
        """
        name = name if name is not None else str(uuid.uuid4())
        check_name(name)
        machine = self.state_machines.active(state_machine_arn)
        value = checked_input(input_text)
        if machine.kind == "EXPRESS":
            arn = f"{self.prefix}:express:{machine.name}:{name}:{uuid.uuid4()}"
            existing = None
        else:
            arn = f"{self.prefix}:execution:{machine.name}:{name}"
            existing = self.executions.find(arn)
        if existing is not None:
            if existing.status == "RUNNING" and existing.input == input_text:
                return existing
            raise Refusal("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
        execution = Execution(
            arn, name, machine, machine.revision, input_text, time.time(), trace_header
        )
        self._begin(execution, value, answer_due_s)
        return execution

    def _begin(self, execution: Execution, value: Any, answer_due_s: float) -> None:
        machine = execution.state_machine
        if machine.kind == "EXPRESS":
            self._express.add(execution)
        else:
            self.executions.add(execution)
        self.state_machines.started(machine)
        running = self._runner.run(execution, value, answer_due_s)
        execution.task = asyncio.create_task(running, name=execution.arn)
        execution.task.add_done_callback(partial(self._end, execution))

    def _end(self, execution: Execution, task: asyncio.Task[ExecutionResult]) -> None:
        """Note how an execution has ended, be it by a fault of this service's own."""
        if task.cancelled():
            error, cause = execution.stop_reason
            self._finish(execution, ExecutionResult("ABORTED", error=error, cause=cause))
        elif (fault := task.exception()) is not None:
            _log.error("%s broke off", execution.arn, exc_info=fault)
            # The interpreter has ended the history already, before it let the fault through.
            details = execution.events[-1]["executionFailedEventDetails"]
            result = ExecutionResult("FAILED", error=details["error"], cause=details["cause"])
            self._finish(execution, result)
        else:
            self._finish(execution, task.result())

    def _finish(self, execution: Execution, result: ExecutionResult) -> None:
        execution.status = result.status
        events = execution.events
        execution.stopped_at = events[-1]["timestamp"] if events else time.time()
        execution.error, execution.cause = result.error, result.cause
        if result.status == "SUCCEEDED":
            execution.output = json_text(result.output)
        self._express.discard(execution)
        if execution.state_machine.kind != "EXPRESS":
            self.executions.end(execution)
        self.state_machines.ended(execution.state_machine)

    def redrive_execution(self, execution: Execution, client_token: str | None) -> float:
        """Let an execution that did not succeed go on from where it broke off.

        Returns when it does, in seconds since the epoch: the first time's for a token that comes
        again.

        Raises
        ------
        Refusal
            `ExecutionNotRedrivable`.
        """
        before = redriven_before(execution, client_token)
        if before is not None:
            return before
        reason = obstacle(execution)
        if reason is None and execution.map_run_arn is not None:
            reason = "Execution is of a Map Run: redrive the execution that started it"
        if reason is not None:
            raise Refusal("ExecutionNotRedrivable", reason)
        self.executions.reopen(execution)
        redriven_at = count_redrive(execution, client_token)
        execution.status, execution.stopped_at = "RUNNING", None
        execution.error = execution.cause = None
        execution.stop_reason = (None, None)
        self._begin(execution, checked_input(execution.input), 0.0)
        return redriven_at

    async def stop_execution(self, arn: str, *, error: str | None, cause: str | None) -> Execution:
        """Stop an execution with an error and a cause; one that has ended stays as it is.

        Raises
        ------
        Refusal
            `ExecutionDoesNotExist`.
        """
        execution = self.executions.get(arn)
        task = execution.task
        if task is not None and not task.done():
            execution.stop_reason = (error, cause)
            await asyncio.sleep(0)  # so that it has begun: what has not writes no history
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return execution

    async def close(self) -> None:
        """Stop every execution that runs."""
        self.definitions.close()
        running = [*self.executions.running(), *self._express]
        tasks = [each.task for each in running if each.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
