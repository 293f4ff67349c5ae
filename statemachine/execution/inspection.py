"""One state by itself, step by step: what TestState shows.

The steps are named as in the API Reference, InspectionData.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from statemachine.clock import Clock
from statemachine.data_limit import check_length
from statemachine.definition.states import (
    ROOT,
    Choice,
    Fail,
    JsonataFlow,
    JsonPathFlow,
    Map,
    Parallel,
    Pass,
    State,
    Succeed,
    Task,
    Wait,
)
from statemachine.errors import ExecutionError, StateFault
from statemachine.execution.flow_states import chosen, failure, wait_s
from statemachine.execution.map_inspection import MapTrial, note_items
from statemachine.execution.retry import catcher_of, delay_s, retrier_of
from statemachine.execution.variables import Variables
from statemachine.execution.visit import Left, Visit
from statemachine.history import History, Trail, json_text
from statemachine.jsonpath.json_path import write
from statemachine.scope import ABSENT, Scope

Attempt = Callable[[Visit], Awaitable[Any]]
"""Gives the raw result of a Task, Parallel or Map state, or raises its error."""

_ENTERED_ID: Final = 2
"""The id that the event of entering a state has in an execution that begins with it."""


@dataclass(slots=True)
class Inspection:
    """What became of a state.

    Parameters
    ----------
    status
        As TestState has it.
    steps
        Members of InspectionData as JSON values.
    error_details
        Which retrier or catcher the error went to.
    next
        The state that would follow.
    """

    status: Literal["SUCCEEDED", "FAILED", "RETRIABLE", "CAUGHT_ERROR"] = "SUCCEEDED"
    output: Any = ABSENT
    error: ExecutionError | None = None
    next: str | None = None
    steps: dict[str, Any] = field(default_factory=dict)
    error_details: dict[str, int] = field(default_factory=dict)

    @property
    def has_output(self) -> bool:
        """Whether the state has been left with an output."""
        return self.output is not ABSENT


async def inspect_state(
    name: str,
    state: State,
    data: Any,
    context: Mapping[str, Any],
    variables: Mapping[str, Any],
    attempt: Attempt,
    clock: Clock,
    *,
    retries: int = 0,
    trial: MapTrial | None = None,
    randomness: random.Random | None = None,
) -> Inspection:
    """Carry out one state, without repeating it, and return what became of it.

    Parameters
    ----------
    data
        Its raw input.
    context
        The Context object, with the state in it.
    variables
        Values by name, as they are before the state.
    attempt
        Stands for the work of a Task, Parallel or Map state.
    retries
        How often the retrier that the error goes to has retried already.
    trial
        What a Map state is tried with.
    """
    randomness = randomness or random.Random()  # noqa: S311 - not for secrets
    own = Variables(variables)
    scope = Scope(data, context, own.values)
    visit = Visit(name, state, data, scope, own, Trail(History()), _ENTERED_ID, randomness, clock)
    return await _Inspector(visit, attempt, clock, retries, trial or MapTrial()).run()


class _Inspector:
    """Follows a visit and notes its steps."""

    def __init__(
        self, visit: Visit, attempt: Attempt, clock: Clock, retries: int, trial: MapTrial
    ) -> None:
        self._visit = visit
        self._attempt = attempt
        self._clock = clock
        self._retries = retries
        self._trial = trial
        self._found = Inspection(steps={"input": visit.data})

    async def run(self) -> Inspection:
        found, visit = self._found, self._visit
        try:
            left, following = await self._carried_out()
            self._leave(left)
            found.next = following
        except StateFault as fault:
            self._handle(fault.located(visit.name, _ENTERED_ID))
        except ExecutionError as error:
            self._handle(error)
        if visit.variables.values:
            found.steps["variables"] = dict(visit.variables.values)
        return found

    def _leave(self, left: Left) -> None:
        output, assigned = left
        check_length(json_text(output), self._visit.name)
        if assigned:
            self._visit.variables.assign(assigned)
        self._found.output = output

    async def _carried_out(self) -> tuple[Left, str | None]:
        state = self._visit.state
        opened = self._opened()
        match state:
            case Task() | Parallel() | Map():
                if isinstance(state, Map):
                    await note_items(state, opened, self._trial, self._found.steps)
                else:
                    self._note_arguments(opened)
                result = await self._attempt(opened)
                self._found.steps["result"] = result
                return self._left(opened, result), state.next
            case Pass():
                arguments = self._note_arguments(opened)
                if state.has_result:
                    self._found.steps["result"] = state.result
                return self._left(opened, state.result if state.has_result else arguments), (
                    state.next
                )
            case Choice():
                rule, place = chosen(state, opened)
                return opened.left_by(rule, place), rule.next if rule else state.default
            case Wait():
                await self._clock.sleep(wait_s(state, opened, self._clock.time()))
                return opened.left(), state.next
            case Succeed():
                return opened.left(), None
            case Fail():
                raise failure(state, opened)

    def _opened(self) -> Visit:
        opened = self._visit.opened()
        if isinstance(opened.flow, JsonPathFlow):
            self._found.steps["afterInputPath"] = opened.scope.data
        return opened

    def _note_arguments(self, opened: Visit) -> Any:
        before = opened.randomness.getstate()
        arguments = opened.arguments()
        opened.randomness.setstate(before)  # so that the state itself draws the same
        if isinstance(opened.flow, JsonPathFlow):
            self._found.steps["afterParameters"] = arguments
        elif not isinstance(opened.state, Pass):
            self._found.steps["afterArguments"] = arguments
        return arguments

    def _left(self, opened: Visit, result: Any) -> Left:
        flow, steps = opened.flow, self._found.steps
        if isinstance(flow, JsonPathFlow):
            before = opened.randomness.getstate()
            selected = result
            if flow.has_result_selector:
                scope = opened.scope.of(result)
                selected = opened.filled(flow.result_selector, scope, "ResultSelector")
            steps["afterResultSelector"] = selected
            combined = opened.data
            if flow.result_path is not None:
                combined = write(flow.result_path, opened.data, selected)
            steps["afterResultPath"] = combined
            opened.randomness.setstate(before)
        return opened.left(result)

    def _handle(self, error: ExecutionError) -> None:
        """Note what Retry and Catch make of an error."""
        found, visit, state = self._found, self._visit, self._visit.state
        found.status, found.error = "FAILED", error
        if not isinstance(state, Task | Parallel | Map):
            return
        retrying = retrier_of(error, state.retriers)
        if retrying is not None:
            retrier, place = retrying
            found.error_details["retryIndex"] = place
            if self._retries < retrier.max_attempts:
                backoff_s = delay_s(retrier, self._retries, visit.randomness)
                found.error_details["retryBackoffIntervalSeconds"] = int(backoff_s)
                found.status = "RETRIABLE"
                return
        catching = catcher_of(error, state.catchers)
        if catching is None:
            return
        catcher, place = catching
        error_output = {"Error": error.error, "Cause": error.cause}
        try:
            left = visit.caught(catcher, error_output, f"Catch[{place}]/")
            self._leave(left)
        except StateFault as fault:
            found.error = fault.located(visit.name, _ENTERED_ID)
            return
        found.error_details["catchIndex"] = place
        if not isinstance(visit.flow, JsonataFlow) and catcher.result_path != ROOT:
            found.steps["afterResultPath"] = left[0]
        found.status, found.next = "CAUGHT_ERROR", catcher.next
