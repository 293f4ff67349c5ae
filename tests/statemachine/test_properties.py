"""What holds of any definition that is accepted."""

import asyncio
import copy
import itertools
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import statemachine.history
from statemachine import ExecutionResult, Interpreter, TaskFailed
from statemachine.clock import VirtualClock
from tests.statemachine.machines import definitions

INPUT = {"n": 2, "items": [1, 2, 3]}
WITH_FEW_EVENTS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Answers:
    """Answers by what is asked and nothing else, after a number of turns that the seed decides."""

    def __init__(self, clock: VirtualClock, turns: random.Random) -> None:
        self._clock = clock
        self._turns = turns

    async def invoke(self, request: Any) -> Any:
        for _ in range(self._turns.randrange(4)):
            await asyncio.sleep(0)
        number = sum(map(ord, request.state)) % 5
        if number == 0:
            raise TaskFailed("Boom", "played")
        await self._clock.sleep(3 * number)
        return {"state": request.state}


def run(definition: Any, turns_seed: int = 0, seed: int = 1) -> ExecutionResult:
    async def whole() -> ExecutionResult:
        clock = VirtualClock()
        answers = Answers(clock, random.Random(turns_seed))
        interpreter = Interpreter(definition, answers, clock, randomness=random.Random(seed))
        return await asyncio.wait_for(interpreter.run(INPUT), 20)

    return asyncio.run(whole())


@pytest.fixture
def few_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let loops end soon."""
    monkeypatch.setattr(statemachine.history, "MAX_EVENTS", 300)


@given(definition=definitions())
@WITH_FEW_EVENTS
@pytest.mark.usefixtures("few_events")
def test_an_accepted_definition_ends_and_the_same_seed_gives_the_same_history(definition) -> None:
    before = copy.deepcopy(INPUT)
    first, second = run(definition), run(json.dumps(definition))
    assert first.status in {"SUCCEEDED", "FAILED"}
    assert json.dumps(first.history) == json.dumps(second.history)
    assert before == INPUT
    assert len(first.history) <= 300
    for number, event in enumerate(first.history, start=1):
        assert event["id"] == number
        assert 0 <= event["previousEventId"] < number


@given(definition=definitions(), seeds=st.lists(st.integers(0, 99), min_size=2, max_size=3))
@WITH_FEW_EVENTS
@pytest.mark.usefixtures("few_events")
def test_the_output_does_not_depend_on_who_is_run_first(definition, seeds) -> None:
    results = [run(definition, turns_seed) for turns_seed in seeds]
    # How far branches came before a loop used up the events does depend on it.
    assume(not any("maximum number" in (result.cause or "") for result in results))
    assert len({json.dumps([each.status, each.output, each.error]) for each in results}) == 1


def test_a_year_of_waits_and_retries_ends_at_once() -> None:
    retry = {
        "ErrorEquals": ["Boom"],
        "IntervalSeconds": 86_400,
        "MaxAttempts": 60,
        "BackoffRate": 1,
    }
    wait = {"Type": "Wait", "Seconds": 31_536_000, "Next": "C"}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Retry": [retry],
        "TimeoutSeconds": 99_999_999,
        "End": True,
    }
    # The name makes `Answers` fail.
    result = run(
        {"StartAt": "B", "States": {"B": wait, "C": {"Type": "Pass", "Next": "7"}, "7": task}}
    )
    assert (result.status, result.error) == ("FAILED", "Boom")
    times = [event["timestamp"] for event in result.history]
    assert times[-1] - times[0] == 31_536_000 + 60 * 86_400
    assert len(result.history) == 6 + 3 * 61 + 1


def test_branches_within_branches_are_waited_for_before_time_moves_on() -> None:
    depth = 12
    numbers = itertools.count()
    inner: dict[str, Any] = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    for _ in range(depth):
        name = f"S{next(numbers)}"
        state = {"Type": "Parallel", "Branches": [inner], "End": True}
        inner = {"StartAt": name, "States": {name: state}}
    waiting = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}}
    both = {"Type": "Parallel", "Branches": [inner, waiting], "End": True}
    result = run({"StartAt": "B", "States": {"B": both}})
    early = [event for event in result.history if event["timestamp"] == 1_700_000_000.0]
    assert sum(event["type"] == "ParallelStateExited" for event in early) == depth
