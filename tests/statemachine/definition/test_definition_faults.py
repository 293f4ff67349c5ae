"""All faults of a definition are found at once, each with its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import InvalidDefinition, StateMachine, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["StartAt", "States", "A", "Type", "Next", "End", "Choices", "Retry"]),
            inner,
        )
    ),
    max_leaves=12,
)


def faults(definition: Any) -> list[str]:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    with pytest.raises(InvalidDefinition) as refused:
        parse(text)
    assert str(refused.value) == ", ".join(str(each) for each in refused.value.diagnostics)
    return [str(each) for each in refused.value.diagnostics]


def test_every_fault_is_reported_with_its_place():
    found = faults(
        {
            "StartAt": "Nowhere",
            "TimeoutSeconds": "x",
            "Colour": "red",
            "States": {
                "A": {"Type": "Task", "Next": "Missing", "Retry": [{"MaxAttempts": -1}]},
                "B": {"Type": "Pass", "End": True, "Next": "A", "InputPath": "a b"},
                "C": {"Type": "Dance"},
                "D": {"Type": "Choice", "Choices": [{"Variable": "$.a", "Next": "A"}]},
                "E": {"Type": "Pass", "End": True, "Parameters": {"x.$": "States.No()"}},
            },
        }
    )
    for place in (
        "at /TimeoutSeconds",
        "at /Colour",
        "Missing 'Next' target: Nowhere at /StartAt",
        "Missing 'Next' target: Missing at /States/A/Next",
        "[Resource] at /States/A",
        "[ErrorEquals] at /States/A/Retry[0]",
        "at /States/A/Retry[0]/MaxAttempts",
        "at /States/B/End",
        "at /States/B/InputPath",
        "Unknown state type 'Dance' at /States/C/Type",
        "one comparison operator at /States/D/Choices[0]",
        "at /States/E/Parameters/x.$",
    ):
        assert any(line.endswith(place) for line in found), (place, found)


def test_a_state_that_nothing_leads_to_is_named():
    states = {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}
    (found,) = faults({"StartAt": "A", "States": states})
    assert found == 'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"QueryLanguage": "JSONata"}, "QueryLanguage"),
        ({"Assign": {}}, "Assign"),
        ({"Arguments": {}}, "Arguments"),
        ({"Retry": []}, "Retry"),
        ({"Result": 1, "Tomorrow": 1}, "Tomorrow"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(one_state, fields, named):
    (found,) = faults(one_state("Pass", **fields))
    assert named in found


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ("", "INVALID_JSON_DESCRIPTION"),
        ("{", "INVALID_JSON_DESCRIPTION"),
        ('{"StartAt": "A", "StartAt": "B"}', "'StartAt' comes twice"),
        ("[]", "an object is needed here"),
        ("{}", "[StartAt]"),
        ('{"StartAt": "A", "States": {}}', "States has to hold a state"),
        ("[" * 100_000, "INVALID_JSON_DESCRIPTION"),
        (" " * 1_048_577, "over 1048576 bytes"),
    ],
)
def test_what_is_no_definition_at_all(definition, said):
    assert any(said in line for line in faults(definition))


def test_states_all_stands_alone_and_last(one_state):
    catchers = [
        {"ErrorEquals": ["States.ALL"], "Next": "S"},
        {"ErrorEquals": ["A", "States.ALL"], "Next": "S"},
    ]
    found = faults(one_state("Task", Resource="arn:aws:states:::sns:publish", Catch=catchers))
    assert len(found) == 2
    assert all("States.ALL has to stand alone" in line for line in found)


def test_distributed_maps_and_their_readers_are_refused(one_state):
    processor = {**one_state("Pass", "Inner"), "ProcessorConfig": {"Mode": "DISTRIBUTED"}}
    found = faults(one_state("Map", ItemProcessor=processor, ItemReader={}))
    assert any("ItemReader" in line for line in found)
    assert any("INLINE" in line for line in found)


@given(JSON)
def test_any_json_is_a_machine_or_has_faults(value: Any) -> None:
    try:
        found = parse(json.dumps(value))
    except InvalidDefinition:
        assert faults(value)
    else:
        assert isinstance(found, StateMachine)
