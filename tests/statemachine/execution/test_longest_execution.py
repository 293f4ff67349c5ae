"""Timestamps end with the year 9999; an execution that waits for longer is timed out then."""

import asyncio

import pytest

from statemachine import Interpreter
from statemachine.clock import VirtualClock
from statemachine.execution.state_runner import LAST_MOMENT_S
from tests.statemachine.conftest import ScriptedInvoker, echo

YEAR_S = 31_536_000
CATCH_ALL = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]


def run_at_the_end_of_time(definition):
    """Run a definition five years before there are no more timestamps."""
    clock = VirtualClock(LAST_MOMENT_S - 5.0 * YEAR_S)
    definition["States"]["Caught"] = {"Type": "Succeed"}
    result = asyncio.run(Interpreter(definition, ScriptedInvoker(echo, clock), clock).run({}))
    return result, [event["type"] for event in result.history], clock.time()


@pytest.fixture
def storm(one_state):
    """Return the fields of a Parallel state that is retried each year."""
    retry = {"ErrorEquals": ["States.ALL"], "MaxAttempts": 99_999_999, "BackoffRate": 99_999_999}
    return {"Branches": [one_state("Fail", "Failing", Error="E")], "Retry": [retry]}


def test_a_storm_of_retries_ends_with_time(one_state, storm):
    definition = one_state("Parallel", **storm, Catch=CATCH_ALL)
    result, _, ended_s = run_at_the_end_of_time(definition)
    assert (result.status, ended_s) == ("TIMED_OUT", LAST_MOMENT_S)
    last = result.history[-1]
    assert (last["type"], last["previousEventId"]) == ("ExecutionTimedOut", 0)
    assert last["executionTimedOutEventDetails"] == {"error": "States.Timeout"}


def test_nothing_around_it_catches_the_end_of_time(one_state, storm):
    branches = [one_state("Parallel", "Storm", **storm)]
    definition = one_state("Parallel", Branches=branches, Catch=CATCH_ALL)
    result, types, _ = run_at_the_end_of_time(definition)
    assert (result.status, types[-1]) == ("TIMED_OUT", "ExecutionTimedOut")
    assert "ParallelStateFailed" not in types
