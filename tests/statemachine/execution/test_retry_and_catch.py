"""Retries wait as long as the rules say, and what nothing retries is caught or fails."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import ExecutionError, TaskFailed
from statemachine.definition.states import Catcher
from statemachine.errors import FatalError
from statemachine.execution.retry import catcher_of

RESOURCE = "arn:aws:states:::sns:publish"


def failing(*errors: str) -> Any:
    """Fail with these errors, one an attempt, then answer "done"."""
    left = list(errors)

    def answer(_request: Any, _clock: Any) -> str:
        if left:
            raise TaskFailed(left.pop(0), "played")
        return "done"

    return answer


@pytest.mark.parametrize(
    ("retrier", "waits_s"),
    [
        ({}, [1, 2, 4]),
        ({"IntervalSeconds": 3, "BackoffRate": 1.0}, [3, 3, 3]),
        ({"IntervalSeconds": 2, "BackoffRate": 3, "MaxDelaySeconds": 7}, [2, 6, 7]),
        ({"MaxAttempts": 1}, [1]),
        ({"MaxAttempts": 0}, []),
    ],
)
def test_waits_grow_by_the_backoff_rate_up_to_their_bound(execute, one_state, retrier, waits_s):
    definition = one_state("Task", Resource=RESOURCE, Retry=[{"ErrorEquals": ["Boom"], **retrier}])
    ran = execute(definition, answer=failing(*["Boom"] * len(waits_s)))
    assert ran.result.status == "SUCCEEDED"
    moments = [sum(waits_s[:count]) for count in range(len(waits_s) + 1)]
    assert ran.request_times_s == pytest.approx(moments)
    once_more = execute(definition, answer=failing(*["Boom"] * (len(waits_s) + 1)))
    assert (once_more.result.status, once_more.result.error) == ("FAILED", "Boom")
    assert once_more.result.cause == "played"


@given(seed=st.integers(0, 2**32))
def test_full_jitter_waits_at_most_what_there_would_be_without(seed: int) -> None:
    from random import Random

    from statemachine.definition.states import Retrier
    from statemachine.execution.retry import Retries

    retries = Retries([Retrier(("Boom",), 2, 3, 2.0, None, True)], Random(seed))
    for bound_s in (2, 4, 8):
        delay_s = retries.delay_s(ExecutionError("Boom"))
        assert delay_s is not None
        assert 0 <= delay_s <= bound_s
    assert retries.delay_s(ExecutionError("Boom")) is None


def test_each_retrier_counts_its_own_attempts(execute, one_state):
    definition = one_state(
        "Task",
        Resource=RESOURCE,
        Retry=[
            {"ErrorEquals": ["A"], "MaxAttempts": 2, "IntervalSeconds": 1},
            {"ErrorEquals": ["B"], "MaxAttempts": 1, "IntervalSeconds": 10},
        ],
    )
    ran = execute(definition, answer=failing("A", "B", "A"))
    assert ran.request_times_s == pytest.approx([0, 1, 11, 13])
    assert ran.result.status == "SUCCEEDED"
    assert execute(definition, answer=failing("A", "B", "B")).result.error == "B"


@pytest.mark.parametrize(
    ("names", "error", "caught"),
    [
        (["States.ALL"], "Anything", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.ALL"], "States.Runtime", False),
        (["States.ALL"], "States.DataLimitExceeded", False),
        (["States.TaskFailed"], "Anything", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["States.Timeout"], "States.Timeout", True),
        (["Other"], "Anything", False),
    ],
)
def test_reserved_names_match_what_the_language_says(names, error, caught):
    catcher = Catcher(tuple(names), "N", "$")
    found = catcher_of(ExecutionError(error), [catcher])
    assert (found == (catcher, 0)) == caught


@pytest.mark.parametrize("names", [["States.ALL"], ["States.Runtime"]])
def test_what_ends_the_whole_execution_is_never_caught(names):
    assert catcher_of(FatalError("States.Runtime"), [Catcher(tuple(names), "N")]) is None


def test_the_first_catcher_that_matches_decides(execute):
    definition = {
        "StartAt": "S",
        "States": {
            "S": {
                "Type": "Task",
                "Resource": RESOURCE,
                "End": True,
                "Catch": [
                    {"ErrorEquals": ["Other"], "Next": "Wrong"},
                    {"ErrorEquals": ["Boom"], "Next": "Right", "ResultPath": "$.found.error"},
                    {"ErrorEquals": ["States.ALL"], "Next": "Wrong"},
                ],
            },
            "Right": {"Type": "Succeed"},
            "Wrong": {"Type": "Fail"},
        },
    }
    ran = execute(definition, {"a": 1}, answer=failing("Boom"))
    assert ran.result.output == {
        "a": 1,
        "found": {"error": {"Error": "Boom", "Cause": "played"}},
    }
    assert ran.types[-4:] == [
        "TaskStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]


@pytest.mark.parametrize(
    ("result_path", "output"),
    [("$", {"Error": "Boom", "Cause": "played"}), (None, {"a": 1})],
)
def test_a_catcher_s_result_path_replaces_or_discards(execute, result_path, output):
    definition = {
        "StartAt": "S",
        "States": {
            "S": {
                "Type": "Task",
                "Resource": RESOURCE,
                "End": True,
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "N", "ResultPath": result_path}],
            },
            "N": {"Type": "Succeed"},
        },
    }
    assert execute(definition, {"a": 1}, answer=failing("Boom")).result.output == output


@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_composite_states_are_retried_as_a_whole(execute, one_state, kind):
    inner = one_state("Task", "Inner", Resource=RESOURCE)
    fields = {"Branches": [inner]} if kind == "Parallel" else {"ItemProcessor": inner}
    definition = one_state(kind, **fields, Retry=[{"ErrorEquals": ["Boom"]}])
    ran = execute(definition, [1], answer=failing("Boom", "Boom"))
    assert ran.result.output == ["done"]
    assert ran.request_times_s == pytest.approx([0, 1, 3])
    assert ran.types.count(f"{kind}StateStarted") == 3
    assert f"{kind}StateFailed" not in ran.types  # which only the last attempt writes
    assert ran.types.count(f"{kind}StateEntered") == 1


def test_the_retry_count_is_in_the_context_object(execute, one_state):
    seen = []

    def answer(request: Any, _clock: Any) -> Any:
        seen.append(request.parameters["count"])
        if len(seen) < 3:
            raise TaskFailed("Boom", "")
        return None

    definition = one_state(
        "Task",
        Resource=RESOURCE,
        Parameters={"count.$": "$$.State.RetryCount"},
        Retry=[{"ErrorEquals": ["Boom"]}],
    )
    assert execute(definition, answer=answer).result.status == "SUCCEEDED"
    assert seen == [0, 1, 2]
