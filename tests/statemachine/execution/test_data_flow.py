"""What goes into a state, what comes out, and the names of the errors on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import ExecutionError
from statemachine.jsonpath.json_path import PathSyntaxError, read, reference_steps, write
from statemachine.scope import Scope

RESOURCE = "arn:aws:states:::sns:publish"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def test_the_five_fields_are_applied_in_their_order(execute, one_state):
    definition = one_state(
        "Task",
        Resource=RESOURCE,
        InputPath="$.order",
        Parameters={"id.$": "$.id", "fixed": [1, {"deep.$": "$.items[0]"}]},
        ResultSelector={"doubled.$": "$.id"},
        ResultPath="$.order.answer",
        OutputPath="$.order",
    )
    ran = execute(definition, {"order": {"id": 7, "items": ["x", "y"]}, "rest": 1})
    assert ran.requests[0].parameters == {"id": 7, "fixed": [1, {"deep": "x"}]}
    assert ran.result.output == {"id": 7, "items": ["x", "y"], "answer": {"doubled": 7}}


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({"InputPath": None}, {}),
        ({"OutputPath": None}, {}),
        ({"ResultPath": None}, {"a": 1}),
        ({"ResultPath": "$.b.c"}, {"a": 1, "b": {"c": {"a": 1}}}),
        ({"Result": [1]}, [1]),
        ({"Result": None}, None),
        ({"Parameters": {}}, {}),
    ],
)
def test_null_paths_and_fixed_results_of_a_pass(execute, one_state, fields, output):
    assert execute(one_state("Pass", **fields), {"a": 1}).result.output == output


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"InputPath": "$.none"}, "States.Runtime"),
        ({"OutputPath": "$.none"}, "States.Runtime"),
        ({"Parameters": {"x.$": "$.none"}}, "States.Runtime"),
        ({"Parameters": {"x.$": "$$.None"}}, "States.Runtime"),
        ({"ResultPath": "$.a.b"}, "States.ResultPathMatchFailure"),
        ({"Parameters": {"x.$": "States.MathAdd('a', 1)"}}, "States.IntrinsicFailure"),
    ],
)
def test_what_cannot_be_found_fails_by_its_own_name(execute, one_state, fields, error):
    ran = execute(one_state("Pass", **fields), {"a": 1})
    assert (ran.result.status, ran.result.error) == ("FAILED", error)
    assert ran.types[-1] == "ExecutionFailed"


def test_a_path_that_can_select_many_gives_a_list(execute, one_state):
    definition = one_state(
        "Pass",
        Parameters={"all.$": "$.items[*].n", "some.$": "$.items[?(@.n>1)].n", "none.$": "$..z"},
    )
    ran = execute(definition, {"items": [{"n": 1}, {"n": 2}]})
    assert ran.result.output == {"all": [1, 2], "some": [2], "none": []}


def test_the_context_object_names_the_execution_the_machine_and_the_state(
    execute, one_state, context
):
    ran = execute(one_state("Pass", Parameters={"all.$": "$$"}), {"a": 1})
    found = ran.result.output["all"]
    assert found["Execution"]["Id"] == context.execution_arn
    assert found["Execution"]["Input"] == {"a": 1}
    assert found["Execution"]["StartTime"] == "2023-11-14T22:13:20.000Z"
    assert found["StateMachine"] == {
        "Id": context.state_machine_arn,
        "Name": context.state_machine_name,
    }
    assert found["State"]["Name"] == "S"


@pytest.mark.parametrize("length", [262_144 - 2, 262_144 - 1])
def test_data_ends_at_256_kib(execute, one_state, length):
    ran = execute(
        one_state("Task", Resource=RESOURCE), answer=lambda _request, _clock: "x" * length
    )
    if length + 2 <= 262_144:
        assert ran.result.status == "SUCCEEDED"
    else:
        assert ran.result.error == "States.DataLimitExceeded"


@given(data=st.dictionaries(st.text(max_size=3), JSON), value=JSON)
def test_what_is_written_at_a_reference_path_is_read_there(data: Any, value: Any) -> None:
    before = repr(data)
    data = {name: inner for name, inner in data.items() if name != "new"}
    whole = write("$.new['a b'].c", data, value)
    assert read("$.new['a b'].c", Scope(whole, {})) == value
    assert {name: inner for name, inner in whole.items() if name != "new"} == data
    assert repr(data) == before or "new" in before


def test_an_item_of_an_array_can_be_replaced_but_none_added():
    assert write("$.a[1]", {"a": [1, 2]}, 9) == {"a": [1, 9]}
    with pytest.raises(ExecutionError) as refused:
        write("$.a[2]", {"a": [1, 2]}, 9)
    assert refused.value.error == "States.ResultPathMatchFailure"


@pytest.mark.parametrize("path", ["a", "$..a", "$.a[*]", "$.a[1:2]", "$.a,b", "$$.a", "$.a[?(@)]"])
def test_a_reference_path_names_one_node(path):
    with pytest.raises(PathSyntaxError):
        reference_steps(path)
