"""Paths, functions and clocks at their edges, and what a fault says."""

import asyncio
import json
from typing import Any

import pytest

from statemachine import History, Interpreter, parse
from statemachine.clock import VirtualClock
from statemachine.jsonpath.json_path import (
    PathSyntaxError,
    check_path,
    read,
    reference_steps,
    write,
)
from statemachine.scope import Scope

RESOURCE = "arn:aws:states:::sns:publish"


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$.store.book", ("store", "book")),
        (r"$.store\.book", ("store.book",)),
        (r"$.\stor\e.boo\k", ("store", "book")),
        (r"$.foo\@bar.baz\[\[.\?pretty", ("foo@bar", "baz[[", "?pretty")),
        ("$.&Ж中", ("&Ж中",)),
        ("$.ledgers[0][22].region", ("ledgers", 0, 22, "region")),
        (r"$['it\'s']", ("it's",)),
        ("$.1", ("1",)),
    ],
)
def test_reference_paths_of_the_specification_and_their_escapes(path, steps):
    assert reference_steps(path) == steps
    if 0 not in steps:
        assert read(path, Scope(write(path, {}, 7), {})) == 7


def test_joined_paths_are_refused_without_spaces_too():
    for path in ("$.a|$.b", "$.a&$.b"):
        with pytest.raises(PathSyntaxError):
            check_path(path)


@pytest.mark.parametrize(
    ("text", "data", "value"),
    [
        (r"States.Format('\\{}', 1)", {}, "\\1"),
        (r"States.Format('\\\{}', $.a)", {"a": 1}, None),
        ("States.Format($.t, 'x')", {"t": "<{}>"}, "<x>"),
        ("States.ArrayContains($.a, 1)", {"a": [1.0]}, True),
        ("States.ArrayContains($.a, true)", {"a": [1]}, False),
        ("States.ArrayUnique($.a)", {"a": [1, 1.0, True, "1"]}, [1, True, "1"]),
        ("States.ArrayRange(1, 1000000000000000000000, 1)", {}, None),
        ("States.Base64Decode('é')", {}, None),
        ("States.Hash('a', $.a)", {"a": ["SHA-1"]}, None),
    ],
)
def test_functions_at_their_edges(execute, one_state, text, data, value):
    ran = execute(one_state("Pass", Parameters={"x.$": text}), data)
    if value is None:
        assert ran.result.error == "States.IntrinsicFailure"
    else:
        found = ran.result.output["x"]
        assert (found, type(found)) == (value, type(value))


def test_a_fault_names_the_state_and_the_event_by_which_it_was_entered(execute, one_state):
    branch = one_state("Pass", "Inner", InputPath="$.none")
    ran = execute(one_state("Parallel", Branches=[branch]))
    entered = next(event for event in ran.events if event["type"] == "PassStateEntered")
    assert ran.result.cause == (
        "An error occurred while executing the state 'Inner' "
        f"(entered at the event id #{entered['id']}). "
        "Invalid path '$.none' : No results for path: $['none']"
    )


def test_a_catcher_that_cannot_place_the_error_fails_by_its_own_name(execute):
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.a.b", "Next": "N"}]
    definition = {
        "StartAt": "S",
        "States": {
            "S": {
                "Type": "Task",
                "Resource": RESOURCE,
                "Parameters": {"x.$": "States.ArrayLength($.a)"},
                "Catch": catch,
                "Next": "N",
            },
            "N": {"Type": "Succeed"},
        },
    }
    ran = execute(definition, {"a": 1})
    assert ran.result.error == "States.ResultPathMatchFailure"
    assert "'S'" in (ran.result.cause or "")


def test_a_defect_of_the_invoker_ends_the_history_and_is_raised(one_state, context):
    class Defective:
        async def invoke(self, request: Any) -> Any:
            return request.parameters["absent"]

    async def run() -> History:
        history = History()
        machine = parse(json.dumps(one_state("Task", Resource=RESOURCE)))
        with pytest.raises(KeyError):
            await Interpreter(machine, Defective(), VirtualClock()).run(
                {}, context=context, history=history
            )
        return history

    last = asyncio.run(run()).events[-1]
    assert last["type"] == "ExecutionFailed"
    assert last["executionFailedEventDetails"]["error"] == "States.Runtime"
    assert "KeyError" in last["executionFailedEventDetails"]["cause"]


def test_a_clock_that_is_set_back_does_not_set_back_the_history():
    history = History()
    for timestamp in (5.0, 3.0, 7.0):
        history.add("PassStateEntered", timestamp, 0, {"name": "S"})
    assert [event["timestamp"] for event in history.events] == [5.0, 5.0, 7.0]
