"""Rules of the language that one field, or one state, cannot break without being named."""

import json
from typing import Any

import pytest

from statemachine import InvalidDefinition, parse
from statemachine.definition.parse import examine

RESOURCE = "arn:aws:states:::sns:publish"


def faults(definition: dict[str, Any]) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidDefinition) as refused:
        parse(json.dumps(definition))
    return [each[:3] for each in refused.value.diagnostics]


def test_a_diagnostic_is_its_code_its_location_and_its_message(one_state):
    assert faults(one_state("Pass", Next="X")) == [
        ("MISSING_TRANSITION_TARGET", "/States/S/Next", "Missing 'Next' target: X"),
        ("MISSING_END_STATE", "", "Workflow has no terminal state"),
    ]
    with pytest.raises(InvalidDefinition) as refused:
        parse(json.dumps(one_state("Pass", Next="X")))
    assert str(refused.value) == (
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/S/Next, "
        "MISSING_END_STATE: Workflow has no terminal state at null"
    )


def test_a_machine_without_an_end_is_not_searched_for_states_that_cannot_be_reached():
    loop = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}
    assert [code for code, _, _ in faults({"StartAt": "A", "States": loop})] == [
        "MISSING_END_STATE"
    ]
    lost = {**loop, "C": {"Type": "Pass", "Next": "A"}}
    assert [code for code, _, _ in faults({"StartAt": "A", "States": lost})] == [
        "MISSING_END_STATE"
    ]
    ended = {**loop, "C": {"Type": "Pass", "End": True}}
    assert faults({"StartAt": "A", "States": ended}) == [
        ("MISSING_TRANSITION_TARGET", "/States/C", 'State "C" is not reachable.')
    ]


def test_a_state_s_name_is_given_once_in_the_whole_machine(one_state):
    branches = [one_state("Pass", "A"), one_state("Map", "B", ItemProcessor=one_state("Pass", "A"))]
    assert faults(one_state("Parallel", Branches=branches)) == [
        (
            "DUPLICATE_STATE_NAME",
            "/States/S/Branches[1]/States/B/ItemProcessor/States/A",
            "Duplicate State name: A",
        )
    ]


def test_a_faulty_state_hides_no_other_state_s_missing_target():
    definition = {
        "StartAt": "A",
        "States": {"A": {"Type": "Dance"}, "B": {"Type": "Pass", "Next": "Nowhere"}},
    }
    assert "/States/B/Next" in [location for _, location, _ in faults(definition)]


def test_unreachable_states_are_named_in_the_definition_s_order():
    names = ["D", "B", "C", "E"]
    states = {"A": {"Type": "Succeed"}, **{name: {"Type": "Succeed"} for name in names}}
    found = faults({"StartAt": "A", "States": states})
    assert [location for _, location, _ in found] == [f"/States/{name}" for name in names]


@pytest.mark.parametrize(
    ("kind", "fields", "location"),
    [
        ("Wait", {"SecondsPath": None}, "/States/S/SecondsPath"),
        ("Map", {"ItemsPath": None, "ItemProcessor": None}, "/States/S/ItemsPath"),
        (
            "Task",
            {"Resource": RESOURCE, "TimeoutSecondsPath": None},
            "/States/S/TimeoutSecondsPath",
        ),
        (
            "Choice",
            {"Choices": [{"Variable": None, "IsNull": True, "Next": "S"}]},
            "/States/S/Choices[0]/Variable",
        ),
    ],
)
def test_null_is_no_path_where_it_does_not_mean_to_discard(one_state, kind, fields, location):
    if "ItemProcessor" in fields:
        fields = {**fields, "ItemProcessor": one_state("Pass", "Inner")}
    assert location in [place for _, place, _ in faults(one_state(kind, **fields))]


@pytest.mark.parametrize("seconds", [1, 2])
def test_a_longest_delay_is_above_the_first(one_state, seconds):
    retry = [{"ErrorEquals": ["A"], "IntervalSeconds": 2, "MaxDelaySeconds": seconds}]
    (found,) = faults(one_state("Task", Resource=RESOURCE, Retry=retry))
    assert found[1] == "/States/S/Retry[0]/MaxDelaySeconds"


def test_another_version_of_the_language_is_refused(one_state):
    parse(json.dumps({**one_state("Pass"), "Version": "1.0"}))
    (found,) = faults({**one_state("Pass"), "Version": "2.0"})
    assert found[1] == "/Version"


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("sns:publish", "not a valid resource ARN"),
        ("arn:aws:sns:us-east-1:000000000000:topic", "is not recognized"),
        ("arn:aws:states:::x", "is not recognized"),
    ],
)
def test_a_resource_is_a_function_or_an_integration(one_state, arn, words):
    (found,) = faults(one_state("Task", Resource=arn))
    assert found[1] == "/States/S/Resource"
    assert words in found[2]


def test_a_function_s_number_of_arguments_is_checked_before_it_runs(one_state):
    template = {"x.$": "States.Array(States.MathAdd(1))"}
    _, (found,) = examine(one_state("Pass", Parameters=template))
    assert found.location == "/States/S/Parameters/x.$"
    assert found.message == (
        "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call"
    )
    assert "States.MathAdd does not take 1 arguments" in found.reason


@pytest.mark.parametrize("result", [r'"\ud800"', "1e999", "-1e999"])
def test_what_no_json_text_can_hold_is_refused(result):
    text = f'{{"StartAt":"S","States":{{"S":{{"Type":"Pass","Result":{result},"End":true}}}}}}'
    with pytest.raises(InvalidDefinition, match="INVALID_JSON_DESCRIPTION"):
        parse(text)


def test_a_number_that_is_too_large_is_refused_in_a_function(one_state):
    _, (found,) = examine(one_state("Pass", Parameters={"x.$": "States.MathAdd(1e999, 1)"}))
    assert "too large: 1e999" in found.reason
