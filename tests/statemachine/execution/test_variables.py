"""Variables: who sees what, when, and how much there may be of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import ExecutionError
from statemachine.execution.variables import MAX_STORED_BYTES, MAX_VARIABLE_BYTES, Variables

RESOURCE = "arn:aws:states:::sns:publish"


def test_a_state_reads_what_there_was_before_it(execute):
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
            "B": {
                "Type": "Pass",
                "Assign": {"x": "{% $y %}", "y": "{% $x %}"},
                "Output": "{% [$x, $y] %}",
                "Next": "C",
            },
            "C": {
                "Type": "Pass",
                "Output": {"in": "{% $states.input %}", "x": "{% $x %}", "y": "{% $y %}"},
                "End": True,
            },
        },
    }
    ran = execute(definition)
    assert ran.result.output == {"in": [1, 2], "x": 2, "y": 1}
    left = [
        event["stateExitedEventDetails"] for event in ran.events if "StateExited" in event["type"]
    ]
    assert [details.get("assignedVariables") for details in left] == [
        {"x": "1", "y": "2"},
        {"x": "2", "y": "1"},
        None,
    ]
    assert left[0]["assignedVariablesDetails"] == {"truncated": False}
    assert "assignedVariablesDetails" not in left[2]


@pytest.mark.parametrize(
    ("kind", "fields", "assigned"),
    [
        ("Pass", {"Result": 1, "ResultPath": "$.r"}, 1),
        ("Pass", {"Parameters": {"p": 1}, "ResultPath": None}, {"p": 1}),
        ("Pass", {"InputPath": "$.i", "OutputPath": "$.k"}, {"k": 5}),
        ("Task", {"Resource": RESOURCE, "ResultSelector": {"s": 1}}, {"i": {"k": 5}}),
        ("Wait", {"Seconds": 0, "InputPath": "$.i"}, {"k": 5}),
    ],
)
def test_a_jsonpath_state_assigns_from_its_result_or_its_input(
    execute, one_state, kind, fields, assigned
):
    definition = one_state(kind, **fields, Assign={"v.$": "$", "c.$": "$$.State.Name"}, Next="N")
    definition["States"]["N"] = {
        "Type": "Pass",
        "Parameters": {"v.$": "$v", "c.$": "$c"},
        "End": True,
    }
    assert execute(definition, {"i": {"k": 5}}).result.output == {"v": assigned, "c": "S"}


@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_branches_read_outer_variables_and_keep_their_own(execute, kind):
    inner = {
        "StartAt": "I",
        "States": {
            "I": {"Type": "Pass", "Assign": {"own": "{% $outer + 1 %}"}, "Next": "J"},
            "J": {"Type": "Pass", "Output": "{% [$outer, $own] %}", "End": True},
        },
    }
    field = {"Branches": [inner]} if kind == "Parallel" else {"Items": [0], "ItemProcessor": inner}
    definition: dict[str, Any] = {
        "QueryLanguage": "JSONata",
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "B"},
            "B": {"Type": kind, **field, "Assign": {"all": "{% $states.result %}"}, "Next": "C"},
            "C": {"Type": "Pass", "Output": ["{% $all %}", "{% $exists($own) %}"], "End": True},
        },
    }
    assert execute(definition).result.output == [[[1, 2]], False]


@given(st.dictionaries(st.sampled_from("abc"), st.integers(), min_size=1))
def test_what_an_inner_scope_assigns_the_outer_one_does_not_see(values: dict[str, int]) -> None:
    outer = Variables({"a": "outer"})
    inner = outer.inner()
    before = inner.values
    assert inner.assign(values) == {name: str(value) for name, value in values.items()}
    assert inner.values == {"a": "outer", **values}
    assert (outer.values, before) == ({"a": "outer"}, {"a": "outer"})


def test_variables_have_their_bounds_in_bytes():
    fitting = "x" * (MAX_VARIABLE_BYTES - 2)
    variables = Variables()
    variables.assign({"a": fitting})
    for assigned in (
        {"a": fitting + "x"},
        {"a": fitting, "b": 1},
        {"a": "é" * (len(fitting) // 2 + 1)},
    ):
        with pytest.raises(ExecutionError) as refused:
            variables.assign(assigned)
        assert refused.value.error == "States.DataLimitExceeded"
    most = MAX_STORED_BYTES // MAX_VARIABLE_BYTES
    for number in range(most - 1):
        variables.assign({f"v{number}": fitting})
    variables.assign({"a": fitting})  # in the place of the one before
    with pytest.raises(ExecutionError):
        variables.inner().assign({"b": "x"})
