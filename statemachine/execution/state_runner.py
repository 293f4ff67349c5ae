"""Walks through states: each is entered, carried out, retried or caught, and left."""

import random
from collections.abc import Mapping
from typing import Any, Final

from statemachine.activities import Activities
from statemachine.callbacks import Callbacks
from statemachine.clock import Clock
from statemachine.definition.states import (
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
from statemachine.errors import ExecutionError, StateFault
from statemachine.execution.composite_states import run_map, run_parallel
from statemachine.execution.context import iso_time
from statemachine.execution.data_flow import check_size, effective_input, state_input, state_output
from statemachine.execution.flow_states import chosen, fail, wait_s
from statemachine.execution.retry import Retries, handler_of
from statemachine.execution.task_state import run_task
from statemachine.history import Trail
from statemachine.jsonpath.json_path import write
from statemachine.pace import Pace
from statemachine.task import TaskInvoker

Context = Mapping[str, Any]
Left = tuple[Any, str | None]
"""A state's output, and the state to go on with, if any."""

_VISITS_IN_A_ROW: Final = 100
"""States after which others get a turn: states that wait for nothing would keep the event loop,
and time limits and cancellation would not be seen."""


class StateRunner:
    """Runs the states of one execution.

    Parameters
    ----------
    invoker, clock, randomness, pace, callbacks, activities
        As the interpreter got them.
    trace_header
        The execution's.
    """

    def __init__(
        self,
        invoker: TaskInvoker,
        clock: Clock,
        randomness: random.Random,
        pace: Pace,
        callbacks: Callbacks,
        activities: Activities,
        trace_header: str = "",
    ) -> None:
        self.invoker = invoker
        self.clock = clock
        self.randomness = randomness
        self.pace = pace
        self.callbacks = callbacks
        self.activities = activities
        self.trace_header = trace_header
        self._visits = 0

    async def run_states(self, states: StatesMap, data: Any, context: Context, trail: Trail) -> Any:
        """Run states from the first to one that ends, and return its output.

        Raises
        ------
        ExecutionError
            Of a state that failed and that nothing caught.
        """
        name: str | None = states.start_at
        while name is not None:
            self._visits += 1
            if self._visits % _VISITS_IN_A_ROW == 0:
                await self.clock.sleep(0)
            await self.pace.before_state(name)
            data, name = await self._visit(name, states.states[name], data, context, trail)
        return data

    async def _visit(
        self, name: str, state: State, data: Any, context: Context, trail: Trail
    ) -> Left:
        kind = type(state).__name__
        entered_s = self.clock.time()
        entered_id = trail.enter(kind, entered_s, name, data)
        own = {"Name": name, "EnteredTime": iso_time(entered_s), "RetryCount": 0}
        try:
            try:
                output, following = await self._carried_out(
                    state, data, {**context, "State": own}, trail
                )
            except StateFault as fault:
                output, following = _caught(state, data, fault.located(name, entered_id))
            except ExecutionError as error:
                output, following = _caught(state, data, error)
        except StateFault as fault:
            trail.give_up()
            raise fault.located(name, entered_id) from fault
        except ExecutionError:
            trail.give_up()
            raise
        trail.leave(kind, self.clock.time(), name, output)
        return output, following

    async def _carried_out(
        self, state: State, data: Any, context: dict[str, Any], trail: Trail
    ) -> Left:
        if isinstance(state, Fail):
            fail(state, data, context, self.randomness)
        selected = state_input(state.flow, data, context)
        following = None if isinstance(state, Choice | Succeed) else state.next
        match state:
            case Task() | Parallel() | Map():
                result = await self._with_retries(state, selected, context, trail)
            case Choice():
                following = chosen(state, selected, context)
                result = selected
            case Wait():
                await self.clock.sleep(wait_s(state, selected, context, self.clock.time()))
                result = selected
            case Pass():
                filled = effective_input(state.flow, selected, context, self.randomness)
                result = state.result if state.has_result else filled
            case Succeed():
                result = selected
        return state_output(state.flow, data, result, context, self.randomness), following

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
                delay_s = retries.delay_s(error)
                if delay_s is None:
                    raise
            await self.clock.sleep(delay_s)
            context = {**context, "State": {**context["State"], "RetryCount": retries.count}}


def _caught(state: State, data: Any, error: ExecutionError) -> Left:
    """Return what the error's catcher makes of it, or raise it.

    Raises
    ------
    ExecutionError
        The same, or a `StateFault` of the catcher's own.
    """
    catchers = state.catchers if isinstance(state, Task | Parallel | Map) else ()
    catcher = handler_of(error, catchers)
    if catcher is None:
        raise error
    caught = {"Error": error.error, "Cause": error.cause}
    output = data if catcher.result_path is None else write(catcher.result_path, data, caught)
    check_size(output)
    return output, catcher.next
