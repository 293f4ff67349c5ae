"""Runs an execution from its start to its end."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

from statemachine.clock import Clock, within
from statemachine.definition.states import StateMachine
from statemachine.errors import RUNTIME, TIMEOUT, ExecutionError
from statemachine.execution.context import ExecutionContext, ExecutionResult, Status
from statemachine.execution.state_runner import StateRunner
from statemachine.history import (
    History,
    Trail,
    error_details,
    input_details,
    output_details,
)
from statemachine.pace import NoPace, Pace
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
    state_machine
        What `parse` made of a definition.
    invoker
        Carries out Task states.
    clock
        The time, and the waits.
    randomness
        For jitter, `States.MathRandom` and `States.UUID`.
    pace
        Asked before each state.
    """

    def __init__(
        self,
        state_machine: StateMachine,
        invoker: TaskInvoker,
        clock: Clock,
        *,
        randomness: random.Random | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace or NoPace()
        self._state_machine = state_machine
        self._invoker = invoker
        self._clock = clock
        self._randomness = randomness or random.Random()  # noqa: S311 - not for secrets

    async def run(
        self,
        execution_input: Any,
        *,
        context: ExecutionContext,
        history: History,
        stop_reason: Callable[[], Reason] = no_reason,
    ) -> ExecutionResult:
        """Run an execution and write its history.

        Parameters
        ----------
        execution_input
            A JSON value.
        history
            Filled while the execution goes on.
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
        trail = Trail(history)
        runner = StateRunner(
            self._invoker, self._clock, self._randomness, self._pace, context.trace_header
        )
        machine = self._state_machine
        expiry = ExecutionError(TIMEOUT)
        try:
            # The first state is linked to 0, as the start itself is: API Reference,
            # GetExecutionHistory, example.
            history.add(
                "ExecutionStarted",
                self._clock.time(),
                0,
                {**input_details(execution_input), "roleArn": context.role_arn},
            )
            states = runner.run_states(
                machine.top, execution_input, context.context_object(execution_input), trail
            )
            output = await within(self._clock, states, machine.timeout_s, expiry)
        except ExecutionError as error:
            ending = "ExecutionTimedOut" if error is expiry else "ExecutionFailed"
            last = len(history.events) if error is expiry else trail.last
            history.add(ending, self._clock.time(), last, error_details(error))
            status: Status = "TIMED_OUT" if error is expiry else "FAILED"
            return ExecutionResult(status, error=error.error or None, cause=error.cause or None)
        except asyncio.CancelledError:
            error_name, cause = stop_reason()
            details = {"error": error_name, "cause": cause}
            given = {name: text for name, text in details.items() if text is not None}
            history.add("ExecutionAborted", self._clock.time(), len(history.events), given)
            raise
        except Exception as error:
            # A defect of the invoker or of this package: the history ends, and the defect shows.
            cause = f"The execution could not go on: {type(error).__name__}"
            details = {"error": RUNTIME, "cause": cause}
            history.add("ExecutionFailed", self._clock.time(), len(history.events), details)
            raise
        trail.add("ExecutionSucceeded", self._clock.time(), output_details(output))
        return ExecutionResult("SUCCEEDED", output=output)
