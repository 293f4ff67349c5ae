"""Timestamps end with the year 9999; an execution that waits for longer is timed out then."""

import pytest

from statemachine.execution.state_runner import LAST_MOMENT_S
from tests.statemachine.conftest import START_S

LONG = LAST_MOMENT_S - START_S


@pytest.fixture
def storm(one_state):
    """A Parallel state that fails and is retried, each time after a year."""
    failing = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 99_999_999}
    return one_state(
        "Parallel",
        Branches=[failing],
        Retry=[{**retry, "BackoffRate": 9e7}],
        Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
    )


def test_a_storm_of_retries_ends_with_time(execute, storm):
    storm["States"]["Caught"] = {"Type": "Succeed"}
    ran = execute(storm)
    assert (ran.result.status, ran.lasted_s) == ("TIMED_OUT", LONG)
    last = ran.events[-1]
    assert (last["type"], last["previousEventId"]) == ("ExecutionTimedOut", 0)
    assert last["executionTimedOutEventDetails"] == {"error": "States.Timeout"}


def test_nothing_catches_it_outside_of_it(execute, storm, one_state):
    storm["States"]["Caught"] = {"Type": "Succeed"}
    definition = one_state(
        "Parallel", "Outer", Branches=[storm], Catch=storm["States"]["S"]["Catch"]
    )
    definition["States"]["Caught"] = {"Type": "Succeed"}
    storm["States"]["S"]["Catch"] = []
    del storm["States"]["Caught"]
    ran = execute(definition)
    assert (ran.result.status, ran.types[-1]) == ("TIMED_OUT", "ExecutionTimedOut")
    assert "ParallelStateFailed" not in ran.types
