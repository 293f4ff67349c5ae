"""An execution that breaks off anywhere and is redriven ends as one that never did."""

import asyncio
import itertools
import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from statemachine import ExecutionContext, ExecutionResult, History, Interpreter, TaskFailed
from statemachine.clock import VirtualClock
from statemachine.progress import Progress
from tests.statemachine.machines import definitions

INPUT = {"n": 2, "items": [1, 2, 3]}
RESOURCE = "arn:aws:states:::sns:publish"


class Interruptions:
    """Cancels an execution at its n-th task or state, once for each *n* of an attempt."""

    def __init__(self, clock: VirtualClock, at_state: int | None, at_task: int | None) -> None:
        self._clock = clock
        self._states, self._tasks = itertools.count(), itertools.count()
        self._at_state, self._at_task = at_state, at_task
        self.execution: asyncio.Task[Any] | None = None

    async def _interrupt(self) -> None:
        assert self.execution is not None
        self.execution.cancel()
        await asyncio.get_running_loop().create_future()

    async def before_state(self, _: str) -> None:
        if next(self._states) == self._at_state:
            await self._interrupt()

    async def invoke(self, request: Any) -> Any:
        if next(self._tasks) == self._at_task:
            await self._interrupt()
        number = sum(map(ord, request.state)) % 5
        if number == 0:
            raise TaskFailed("Boom", "played")
        await self._clock.sleep(3 * number)
        return {"state": request.state}


def run(
    definition: Any, interruptions: list[tuple[int | None, int | None]]
) -> tuple[ExecutionResult, History]:
    """Run an execution that breaks off so many times, each time put away and taken out again."""

    async def whole() -> tuple[ExecutionResult, History]:
        clock, history, progress = VirtualClock(), History(), Progress()
        context = ExecutionContext.embedded(clock.time())
        for count, (at_state, at_task) in enumerate([*interruptions, (None, None)]):
            invoker = Interruptions(clock, at_state, at_task)
            interpreter = Interpreter(
                definition, invoker, clock, randomness=random.Random(1), pace=invoker
            )
            named = replace(context, redrive_count=count, redriven_at=clock.time())
            running = interpreter.run(INPUT, context=named, history=history, progress=progress)
            invoker.execution = asyncio.ensure_future(running)
            await asyncio.wait([invoker.execution], timeout=20)
            if not invoker.execution.cancelled():
                return invoker.execution.result(), history
            progress = Progress.from_json(json.loads(json.dumps(progress.to_json())))
        raise AssertionError("The last attempt was interrupted")

    return asyncio.run(whole())


places = st.integers(0, 12)
interruption = st.one_of(
    st.tuples(places, st.none()),
    st.tuples(st.none(), places),
)


@given(definition=definitions(), interruptions=st.lists(interruption, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_ends_as_if_it_had_never_broken_off(definition, interruptions) -> None:
    whole, history = run(definition, [])
    assume(len(history.events) < 500)  # and not by running out of events
    broken, broken_history = run(definition, interruptions)
    assert (broken.status, broken.output) == (whole.status, whole.output)
    assert broken.error == whole.error
    events = broken_history.events
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["previousEventId"] < event["id"] for event in events)
    redrives = [event for event in events if event["type"] == "ExecutionRedriven"]
    ends = [event for event in events if event["type"] == "ExecutionAborted"]
    assert [each["id"] for each in redrives] == [each["id"] + 1 for each in ends]
    entered = [event["type"] for event in history.events].count("TaskStateEntered")
    if not any(state in json.dumps(definition) for state in ('"Choice"', '"Catch"', '"Retry"')):
        entered_again = [event["type"] for event in events].count("TaskStateEntered")
        assert whole.status == "FAILED" or entered_again == entered


def task(**more: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": RESOURCE, "End": True, **more}


def redriven(definition: Any, answer: Any, attempts: int = 2) -> tuple[list[Any], History, float]:
    """Run an execution and redrive it; return how each attempt ended, and what the last took."""

    class Invoker:
        async def invoke(self, request: Any) -> Any:
            return await answer(request, clock)

    clock = VirtualClock()

    async def whole() -> tuple[list[Any], History, float]:
        history, progress, results = History(), Progress(), []
        for count in range(attempts):
            began_s = clock.time()
            context = replace(ExecutionContext.embedded(began_s), redrive_count=count)
            interpreter = Interpreter(definition, Invoker(), clock)
            results.append(
                await interpreter.run(INPUT, context=context, history=history, progress=progress)
            )
        return results, history, clock.time() - began_s

    return asyncio.run(whole())


def test_retries_are_counted_from_the_start_again() -> None:
    calls = itertools.count()

    async def answer(*_: Any) -> Any:
        if next(calls) < 5:
            raise TaskFailed("Boom")
        return {}

    retry = [{"ErrorEquals": ["Boom"], "IntervalSeconds": 10, "MaxAttempts": 2}]
    definition = {"StartAt": "T", "States": {"T": task(Retry=retry)}}
    results, history, took_s = redriven(definition, answer)
    assert [result.status for result in results] == ["FAILED", "SUCCEEDED"]
    assert took_s == pytest.approx(10 + 20)
    assert [event["type"] for event in history.events].count("TaskScheduled") == 6


def test_the_time_limits_of_execution_and_task_start_anew() -> None:
    async def answer(_: Any, clock: VirtualClock) -> Any:
        await clock.sleep(1_000)

    for definition in (
        {"StartAt": "T", "TimeoutSeconds": 100, "States": {"T": task()}},
        {"StartAt": "T", "States": {"T": task(TimeoutSeconds=100)}},
    ):
        results, _, took_s = redriven(definition, answer)
        assert results[0].status == results[1].status != "SUCCEEDED"
        assert took_s == pytest.approx(100)


def test_a_state_that_failed_after_all_its_branches_runs_anew() -> None:
    """Source: Developer Guide: "If the state failed because of a States.DataLimitExceeded error,
    the Parallel state is rerun"."""
    size = itertools.chain([200_000, 200_000], itertools.repeat(10))

    async def answer(*_: Any) -> Any:
        return "x" * next(size)

    def branch(name: str) -> dict[str, Any]:
        return {"StartAt": name, "States": {name: task()}}

    parallel = {"Type": "Parallel", "Branches": [branch("A"), branch("B")], "End": True}
    results, history, _ = redriven({"StartAt": "P", "States": {"P": parallel}}, answer)
    assert results[0].error == "States.DataLimitExceeded"
    assert results[1].output == ["x" * 10] * 2
    assert [event["type"] for event in history.events].count("ParallelStateStarted") == 2
