"""Definitions, data and task results that are made to break the interpreter end by their name."""

import asyncio
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import (
    ExecutionError,
    History,
    Interpreter,
    InvalidDefinition,
    StateMachine,
    TaskFailed,
    parse,
)
from statemachine.clock import AsyncioClock
from statemachine.jsonpath.choice_rule import matches
from statemachine.jsonpath.json_path import PathSyntaxError, check_path, read, write
from statemachine.scope import Scope

RESOURCE = "arn:aws:states:::sns:publish"
ENDLESS = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.end", "IsPresent": True, "Next": "C"}],
            "Default": "A",
        },
        "C": {"Type": "Succeed"},
    },
}


def nested(depth: int) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for _ in range(depth):
        whole = {"a": whole}
    return whole


@pytest.mark.parametrize(
    "path",
    ["$.a | $.b", "$.a & $.b", "$.a.~b", "$.a[~'b']", "$1", "$a b", "$a-b", " $.a", "$.a ", "$$x"],
)
def test_what_only_the_library_takes_for_a_path_is_refused(path):
    with pytest.raises(PathSyntaxError):
        check_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "$",
        "$$",
        "$a",
        "$a.b",
        "$a[0]",
        "$.a-b",
        "$['a b']",
        "$.a[-1]",
        "$..a",
        "$.a[1:3]",
        "$.a[?(@.b == 'c')]",
    ],
)
def test_paths_of_the_language_are_taken(path):
    check_path(path)


@given(st.integers(1, 400))
def test_a_deep_value_is_written_into_without_being_walked_through(depth: int) -> None:
    data = nested(depth)
    whole = write("$.b.c", data, 1)
    assert (whole["b"], whole["a"]) == ({"c": 1}, data["a"])
    assert "b" not in data


def test_what_is_written_into_is_not_changed():
    data = {"a": {"b": [1, {"c": 2}]}}
    assert write("$.a.b[1].c", data, 3) == {"a": {"b": [1, {"c": 3}]}}
    assert data == {"a": {"b": [1, {"c": 2}]}}


def test_paths_look_into_deep_data_and_give_up_where_there_is_too_much():
    assert read("$..z", Scope(nested(2_000), {})) == []
    began_s = time.monotonic()
    with pytest.raises(ExecutionError):
        read("$..*..*..*", Scope(nested(1_000), {}))
    assert time.monotonic() - began_s < 10
    assert read("$" + "[*]" * 3_000, Scope([], {})) == []


def test_data_that_is_too_deep_for_json_text_fails_the_execution(execute, one_state):
    ran = execute(one_state("Pass"), nested(3_000))
    assert (ran.result.status, ran.result.error) == ("FAILED", "States.Runtime")


@pytest.mark.parametrize("text", ["NaN", "[-Infinity]", '"\\ud800"', "[" * 5_000, "1" * 5_000])
def test_text_that_is_no_json_is_an_intrinsic_failure(execute, one_state, text):
    definition = one_state("Pass", Parameters={"x.$": "States.StringToJson($.text)"})
    ran = execute(definition, {"text": text})
    assert ran.result.error == "States.IntrinsicFailure"


def test_a_definition_holds_no_constants_that_json_does_not_have():
    text = '{"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": NaN, "End": true}}}'
    with pytest.raises(InvalidDefinition, match="NaN is no JSON"):
        parse(text)


def test_a_pattern_of_many_asterisks_takes_no_time():
    started_s = time.perf_counter()
    assert not matches("a" * 5_000, "*a" * 100 + "b")
    assert time.perf_counter() - started_s < 1


@pytest.mark.parametrize(("amount", "total"), [("1.4", 2), ("1.5", 3), ("-1.6", -1), ("-1.5", 0)])
def test_fractions_are_rounded_to_the_nearest_whole_number(execute, one_state, amount, total):
    ran = execute(one_state("Pass", Parameters={"x.$": f"States.MathAdd({amount}, 1)"}))
    assert ran.result.output == {"x": total}


def test_a_long_text_may_be_split_but_not_encoded(execute, one_state):
    text = "a," * 6_000
    split = one_state("Pass", Parameters={"x.$": "States.StringSplit($.t, ',')"})
    assert len(execute(split, {"t": text}).result.output["x"]) == 6_000
    encoded = one_state("Pass", Parameters={"x.$": "States.Base64Encode($.t)"})
    assert execute(encoded, {"t": text}).result.error == "States.IntrinsicFailure"


def test_of_branches_that_fail_at_once_the_first_in_the_definition_is_raised(execute, one_state):
    def answer(request: Any, _clock: Any) -> Any:
        raise TaskFailed(request.parameters["name"], "")

    branches = [one_state("Task", n, Resource=RESOURCE, Parameters={"name": n}) for n in "ABCD"]
    definition = one_state("Parallel", Branches=branches)
    histories = [execute(definition, {}, answer) for _ in range(20)]
    assert {ran.result.error for ran in histories} == {"A"}
    assert all(ran.events == histories[0].events for ran in histories)


def test_an_error_that_makes_its_catcher_s_output_too_large_is_not_passed_on(execute):
    definition = {
        "StartAt": "S",
        "States": {
            "S": {
                "Type": "Task",
                "Resource": RESOURCE,
                "Catch": [
                    {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Caught"}
                ],
                "Next": "Caught",
            },
            "Caught": {"Type": "Pass", "Result": 1, "End": True},
        },
    }

    def answer(_request: Any, _clock: Any) -> Any:
        raise TaskFailed("Boom", "y" * 1_000)

    assert execute(definition, {"x": "y" * 1_000}, answer).result.status == "SUCCEEDED"
    ran = execute(definition, {"x": "y" * 262_000}, answer)
    assert ran.result.error == "States.DataLimitExceeded"


def test_a_task_without_a_heartbeat_fails_by_that_name(execute, one_state):
    definition = one_state("Task", Resource=RESOURCE, TimeoutSeconds=50, HeartbeatSeconds=9)
    ran = execute(definition, answer=lambda _request, clock: clock.sleep(20))
    assert ran.result.error == "States.Timeout"
    assert ran.lasted_s == pytest.approx(9)
    assert "TaskTimedOut" in ran.types


def test_a_fail_state_without_words_leaves_them_out(execute, one_state):
    ran = execute(one_state("Fail"))
    assert (ran.result.status, ran.result.error, ran.result.cause) == ("FAILED", None, None)
    assert ran.events[-1]["executionFailedEventDetails"] == {}


@pytest.mark.parametrize(
    ("kind", "fields", "place", "named"),
    [
        ("Task", {"Resource": "arn:aws:states:::sqs:sendMessage.sync"}, "Resource", "recognized"),
        ("Task", {"Resource": "arn:aws:states:::ecs:runTasks"}, "Resource", "recognized"),
        ("Task", {"Resource": "createToken"}, "Resource", "not a valid resource ARN"),
        (
            "Task",
            {"Resource": RESOURCE, "TimeoutSeconds": 5, "HeartbeatSeconds": 5},
            "HeartbeatSeconds",
            "less than",
        ),
        ("Wait", {"Timestamp": "tomorrow"}, "Timestamp", "ISO-8601"),
        ("Pass", {"Parameters": {"a": 1, "a.$": "$.a"}}, "Parameters/a.$", "one of the two"),
    ],
)
def test_what_would_not_work_is_said_before_it_runs(one_state, kind, fields, place, named):
    with pytest.raises(InvalidDefinition) as refused:
        parse(json.dumps(one_state(kind, **fields)))
    (found,) = refused.value.diagnostics
    assert found.location == f"/States/S/{place}"
    assert named in f"{found.message} {found.reason}"


@pytest.mark.parametrize(
    ("configuration", "places"),
    [
        ({"Mode": "INLINE"}, []),
        ({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, []),
        ({"Mode": "DISTRIBUTED"}, [""]),
        ({"Mode": "DISTRIBUTED", "ExecutionType": "SLOW"}, ["ExecutionType"]),
        ({"Mode": "ELSEWHERE"}, ["Mode"]),
        ({"Mode": "INLINE", "Colour": 1}, [""]),
        ({"Mode": 1}, ["Mode"]),
    ],
)
def test_a_processor_s_configuration_is_read_in_full(one_state, configuration, places):
    processor = {**one_state("Pass", "Inner"), "ProcessorConfig": configuration}
    text = json.dumps(one_state("Map", ItemProcessor=processor))
    found = []
    try:
        parse(text)
    except InvalidDefinition as refused:
        found = [each.location for each in refused.diagnostics]
    folder = "/States/S/ItemProcessor/ProcessorConfig"
    assert found == [f"{folder}/{place}".rstrip("/") for place in places]


def test_a_loop_that_waits_for_nothing_lets_others_on_and_can_be_cancelled(context):
    class Nobody:
        async def invoke(self, request: Any) -> Any:
            raise ExecutionError("Unexpected", request.resource)

    async def run() -> tuple[int, Any]:
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        beside = asyncio.create_task(others())
        definition = parse(json.dumps(ENDLESS))
        running = asyncio.create_task(
            Interpreter(definition, Nobody(), AsyncioClock()).run(
                {}, context=context, history=(history := History())
            )
        )
        await asyncio.sleep(0.02)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        beside.cancel()
        return turns, history.events[-1]["type"]

    turns, ending = asyncio.run(run())
    assert turns > 5
    assert ending == "ExecutionAborted"


def test_paths_begin_at_variables_too():
    scope = Scope({"n": 1}, {"n": 2}, {"name": {"list": [{"n": 3}]}, "n": 4})
    found = [read(path, scope) for path in ("$.n", "$$.n", "$name.list[0].n", "$n", "$name..n")]
    assert found == [1, 2, 3, 4, [3]]
    with pytest.raises(ExecutionError) as failed:
        read("$none.n", scope)
    assert "$none" in failed.value.cause


@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_a_template_of_many_levels_fails_by_its_name(execute, one_state, language):
    field = "Parameters" if language == "JSONPath" else "Output"
    definition = one_state("Pass", QueryLanguage=language, **{field: nested(300)})
    assert execute(definition).result.output == nested(300)
    ran = execute(one_state("Pass", QueryLanguage=language, **{field: nested(900)}))
    assert ran.result.error == "States.Runtime"
    assert f"The field '{field}' is nested too deeply" in (ran.result.cause or "")


def test_states_within_states_are_bounded(one_state):
    def within(depth: int) -> dict[str, Any]:
        inner = one_state("Pass", "P")
        for number in range(depth):
            inner = one_state("Parallel", f"S{number}", Branches=[inner])
        return inner

    assert isinstance(parse(within(40)), StateMachine)
    for depth in (60, 200, 20_000):
        with pytest.raises(InvalidDefinition) as refused:
            parse(within(depth))
        assert [each.code for each in refused.value.diagnostics] == ["TOO_DEEPLY_NESTED"]
