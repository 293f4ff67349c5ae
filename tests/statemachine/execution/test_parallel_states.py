"""Parallel states: what their histories look like, and what failures do to them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statemachine import TaskFailed

BOOM = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Boom", "Cause": "played"}}}


def branch(name: str, kind: str = "Pass", **fields: Any) -> dict[str, Any]:
    return {"StartAt": name, "States": {name: {"Type": kind, "End": True, **fields}}}


def links(events: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [(e["type"], e["id"], e["previousEventId"]) for e in events]


def test_branches_follow_each_other_in_the_history(execute, one_state):
    ran = execute(one_state("Parallel", Branches=[branch("A"), branch("B")]))
    assert links(ran.events)[1:] == [
        ("ParallelStateEntered", 2, 0),
        ("ParallelStateStarted", 3, 2),
        ("PassStateEntered", 4, 3),
        ("PassStateExited", 5, 4),
        ("PassStateEntered", 6, 3),
        ("PassStateExited", 7, 6),
        ("ParallelStateSucceeded", 8, 7),
        ("ParallelStateExited", 9, 7),
        ("ExecutionSucceeded", 10, 9),
    ]


def test_a_failure_is_linked_to_the_branch_that_failed(execute, one_state):
    ran = execute(one_state("Parallel", Branches=[BOOM, branch("W", "Wait", Seconds=9)]))
    assert links(ran.events)[2:] == [
        ("ParallelStateStarted", 3, 2),
        ("FailStateEntered", 4, 3),
        ("WaitStateEntered", 5, 3),
        ("WaitStateAborted", 6, 5),
        ("ParallelStateFailed", 7, 4),
        ("ExecutionFailed", 8, 7),
    ]


def test_a_retried_state_fails_once(execute, one_state):
    retry = [{"ErrorEquals": ["Boom"], "MaxAttempts": 2}]
    ran = execute(one_state("Parallel", Branches=[BOOM], Retry=retry))
    assert ran.types[2:] == [
        *["ParallelStateStarted", "FailStateEntered"] * 3,
        "ParallelStateFailed",
        "ExecutionFailed",
    ]


def test_arguments_are_filled_once_for_all_branches(execute, one_state):
    state = one_state(
        "Parallel",
        Branches=[branch("A"), branch("B")],
        Parameters={"x.$": "$.a"},
        ResultSelector={"first.$": "$[0].x"},
    )
    assert execute(state, {"a": 1}).result.output == {"first": 1}


def test_arguments_that_fail_leave_no_word_of_branches(execute, one_state):
    state = one_state("Parallel", "P", Branches=[branch("A")], Arguments="{% $nothing %}")
    ran = execute({"QueryLanguage": "JSONata", **state})
    assert ran.types[2:] == ["EvaluationFailed", "ExecutionFailed"]


def test_a_branch_s_variables_are_its_own(execute):
    branches = [branch(name, Assign={"own": name}, Output="{% $seen %}") for name in ("A", "B")]
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Set",
        "States": {
            "Set": {"Type": "Pass", "Assign": {"seen": 1}, "Next": "P"},
            "P": {"Type": "Parallel", "Branches": branches, "Next": "Look"},
            "Look": {
                "Type": "Pass",
                "Output": "{% [$states.input, $exists($own)] %}",
                "End": True,
            },
        },
    }
    assert execute(definition).result.output == [1, 1, False]


@given(
    work=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=5),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_outputs_are_in_the_branches_order_and_the_first_failure_wins(execute, one_state, work):
    async def answer(request, clock):
        place = int(request.state.removeprefix("T"))
        seconds, fails = work[place]
        await clock.sleep(seconds)
        if fails:
            raise TaskFailed(f"E{place}")
        return place

    resource = "arn:aws:states:::sns:publish"
    branches = [branch(f"T{place}", "Task", Resource=resource) for place in range(len(work))]
    ran = execute(one_state("Parallel", Branches=branches), {}, answer)
    failures = [(seconds, place) for place, (seconds, fails) in enumerate(work) if fails]
    if failures:
        assert ran.result.error == f"E{min(failures)[1]}"
        assert ran.lasted_s == min(failures)[0]
    else:
        assert ran.result.output == list(range(len(work)))


@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_a_composite_state_within_another_is_aborted_with_it(execute, one_state, kind):
    inner = branch("W", "Wait", Seconds=60)
    fields = {"Branches": [inner]} if kind == "Parallel" else {"ItemProcessor": inner}
    slow = {"StartAt": "F", "States": {"F": {"Type": "Wait", "Seconds": 1, "Next": "X"}}}
    slow["States"]["X"] = BOOM["States"]["F"]
    ran = execute(one_state("Parallel", Branches=[branch("C", kind, **fields), slow]), [1])
    types = ran.types[ran.types.index("FailStateEntered") + 1 :]
    middle = ["MapIterationAborted"] if kind == "Map" else []
    assert types == [
        "WaitStateAborted",
        *middle,
        f"{kind}StateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]
