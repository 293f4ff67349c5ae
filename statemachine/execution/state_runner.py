"""Walks through states: each is entered, carried out, retried or caught, and left."""

import random
from collections.abc import Mapping
from typing import Any, Final

from statemachine.activities import Activities
from statemachine.callbacks import Callbacks
from statemachine.clock import Clock
from statemachine.data_limit import check_length
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
from statemachine.errors import ExecutionError, LifetimeOver, StateFault
from statemachine.execution.context import ExecutionContext, iso_time
from statemachine.execution.flow_states import chosen, failure, wait_s
from statemachine.execution.map_state import run_map
from statemachine.execution.parallel_state import run_parallel
from statemachine.execution.retry import Retries, catcher_of
from statemachine.execution.surroundings import RunChild
from statemachine.execution.task_state import run_task
from statemachine.execution.variables import Variables
from statemachine.execution.visit import Left, Visit
from statemachine.history import Trail
from statemachine.map_run import MapRuns
from statemachine.pace import Pace
from statemachine.scope import Scope
from statemachine.storage import ObjectStorage
from statemachine.task import TaskInvoker

LAST_MOMENT_S: Final = 253_402_300_799
"""The last second of the year 9999, in seconds since the epoch: what is later has no timestamp. On
AWS no execution lasts longer than a year; here one may, since a virtual clock makes it nothing."""

_VISITS_IN_A_ROW: Final = 100
"""States after which others get a turn: states that wait for nothing would keep the event loop,
and time limits and cancellation would not be seen."""

_WITH_ATTEMPTS: Final = (Task, Parallel, Map)


class StateRunner:
    """Runs the states of one execution.

    Parameters
    ----------
    invoker, clock, randomness, pace, callbacks, activities, storage, map_runs
        As the interpreter got them.
    execution
        What it is called.
    run_child
        Runs an execution of its own, as distributed maps have them.
    """

    def __init__(
        self,
        invoker: TaskInvoker,
        clock: Clock,
        randomness: random.Random,
        pace: Pace,
        *,
        callbacks: Callbacks,
        activities: Activities,
        storage: ObjectStorage,
        map_runs: MapRuns,
        execution: ExecutionContext,
        run_child: RunChild,
    ) -> None:
        self.invoker = invoker
        self.clock = clock
        self.randomness = randomness
        self.pace = pace
        self.callbacks = callbacks
        self.activities = activities
        self.storage = storage
        self.map_runs = map_runs
        self.execution = execution
        self.run_child = run_child
        self.trace_header = execution.trace_header
        self._visits = 0

    async def run_states(
        self,
        states: StatesMap,
        data: Any,
        context: Mapping[str, Any],
        variables: Variables,
        trail: Trail,
    ) -> Any:
        """Run states from the first to one that ends, and return its output.

        A walk that had broken off goes on from where `trail.progress` says.

        Raises
        ------
        ExecutionError
            Of a state that failed and that nothing caught.
        """
        progress = trail.progress
        name: str | None = states.start_at
        if progress.has_ended or progress.state is not None:
            trail.last = progress.last_id or trail.last
            if progress.has_ended:
                return progress.output
            name, data = progress.state, progress.data
            variables.values = progress.variables or {}
        entered_id = progress.entered_id
        try:
            while name is not None:
                self._visits += 1
                if self._visits % _VISITS_IN_A_ROW == 0:
                    await self.clock.sleep(0)
                if not entered_id:
                    progress.enter(name, data, variables.values)
                await self.pace.before_state(name)
                state = states.states[name]
                data, name = await self._visit(
                    name, state, data, context, variables, trail, entered_id
                )
                entered_id = 0
        finally:
            progress.last_id = trail.last
        progress.end(data)
        return data

    async def _visit(
        self,
        name: str,
        state: State,
        data: Any,
        context: Mapping[str, Any],
        variables: Variables,
        trail: Trail,
        entered_id: int,
    ) -> tuple[Any, str | None]:
        """Run one state, and return its output and the state to go on with, if any.

        *entered_id* is not 0 where the state was entered before the execution broke off.
        """
        kind = type(state).__name__
        entered_s = self.clock.time()
        if entered_id and kind != "Fail":
            trail.resume(kind)
        else:
            entered_id = trail.enter(kind, entered_s, name, data)
            trail.progress.entered_id = entered_id
        own: dict[str, Any] = {"Name": name, "EnteredTime": iso_time(entered_s)}
        if isinstance(state, _WITH_ATTEMPTS):
            own["RetryCount"] = 0
        scope = Scope(data, {**context, "State": own}, variables.values)
        visit = Visit(
            name, state, data, scope, variables, trail, entered_id, self.randomness, self.clock
        )
        try:
            (output, assigned), following = await self._carried_out(visit)
            texts = variables.assign(assigned) if assigned else None
            trail.leave(kind, self.clock.time(), name, output, texts)
        except StateFault as fault:
            trail.give_up()
            raise visit.located(fault, self.clock.time()) from fault
        except ExecutionError as error:
            trail.give_up()
            if error.is_fatal and error.last_event_id is None:
                error.last_event_id = trail.last
            raise
        return output, following

    async def _carried_out(self, visit: Visit) -> tuple[Left, str | None]:
        state = visit.state
        match state:
            case Task() | Parallel() | Map():
                return await self._with_handlers(visit, state)
            case Pass():
                visit = visit.opened()
                result = state.result if state.has_result else visit.arguments()
                return visit.left(result), state.next
            case Choice():
                visit = visit.opened()
                rule, place = chosen(state, visit)
                return visit.left_by(rule, place), rule.next if rule else state.default
            case Wait():
                visit = visit.opened()
                await self._sleep(wait_s(state, visit, self.clock.time()))
                return visit.left(), state.next
            case Succeed():
                return visit.opened().left(), None
            case Fail():
                raise failure(state, visit)

    async def _with_handlers(
        self, visit: Visit, state: Task | Parallel | Map
    ) -> tuple[Left, str | None]:
        """Run attempts until one succeeds, or nothing retries the error."""
        retries = Retries(state.retriers, self.randomness)
        while True:
            try:
                opened = visit.opened()
                left = opened.left(await self._attempt(opened, state))
                # Before the state is left, so that a catcher can name the error.
                check_length(visit.trail.text(left[0]), visit.name)
                return left, state.next
            except StateFault as fault:
                error = visit.located(fault, self.clock.time())
            except ExecutionError as problem:
                error = problem
            delay_s = retries.delay_s(error)
            if delay_s is None:
                if visit.trail.has_branches and not error.is_fatal:
                    # Written once, whatever the number of attempts.
                    visit.trail.has_branches = False
                    visit.trail.add(f"{type(state).__name__}StateFailed", self.clock.time())
                return _caught(visit, state, error)
            visit.trail.progress.branches = None
            await self._sleep(delay_s)
            context = visit.context
            own = {**context["State"], "RetryCount": retries.count}
            visit = visit.with_context({**context, "State": own})

    async def _sleep(self, seconds: float) -> None:
        """Wait, though not past the last moment that an event can tell."""
        left_s = LAST_MOMENT_S - self.clock.time()
        if seconds < left_s:
            await self.clock.sleep(seconds)
            return
        await self.clock.sleep(left_s)
        raise LifetimeOver

    async def _attempt(self, visit: Visit, state: Task | Parallel | Map) -> Any:
        match state:
            case Task():
                return await run_task(self, state, visit)
            case Parallel():
                return await run_parallel(self, state, visit)
            case Map():
                return await run_map(self, state, visit)


def _caught(
    visit: Visit, state: Task | Parallel | Map, error: ExecutionError
) -> tuple[Left, str | None]:
    """Return what the error's catcher makes of it, or raise it.

    Raises
    ------
    ExecutionError
        The same, or a `StateFault` of the catcher's own.
    """
    found = catcher_of(error, state.catchers)
    if found is None:
        raise error
    catcher, place = found
    error_output = {"Error": error.error, "Cause": error.cause}
    return visit.caught(catcher, error_output, f"Catch[{place}]/"), catcher.next
