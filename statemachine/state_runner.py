"""Walks through states: each is entered, carried out, retried or caught, and left."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from statemachine.choice_rule import holds, timestamp
from statemachine.clock import Clock
from statemachine.composite_states import run_map, run_parallel
from statemachine.data_flow import effective_input, state_input, state_output
from statemachine.errors import NO_CHOICE_MATCHED, RUNTIME, ExecutionError
from statemachine.execution import iso_time
from statemachine.history import Trail, input_details, output_details
from statemachine.json_path import read, write
from statemachine.payload_template import expression_value
from statemachine.retry import Retries, handler_of
from statemachine.states import (
    Choice,
    Fail,
    Map,
    Parallel,
    Pass,
    State,
    StatesMap,
    Succeed,
    Task,
    Wait,
)
from statemachine.task import TaskInvoker
from statemachine.task_state import run_task

Context = Mapping[str, Any]
Left = tuple[Any, str | None]
"""A state's output, and the state to go on with, if any."""


class StateRunner:
    """Runs the states of one execution.

    Parameters
    ----------
    invoker, clock, randomness
        As the interpreter got them.
    """

    def __init__(self, invoker: TaskInvoker, clock: Clock, randomness: random.Random) -> None:
        self.invoker = invoker
        self.clock = clock
        self.randomness = randomness

    async def run_states(self, states: StatesMap, data: Any, context: Context, trail: Trail) -> Any:
        """Run states from the first to one that ends, and return its output.

        Raises
        ------
        ExecutionError
            Of a state that failed and that nothing caught.
        """
        name: str | None = states.start_at
        while name is not None:
            data, name = await self._visit(name, states.states[name], data, context, trail)
        return data

    async def _visit(
        self, name: str, state: State, data: Any, context: Context, trail: Trail
    ) -> Left:
        kind = type(state).__name__
        entered_s = self.clock.time()
        trail.add(f"{kind}StateEntered", entered_s, {"name": name, **input_details(data)})
        own = {"Name": name, "EnteredTime": iso_time(entered_s), "RetryCount": 0}
        try:
            output, following = await self._carried_out(
                state, data, {**context, "State": own}, trail
            )
        except ExecutionError as error:
            output, following = _caught(state, data, error)
        trail.add(f"{kind}StateExited", self.clock.time(), {"name": name, **output_details(output)})
        return output, following

    async def _carried_out(
        self, state: State, data: Any, context: dict[str, Any], trail: Trail
    ) -> Left:
        if isinstance(state, Fail):
            self._fail(state, data, context)
        selected = state_input(state.flow, data, context)
        match state:
            case Task() | Parallel() | Map():
                result = await self._with_retries(state, selected, context, trail)
            case Choice():
                following = _chosen(state, selected, context)
                return state_output(state.flow, selected, selected, context, self.randomness), (
                    following
                )
            case Wait():
                await self.clock.sleep(self._wait_s(state, selected, context))
                result = selected
            case Pass():
                filled = effective_input(state.flow, selected, context, self.randomness)
                result = state.result if state.has_result else filled
            case Succeed():
                result = selected
        raw = data if isinstance(state, Pass | Task | Parallel | Map) else selected
        output = state_output(state.flow, raw, result, context, self.randomness)
        return output, None if isinstance(state, Succeed) else state.next

    async def _with_retries(
        self, state: Task | Parallel | Map, selected: Any, context: dict[str, Any], trail: Trail
    ) -> Any:
        retries = Retries(state.retriers, self.randomness)
        while True:
            try:
                match state:
                    case Task():
                        return await run_task(self, state, selected, context, trail)
                    case Parallel():
                        return await run_parallel(self, state, selected, context, trail)
                    case Map():
                        return await run_map(self, state, selected, context, trail)
            except ExecutionError as error:
                delay_s = retries.delay_s(error.error)
                if delay_s is None:
                    raise
            await self.clock.sleep(delay_s)
            context = {**context, "State": {**context["State"], "RetryCount": retries.count}}

    def _wait_s(self, state: Wait, data: Any, context: Context) -> float:
        if state.seconds is not None:
            return state.seconds
        if state.seconds_path is not None:
            seconds = read(state.seconds_path, data, context)
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
                raise ExecutionError(
                    RUNTIME, f"{state.seconds_path} is {seconds!r}, not a number of seconds"
                )
            return seconds
        given = state.timestamp or read(state.timestamp_path or "$", data, context)
        moment = timestamp(given)
        if moment is None:
            raise ExecutionError(RUNTIME, f"{given!r} is not a time such as 2026-01-31T12:00:00Z")
        return (moment - datetime.fromtimestamp(self.clock.time(), UTC)).total_seconds()

    def _fail(self, state: Fail, data: Any, context: Context) -> NoReturn:
        def text(fixed: str | None, path: str | None) -> str:
            if path is None:
                return fixed or ""
            value = expression_value(path, data, context, self.randomness, RUNTIME)
            if not isinstance(value, str):
                raise ExecutionError(RUNTIME, f"{path} is {value!r}, not a string")
            return value

        raise ExecutionError(
            text(state.error, state.error_path), text(state.cause, state.cause_path)
        )


def _chosen(state: Choice, data: Any, context: Context) -> str:
    for rule, target in state.rules:
        if holds(rule, data, context):
            return target
    if state.default is None:
        raise ExecutionError(NO_CHOICE_MATCHED, "No rule matched and there is no Default")
    return state.default


def _caught(state: State, data: Any, error: ExecutionError) -> Left:
    catcher = handler_of(error.error, getattr(state, "catchers", ()))
    if catcher is None:
        raise error
    caught = {"Error": error.error, "Cause": error.cause}
    output = data if catcher.result_path is None else write(catcher.result_path, data, caught)
    return output, catcher.next
