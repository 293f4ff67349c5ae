"""Mock files: what they may hold, what each call gets, and what is refused with the mend."""

import json

import pytest

from bench.asl.errors import AslError
from bench.asl.local_run import run_locally
from bench.asl.mocks import read_mocks
from statemachine import parse
from tests.bench.asl.definitions import machine, task

LOCAL = {
    "StateMachines": {
        "Orders": {"TestCases": {"Happy": {"A": "Fine"}, "Sad": {"A": "Twice"}}},
        "Other": {"TestCases": {"Happy": {"B": "Fine"}}},
    },
    "MockedResponses": {
        "Fine": {"0": {"Return": {"n": 1}}},
        "Twice": {
            "0-1": {"Throw": {"Error": "Busy", "Cause": "later"}},
            "2": {"Return": {"n": 2}},
        },
    },
}


def answers(value, calls, test_case=None):
    mock = read_mocks(value, "file", test_case).states["A"]
    return [mock.answer(call) for call in range(calls)]


def test_one_answer_is_for_every_call():
    assert [each.value for each in answers({"A": {"Return": 1}}, 3)] == [1, 1, 1]


def test_a_list_has_an_answer_for_each_call_and_none_beyond():
    first, second, third = answers({"A": [{"Throw": {"Error": "E"}}, {"Return": None}]}, 3)
    assert (first.kind, first.error, first.cause) == ("Throw", "E", "")
    assert (second.kind, second.value) == ("Return", None)
    assert third is None


def test_a_mock_configuration_of_step_functions_local_is_read_as_it_is():
    found = answers(LOCAL, 4, "Sad")
    assert [each and each.kind for each in found] == ["Throw", "Throw", "Return", None]
    assert read_mocks(LOCAL, "file", "Other#Happy").states.keys() == {"B"}
    with pytest.raises(AslError, match="Orders#Happy, Orders#Sad, Other#Happy by --test-case"):
        read_mocks(LOCAL, "file")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([1], "an object is needed, with an entry"),
        ({"A": "x"}, "file: A: an answer is needed"),
        ({"A": {}}, "give Return or Throw"),
        ({"A": {"Return": 1, "Throw": {"Error": "E"}}}, "one of the two"),
        ({"A": [{"Returns": 1}]}, r"file: A\[0\]: Returns is not known"),
        ({"A": {"Throw": {"Cause": "c"}}}, "Throw needs an Error"),
        ({"A": {"Throw": {"Error": "E", "Code": 1}}}, "both are strings"),
        ({"A": {"Return": 1, "After": -1}}, "After is -1"),
        ({"A": {"Return": 1, "After": True}}, "After is True"),
        ({"A": {"1": {"Return": 1}}}, "no answer for call 0"),
        ({"A": {"0-99999999": {"Return": 1}}}, "no range"),
        ({"StateMachines": {}, "MockedResponses": {}}, "several test cases"),
    ],
)
def test_what_is_wrong_is_named_with_the_mend(value, said):
    with pytest.raises(AslError, match=said):
        read_mocks(value, "file")


def test_a_call_without_an_answer_fails_and_is_told():
    definition = machine("A", A=task(Retry=[{"ErrorEquals": ["Busy"], "MaxAttempts": 3}]))
    mocks = read_mocks({"A": [{"Throw": {"Error": "Busy"}}]}, "file")
    ran = run_locally(parse(json.dumps(definition)), {}, mocks)
    assert (ran.status, ran.error) == ("FAILED", "Mock.Missing")
    assert ran.unanswered == ("A was called 2 times, and its mock has 1 answers",)
    assert ran.calls == {"A": 2}


def test_the_same_seed_gives_the_same_history_and_another_one_another():
    retry = {"ErrorEquals": ["Busy"], "IntervalSeconds": 5, "JitterStrategy": "FULL"}
    definition = parse(json.dumps(machine("A", A=task(Retry=[retry]))))
    mocks = read_mocks({"A": [{"Throw": {"Error": "Busy"}}, {"Return": 1}]}, "file")
    first, again, other = (run_locally(definition, {}, mocks, seed=seed) for seed in (1, 1, 2))
    assert json.dumps(first.events) == json.dumps(again.events)
    assert first.events != other.events


ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:work"


@pytest.mark.parametrize(
    "resource",
    ["arn:aws:states:::sqs:sendMessage.waitForTaskToken", ACTIVITY, "arn:aws:states:::sns:publish"],
)
@pytest.mark.parametrize(
    ("answer", "status", "ended"),
    [
        ({"Return": {"n": 1}, "After": 30}, "SUCCEEDED", {"n": 1}),
        ({"Throw": {"Error": "E", "Cause": "c"}}, "FAILED", "E"),
        ({"Return": 1, "After": 90}, "FAILED", "States.Timeout"),
    ],
)
def test_whatever_a_task_waits_for_the_mock_is_its_end(resource, answer, status, ended):
    state = task(Resource=resource, TimeoutSeconds=60, Parameters={"MessageBody": "m"})
    definition = parse(json.dumps(machine("A", A=state)))
    ran = run_locally(definition, {}, read_mocks({"A": answer}, "file"))
    assert (ran.status, ran.output if status == "SUCCEEDED" else ran.error) == (status, ended)
    assert ran.calls == {"A": 1}


def test_a_resource_has_one_mock_for_all_its_states():
    states = {"A": task("B", Resource=ACTIVITY), "B": task("C"), "C": task()}
    mocks = read_mocks({ACTIVITY: {"Return": 1}, states["B"]["Resource"]: {"Return": 2}}, "file")
    assert run_locally(parse(json.dumps(machine("A", **states))), {}, mocks).output == 2
