"""Runs an execution from its start to its end."""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any

from statemachine.activities import Activities
from statemachine.callbacks import Callbacks
from statemachine.clock import AsyncioClock, Clock, within
from statemachine.definition.parse import parse
from statemachine.definition.states import StateMachine
from statemachine.errors import RUNTIME, TIMEOUT, ExecutionError, LifetimeOver
from statemachine.execution.context import ExecutionContext, ExecutionResult
from statemachine.execution.state_runner import StateRunner
from statemachine.execution.variables import Variables
from statemachine.history import History, Trail, error_details
from statemachine.map_run import MapRuns, NoMapRuns
from statemachine.pace import NoPace, Pace
from statemachine.progress import Progress
from statemachine.scope import ABSENT
from statemachine.storage import NoStorage, ObjectStorage
from statemachine.task import TaskInvoker

Reason = tuple[str | None, str | None]
"""Error and cause with which an execution is stopped."""


def no_reason() -> Reason:
    """Give neither error nor cause."""
    return None, None


class Interpreter:
    """Runs executions of one state machine.

    Parameters
    ----------
    definition
        JSON text, the same as a dict, or what `parse` made of it.
    invoker
        Carries out Task states.
    clock
        The time, and the waits; the machine's unless given.
    randomness
        For jitter, `States.MathRandom` and `States.UUID`.
    pace
        Asked before each state.
    callbacks
        Where tasks wait whose end comes with a task token; one of its own unless given.
    activities
        The queues of activities, which workers take tasks from; of its own unless given.
    storage
        Where distributed maps read items and write results; none unless given.
    map_runs
        Is told of the Map Runs of distributed maps.

    Raises
    ------
    InvalidDefinition
        With every fault of the definition.
    """

    def __init__(
        self,
        definition: str | Mapping[str, Any] | StateMachine,
        invoker: TaskInvoker,
        clock: Clock | None = None,
        *,
        randomness: random.Random | None = None,
        pace: Pace | None = None,
        callbacks: Callbacks | None = None,
        activities: Activities | None = None,
        storage: ObjectStorage | None = None,
        map_runs: MapRuns | None = None,
    ) -> None:
        self._storage = storage or NoStorage()
        self._map_runs = map_runs or NoMapRuns()
        self._pace = pace or NoPace()
        self.callbacks = Callbacks() if callbacks is None else callbacks
        self.activities = Activities() if activities is None else activities
        self._state_machine = (
            definition if isinstance(definition, StateMachine) else parse(definition)
        )
        self._invoker = invoker
        self._clock = clock or AsyncioClock()
        self._randomness = randomness or random.Random()  # noqa: S311 - not for secrets

    async def run(
        self,
        execution_input: Any = ABSENT,
        *,
        context: ExecutionContext | None = None,
        history: History | None = None,
        input_text: str | None = None,
        progress: Progress | None = None,
        stop_reason: Callable[[], Reason] = no_reason,
    ) -> ExecutionResult:
        """Run an execution and write its history.

        Parameters
        ----------
        execution_input
            A JSON value, which is never changed; `{}` unless given.
        context
            What the execution is called; a name of its own unless given.
        history
            Filled while the execution goes on; the result has its events in any case.
        input_text
            The text that the input came as, for the history.
        progress
            Kept up to date. An execution that broke off goes on from it, with the history that it
            has, when *context* says that it is redriven.
        stop_reason
            Asked when the asyncio task that runs this is cancelled: error and cause of
            ExecutionAborted.

        Raises
        ------
        asyncio.CancelledError
            After ExecutionAborted was written.
        Exception
            What an invoker raises beside `TaskFailed`, after ExecutionFailed was written.
        """
        context = context or ExecutionContext.embedded(self._clock.time())
        history = history or History()
        execution_input = {} if execution_input is ABSENT else execution_input
        trail = Trail(history, progress=progress or Progress())
        runner = StateRunner(
            self._invoker,
            self._clock,
            self._randomness,
            self._pace,
            callbacks=self.callbacks,
            activities=self.activities,
            storage=self._storage,
            map_runs=self._map_runs,
            execution=context,
            run_child=self._run_child,
        )
        machine = self._state_machine
        expiry = ExecutionError(TIMEOUT)
        if input_text is not None:
            trail.note_text(execution_input, input_text)
        try:
            self._begin(input_text or trail.text(execution_input), context, history)
            states = runner.run_states(
                machine.top,
                execution_input,
                context.context_object(execution_input),
                Variables(),
                trail,
            )
            output = await within(self._clock, states, machine.timeout_s, expiry)
        except ExecutionError as error:
            is_timed_out = error is expiry or isinstance(error, LifetimeOver)
            return self._failed(error, history, trail, is_timed_out=is_timed_out)
        except asyncio.CancelledError:
            error_name, cause = stop_reason()
            details = {"error": error_name, "cause": cause}
            given = {name: text for name, text in details.items() if text is not None}
            history.add("ExecutionAborted", self._clock.time(), 0, given)
            raise
        except Exception as error:
            # A defect of the invoker or of this package: the history ends, and the defect shows.
            cause = f"The execution could not go on: {type(error).__name__}"
            details = {"error": RUNTIME, "cause": cause}
            history.add("ExecutionFailed", self._clock.time(), len(history.events), details)
            raise
        succeeded = {"output": trail.text(output), "outputDetails": {"truncated": False}}
        trail.add("ExecutionSucceeded", self._clock.time(), succeeded)
        return ExecutionResult("SUCCEEDED", output=output, history=history.events)

    def _begin(self, input_text: str, context: ExecutionContext, history: History) -> None:
        """Write the event that the execution starts with, or goes on with."""
        now_s = self._clock.time()
        if context.redrive_count:
            last = len(history.events)
            history.add("ExecutionRedriven", now_s, last, {"redriveCount": context.redrive_count})
            return
        # The first state is linked to 0, as the start itself is: API Reference,
        # GetExecutionHistory, example.
        details = {
            "input": input_text,
            "inputDetails": {"truncated": False},
            "roleArn": context.role_arn,
        }
        history.add("ExecutionStarted", now_s, 0, details)

    async def _run_child(
        self,
        machine: StateMachine,
        execution_input: Any,
        context: ExecutionContext,
        history: History,
    ) -> ExecutionResult:
        """Run an execution of states of this state machine (`RunChild`)."""
        child = Interpreter(
            machine,
            self._invoker,
            self._clock,
            randomness=self._randomness,
            pace=self._pace,
            callbacks=self.callbacks,
            activities=self.activities,
            storage=self._storage,
            map_runs=self._map_runs,
        )
        return await child.run(execution_input, context=context, history=history)

    def _failed(
        self, error: ExecutionError, history: History, trail: Trail, *, is_timed_out: bool
    ) -> ExecutionResult:
        now_s = self._clock.time()
        if is_timed_out:
            # AWS links it to no event, and DescribeExecution tells no error.
            history.add("ExecutionTimedOut", now_s, 0, error_details(error))
            return ExecutionResult("TIMED_OUT", history=history.events)
        last = trail.last
        if error.is_fatal:
            last = error.last_event_id or len(history.events)
        history.add("ExecutionFailed", now_s, last, error_details(error))
        return ExecutionResult(
            "FAILED",
            error=error.error or None,
            cause=error.cause or None,
            history=history.events,
        )
