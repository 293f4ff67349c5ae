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
        "Field 'Colour' is not supported at /",
        "Missing 'Next' target: Nowhere at /StartAt",
        "Missing 'Next' target: Missing at /States/A/Next",
        "[Resource] at /States/A",
        "[ErrorEquals] at /States/A/Retry[0]",
        "at /States/A/Retry[0]/MaxAttempts",
        "[Next, End] at /States/B",
        "at /States/B/InputPath",
        "Unknown state type 'Dance' at /States/C/Type",
        "one comparison operator. at /States/D/Choices[0]",
        "at /States/E/Parameters/x.$",
    ):
        assert any(line.endswith(place) for line in found), (place, found)


def test_a_state_that_nothing_leads_to_is_named():
    states = {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}
    (found,) = faults({"StartAt": "A", "States": states})
    assert found == 'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'


OTHER_LANGUAGE = (
    "The QueryLanguage is set to '{}', but field '{}' is only supported for the '{}' QueryLanguage"
)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Arguments": {}}, OTHER_LANGUAGE.format("JSONPath", "Arguments", "JSONata")),
        ({"Output": 1}, OTHER_LANGUAGE.format("JSONPath", "Output", "JSONata")),
        (
            {"QueryLanguage": "JSONata", "InputPath": "$"},
            OTHER_LANGUAGE.format("JSONata", "InputPath", "JSONPath"),
        ),
        ({"QueryLanguage": "JSONata", "Output": 1, "Retry": []}, "Field 'Retry' is not supported"),
        ({"Result": 1, "Tomorrow": 1}, "Field 'Tomorrow' is not supported"),
    ],
)
def test_a_field_that_the_state_does_not_have_is_refused_by_name(one_state, fields, said):
    (found,) = faults(one_state("Pass", **fields))
    assert found == f"SCHEMA_VALIDATION_FAILED: {said} at /States/S"


def test_a_machine_in_jsonata_has_no_states_in_jsonpath(one_state):
    mixed = one_state("Pass", QueryLanguage="JSONPath")
    (found,) = faults({**mixed, "QueryLanguage": "JSONata"})
    assert found.endswith(
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine "
        "at /States/S"
    )
    assert isinstance(parse(json.dumps(one_state("Pass", QueryLanguage="JSONata"))), StateMachine)


@pytest.mark.parametrize("language", ["jsonata", "JsonPath", 1, None])
def test_another_query_language_is_refused_where_it_stands(one_state, language):
    found = faults({**one_state("Pass"), "QueryLanguage": language})
    assert any(line.endswith("at /QueryLanguage") for line in found)
    found = faults(one_state("Pass", QueryLanguage=language))
    assert any(line.endswith("at /States/S/QueryLanguage") for line in found)


def test_states_within_a_state_have_the_machine_s_language(one_state):
    inner = one_state("Pass", "Inner", Output=1)
    (found,) = faults(one_state("Parallel", QueryLanguage="JSONata", Branches=[inner]))
    assert found.endswith("at /States/S/Branches[0]/States/Inner")


@pytest.mark.parametrize(
    ("name", "is_right"),
    [("a1_", True), ("été", True), ("1a", False), ("a-b", False), ("states", False), ("", False)],
)
@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_a_variable_has_a_name_that_an_expression_can_hold(one_state, name, is_right, language):
    definition = one_state("Pass", QueryLanguage=language, Assign={name: 1})
    if is_right:
        assert isinstance(parse(definition), StateMachine)
    else:
        (found,) = faults(definition)
        assert found.endswith(f"at /States/S/Assign/{name}")


def test_an_inner_scope_does_not_assign_what_an_outer_one_does(one_state):
    inner = one_state("Pass", "Inner", Assign={"x.$": "$", "y": 1})
    outer = one_state("Parallel", Branches=[inner], Assign={"x": 1})
    (found,) = faults(outer)
    assert found.endswith("at /States/S/Branches[0]/States/Inner/Assign/x.$")
    outer["States"]["S"]["Assign"] = {"z": 1}
    assert isinstance(parse(outer), StateMachine)


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ("", "INVALID_JSON_DESCRIPTION"),
        ("{", "INVALID_JSON_DESCRIPTION"),
        ('{"StartAt": "A", "StartAt": "B"}', "'StartAt' comes twice"),
        ("[]", "Expected value of type Object at /"),
        ("{}", "[StartAt, States]"),
        ('{"StartAt": "A", "States": {}}', "at least one state"),
        ("[" * 100_000, "TOO_DEEPLY_NESTED"),
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
    assert all("States.ALL must appear alone" in line for line in found)


def test_what_belongs_to_distributed_maps_is_refused_in_inline_ones(one_state):
    processor = one_state("Pass", "Inner")
    for name in ("ItemReader", "ItemBatcher", "ResultWriter"):
        found = faults(one_state("Map", ItemProcessor=processor, **{name: {}}))
        assert any(name in line and "INLINE" in line for line in found)


@given(JSON)
def test_any_json_is_a_machine_or_has_faults(value: Any) -> None:
    try:
        found = parse(json.dumps(value))
    except InvalidDefinition:
        assert faults(value)
    else:
        assert isinstance(found, StateMachine)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Seconds": "9"}, "Expected value of type Integer at /States/S/Seconds"),
        ({"Seconds": 1.5}, "Expected value of type Integer at /States/S/Seconds"),
        ({"Seconds": True}, "Expected value of type Integer at /States/S/Seconds"),
        ({"Seconds": 1, "Comment": 1}, "Expected value of type String at /States/S/Comment"),
        ({"Seconds": 1, "Assign": []}, "Expected value of type Object at /States/S/Assign"),
        ({"Seconds": -1}, "Value must be from 0 to 99999999. at /States/S/Seconds"),
    ],
)
def test_a_value_of_another_type_is_refused_by_the_type(one_state, fields, said):
    assert faults(one_state("Wait", **fields)) == [f"SCHEMA_VALIDATION_FAILED: {said}"]
