"""Runs executions: hands the interpreter what one is called, its pace and its surroundings."""

import random
from typing import Any

from sim.latency.shaper import Shaper
from sim.states_service.executions import Execution, Redrives
from sim.states_service.leaving_pace import LeavingPace
from sim.states_service.map_runs import RecordedMapRuns
from sim.states_service.shaped_execution import ShapedExecution
from statemachine import Callbacks, ExecutionContext, ExecutionResult, Interpreter, TaskInvoker
from statemachine.activities import Activities
from statemachine.clock import Clock
from statemachine.storage import ObjectStorage


class ExecutionRunner:
    """Runs executions of all state machines.

    Parameters
    ----------
    invoker
        Carries out their tasks.
    clock
        Their time.
    shaper
        Makes them as slow as on AWS; `None` leaves them as they are.
    callbacks, activities, storage, map_runs
        As the interpreter takes them.
    """

    def __init__(
        self,
        invoker: TaskInvoker,
        clock: Clock,
        *,
        shaper: Shaper | None,
        callbacks: Callbacks,
        activities: Activities,
        storage: ObjectStorage | None,
        map_runs: RecordedMapRuns,
    ) -> None:
        self._invoker = invoker
        self._clock = clock
        self._shaper = shaper
        self._callbacks = callbacks
        self._activities = activities
        self._storage = storage
        self._map_runs = map_runs
        # One for all: a generator of its own would be a quarter of what an execution takes.
        self._randomness = random.Random()  # noqa: S311 - not for secrets

    async def run(self, execution: Execution, value: Any, answer_due_s: float) -> ExecutionResult:
        """Run an execution from its start, or from where it broke off, to its end.

        Parameters
        ----------
        value
            Its input.
        answer_due_s
            On `time.perf_counter`: when the caller takes the answer to the start to have come.
        """
        machine, revision = execution.state_machine, execution.revision
        redrives = execution.redrives or Redrives()
        context = ExecutionContext(
            execution_arn=execution.arn,
            execution_name=execution.name,
            role_arn=revision.role_arn,
            start_time=execution.started_at,
            state_machine_arn=machine.arn,
            state_machine_name=machine.name,
            trace_header=execution.trace_header,
            redrive_count=redrives.count,
            redriven_at=redrives.last_at,
        )
        return await self._interpreter(execution, answer_due_s).run(
            value,
            context=context,
            history=execution.history,
            input_text=execution.input,
            progress=execution.progress,
            stop_reason=lambda: execution.stop_reason,
        )

    def _interpreter(self, execution: Execution, answer_due_s: float) -> Interpreter:
        if self._shaper is None:
            pace = LeavingPace(execution, None)
            return self._plain_interpreter(execution, self._invoker, pace)
        shaped = ShapedExecution(self._invoker, self._shaper, execution.trace_header, answer_due_s)
        pace = LeavingPace(execution, shaped)
        return self._plain_interpreter(execution, shaped, pace)

    def _plain_interpreter(
        self, execution: Execution, invoker: TaskInvoker, pace: LeavingPace
    ) -> Interpreter:
        return Interpreter(
            execution.revision.parsed,
            invoker,
            self._clock,
            pace=pace,
            randomness=self._randomness,
            callbacks=self._callbacks,
            activities=self._activities,
            storage=self._storage,
            map_runs=self._map_runs.of(execution),
        )
