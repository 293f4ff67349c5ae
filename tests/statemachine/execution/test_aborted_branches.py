"""What is under way in a branch ends in the history when another branch's failure stops it."""

from typing import Any

import pytest

from statemachine import TaskFailed

RESOURCE = "arn:aws:states:::sns:publish"


def failing_after(seconds: int) -> dict[str, Any]:
    return {
        "StartAt": "Before",
        "States": {
            "Before": {"Type": "Wait", "Seconds": seconds, "Next": "Failing"},
            "Failing": {"Type": "Fail", "Error": "Boom", "Cause": "played"},
        },
    }


def slow(_request: Any, clock: Any) -> Any:
    return clock.sleep(50)


@pytest.mark.parametrize(
    ("state", "aborted"),
    [
        ({"Type": "Wait", "Seconds": 50}, ["WaitStateAborted"]),
        ({"Type": "Task", "Resource": RESOURCE}, ["TaskStateAborted"]),
        (
            {
                "Type": "Parallel",
                "Branches": [
                    {
                        "StartAt": "Inner",
                        "States": {"Inner": {"Type": "Wait", "Seconds": 50, "End": True}},
                    }
                ],
            },
            ["WaitStateAborted", "ParallelStateAborted"],
        ),
        (
            {
                "Type": "Map",
                "MaxConcurrency": 1,
                "ItemsPath": "$.items",
                "ItemProcessor": {
                    "StartAt": "Inner",
                    "States": {"Inner": {"Type": "Wait", "Seconds": 50, "End": True}},
                },
            },
            ["WaitStateAborted", "MapIterationAborted", "MapStateAborted"],
        ),
    ],
)
def test_the_innermost_ends_first(execute, one_state, state, aborted):
    kind = state["Type"]
    fields = {name: value for name, value in state.items() if name != "Type"}
    branches = [one_state(kind, "Slow", **fields), failing_after(1)]
    ran = execute(one_state("Parallel", Branches=branches), {"items": [1, 2]}, slow)
    assert (ran.result.error, ran.result.cause) == ("Boom", "played")
    assert ran.types[-len(aborted) - 2 :] == [*aborted, "ParallelStateFailed", "ExecutionFailed"]
    assert ran.lasted_s == pytest.approx(1)


def test_a_branch_that_has_ended_or_failed_is_not_aborted(execute, one_state):
    ended = one_state("Pass", "Done")
    ran = execute(one_state("Parallel", Branches=[ended, failing_after(1)]))
    assert not [kind for kind in ran.types if kind.endswith("Aborted")]


def test_what_was_aborted_is_closed_once_although_the_parallel_is_retried(execute, one_state):
    def answer(_request: Any, _clock: Any) -> Any:
        raise TaskFailed("Boom", "")

    branches = [
        one_state("Wait", "Slow", Seconds=50),
        one_state("Task", "Failing", Resource=RESOURCE),
    ]
    retry = [{"ErrorEquals": ["Boom"], "MaxAttempts": 2}]
    ran = execute(one_state("Parallel", Branches=branches, Retry=retry), {}, answer)
    assert ran.types.count("WaitStateEntered") == ran.types.count("WaitStateAborted") == 3
