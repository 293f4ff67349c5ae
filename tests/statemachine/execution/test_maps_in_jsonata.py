"""Map states in JSONata: their items, selectors, bounds and readers."""

import json
from typing import Any

import pytest

PREFIX = "An error occurred while executing the state 'M' (entered at the event id #2). "


def machine(distributed: bool = False, **fields: Any) -> dict[str, Any]:
    processor: dict[str, Any] = {
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": True}},
    }
    if distributed:
        processor["ProcessorConfig"] = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    state = {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}
    return {"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": state}}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("{% $states.input.a %}", [1, 2]),
        ([1, "{% $states.input.a %}", {"x": "{% 1 + 1 %}"}], [1, [1, 2], {"x": 2}]),
        ([], []),
    ],
)
@pytest.mark.parametrize("distributed", [False, True])
def test_items_are_an_expression_or_an_array_of_them(execute, items, expected, distributed):
    ran = execute(machine(distributed, Items=items), {"a": [1, 2]})
    assert ran.result.output == expected


def test_without_items_the_input_is_mapped_over(execute):
    assert execute(machine(), [3, 4]).result.output == [3, 4]


def test_the_selector_sees_the_item_and_the_whole_input(execute):
    selector = {
        "v": "{% $states.context.Map.Item.Value %}",
        "i": "{% $states.context.Map.Item.Index %}",
        "n": "{% $states.input.n %}",
    }
    ran = execute(
        machine(Items="{% $states.input.a %}", ItemSelector=selector), {"a": ["x"], "n": 5}
    )
    assert ran.result.output == [{"v": "x", "i": 0, "n": 5}]


@pytest.mark.parametrize(
    ("value", "kind", "text"), [(5, "number", "5"), ({"k": 1}, "object", '{"k":1}')]
)
def test_items_of_another_type_fail_the_map_before_it_starts(execute, value, kind, text):
    ran = execute(machine(Items="{% $states.input.a %}"), {"a": value})
    cause = (
        f"{PREFIX}The JSONata expression '$states.input.a' specified for the field 'Items' "
        f"returned an unexpected result type. Expected 'array', but was '{kind}' for value: {text}"
    )
    assert (ran.result.error, ran.result.cause) == ("States.QueryEvaluationError", cause)
    assert ran.types[2:] == ["EvaluationFailed", "MapStateFailed", "ExecutionFailed"]
    assert ran.events[2]["evaluationFailedEventDetails"] == {
        "error": "States.QueryEvaluationError",
        "cause": cause,
        "location": "Items",
        "state": "M",
    }


def test_a_distributed_map_takes_an_object_too(execute):
    selector = {"k": "{% $states.context.Map.Item.Key %}", "s": "{% $states.context.Map.Item %}"}
    ran = execute(
        machine(True, Items="{% $states.input %}", ItemSelector=selector), {"a": 1, "b": 2}
    )
    assert [each["k"] for each in ran.result.output] == ["a", "b"]
    assert ran.result.output[1]["s"] == {
        "Index": 1,
        "Key": "b",
        "Value": 2,
        "Source": "STATE_DATA",
    }


def test_a_failed_selector_is_an_event_of_its_iteration(execute):
    ran = execute(machine(Items=[1], ItemSelector={"x": "{% $nothing %}"}, MaxConcurrency=1), {})
    assert ran.types[2:] == [
        "MapStateStarted",
        "MapIterationStarted",
        "EvaluationFailed",
        "MapIterationFailed",
        "MapStateFailed",
        "ExecutionFailed",
    ]
    details = ran.events[4]["evaluationFailedEventDetails"]
    assert (details["location"], details["state"]) == ("ItemSelector/x", "M")
    assert ran.result.cause == details["cause"]
    assert ran.result.cause.startswith(PREFIX)


def test_a_failed_output_comes_after_the_map_has_succeeded(execute):
    ran = execute(machine(Items=[], Output="{% $nothing %}"), {})
    assert ran.types[2:] == [
        "MapStateStarted",
        "MapStateSucceeded",
        "EvaluationFailed",
        "ExecutionFailed",
    ]


def test_bounds_may_be_expressions(execute):
    fields = {
        "MaxConcurrency": "{% $states.input.n %}",
        "ToleratedFailureCount": "{% $states.input.n %}",
        "ToleratedFailurePercentage": "{% 12.5 %}",
        "ItemBatcher": {
            "MaxItemsPerBatch": "{% $states.input.n %}",
            "BatchInput": {"n": "{% $states.input.n %}"},
        },
    }
    ran = execute(machine(True, Items="{% $states.input.a %}", **fields), {"n": 2, "a": [1, 2, 3]})
    assert ran.result.output == [
        {"BatchInput": {"n": 2}, "Items": [1, 2]},
        {"BatchInput": {"n": 2}, "Items": [3]},
    ]


@pytest.mark.parametrize("name", ["ToleratedFailureCount", "ToleratedFailurePercentage"])
def test_a_bound_of_another_type_fails_its_expression(execute, name):
    ran = execute(machine(True, Items=[1], **{name: "{% 'much' %}"}), {})
    assert ran.result.error == "States.QueryEvaluationError"
    assert f"specified for the field '{name}' returned an unexpected result type" in (
        ran.result.cause
    )
    assert "MapRunStarted" not in ran.types


def test_readers_and_writers_take_arguments(execute):
    objects = {"k.json": json.dumps([1, 2]).encode()}

    class Storage:
        async def get_object(self, parameters):
            yield objects[parameters["Key"]]

        def put_object(self, parameters):
            return Writer(parameters["Key"])

    class Writer:
        def __init__(self, key):
            self.key, self.content = key, b""

        async def write(self, content):
            self.content += content

        async def close(self):
            objects[self.key] = self.content

        def discard(self):
            self.content = b""

    fields = {
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON", "MaxItems": "{% 1 %}"},
            "Arguments": {"Bucket": "b", "Key": "{% $states.input.key %}"},
        },
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Arguments": {"Bucket": "b", "Prefix": "{% 'o' & 'ut' %}"},
            "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"},
        },
        "Output": "{% $states.result.ResultWriterDetails %}",
    }
    ran = execute(machine(True, **fields), {"key": "k.json"}, storage=Storage())
    key = ran.result.output["Key"]
    assert key.startswith("out/")
    assert key.endswith("/manifest.json")
    (file,) = json.loads(objects[key])["ResultFiles"]["SUCCEEDED"]
    assert json.loads(objects[file["Key"]]) == [1]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"Transformation": "FLATTEN"}, [1, 2, 3]),
        ({"Transformation": "COMPACT"}, [[1, 2], 3]),
        ({"OutputType": "JSONL"}, "[1,2]\n3"),
    ],
)
def test_a_writer_without_a_bucket_shapes_the_state_s_result(execute, configuration, expected):
    writer = {"WriterConfig": configuration}
    ran = execute(machine(True, Items=[[1, 2], 3], ResultWriter=writer), {})
    assert ran.result.output == expected


def test_variables_are_seen_in_inline_maps_and_not_in_distributed_ones(execute):
    definition = machine(Items=[1], ItemSelector={"v": "{% $v %}"})
    definition["States"]["M"]["ItemProcessor"]["States"]["P"]["Output"] = "{% $v %}"
    definition["StartAt"] = "A"
    definition["States"]["A"] = {"Type": "Pass", "Assign": {"v": 7}, "Next": "M"}
    assert execute(definition, {}).result.output == [7]


def test_an_input_that_is_no_array_fails_a_map_without_items(execute):
    ran = execute(machine(), {"a": 1})
    assert ran.result.error == "States.QueryEvaluationError"
    assert ran.result.cause == f"{PREFIX}Map state input must be an array but was: object"
    assert ran.types[2:] == ["EvaluationFailed", "MapStateFailed", "ExecutionFailed"]
