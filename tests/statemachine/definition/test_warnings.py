"""Warnings do not refuse a definition; what EXPRESS machines lack does."""

import pytest

from statemachine import InvalidDefinition, StateMachine, parse
from statemachine.definition.parse import examine


@pytest.mark.parametrize(
    ("kind", "fields", "code", "place"),
    [
        ("Pass", {"Parameters": {"a": [{"b": "$.x"}]}}, "NO_DOLLAR", "Parameters/a[0]/b"),
        ("Pass", {"Parameters": {"a": "States.UUID()"}}, "NO_DOLLAR", "Parameters/a"),
        ("Pass", {"Assign": {"a": "$$.State.Name"}}, "NO_DOLLAR", "Assign/a"),
        ("Pass", {"Result": {"a.$": "$.x"}}, "PASS_RESULT_IS_STATIC", "Result/a.$"),
        ("Pass", {"Result": [{"b": "$.x"}]}, "PASS_RESULT_IS_STATIC", "Result[0]/b"),
        ("Fail", {"Error": "$.e"}, "NO_PATH", "Error"),
    ],
)
def test_a_path_where_none_is_read_is_warned_of(one_state, kind, fields, code, place):
    definition = one_state(kind, **fields)
    assert isinstance(parse(definition), StateMachine)
    _, (found,) = examine(definition)
    assert (found.code, found.severity) == (code, "WARNING")
    assert found.location == f"/States/S/{place}"


@pytest.mark.parametrize("value", ["$", "$5", "US$.", "States are", "{% $x %}", 1, None])
def test_what_only_looks_a_little_like_a_path_is_not(one_state, value):
    _, found = examine(one_state("Pass", Parameters={"a": value}))
    assert not found


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws:states:us-east-1:123456789012:activity:a",
    ],
)
def test_an_express_machine_waits_for_nobody(one_state, resource):
    inner = one_state("Task", "Inner", Resource=resource)
    definition = one_state("Parallel", Branches=[inner])
    assert isinstance(parse(definition), StateMachine)
    with pytest.raises(InvalidDefinition) as refused:
        parse(definition, express=True)
    (found,) = refused.value.diagnostics
    assert found.location == "/States/S/Branches[0]/States/Inner/Resource"


def test_an_express_child_waits_for_nobody_either(one_state):
    inner = one_state("Task", "Inner", Resource="arn:aws:states:::sns:publish.waitForTaskToken")
    for kind, is_right in (("STANDARD", True), ("EXPRESS", False)):
        mode = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
        machine, found = examine(one_state("Map", ItemProcessor={**inner, "ProcessorConfig": mode}))
        assert machine is not None
        assert (not found) == is_right
