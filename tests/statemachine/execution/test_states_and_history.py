"""State types by the time they take and the history they write."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statemachine import ExecutionContext, History, Interpreter, TaskFailed, parse
from statemachine.clock import VirtualClock

RESOURCE = "arn:aws:states:::sns:publish"
CONTEXT = ExecutionContext("arn:e", "e", "arn:r", 1_700_000_000.0, "arn:m", "m")
_SHAPE = (
    botocore.session.get_session()
    .get_service_model("stepfunctions")
    .operation_model("GetExecutionHistory")
    .output_shape.members["events"]
    .member
)


def check_shape(value: Any, shape: Any, where: str) -> None:
    """Fail where a value has a member, type or enumerated word that AWS's model does not have."""
    match shape.type_name:
        case "structure":
            unknown = set(value) - set(shape.members)
            assert not unknown, f"{where} has {unknown}"
            for name, inner in value.items():
                check_shape(inner, shape.members[name], f"{where}.{name}")
        case "string":
            assert isinstance(value, str), where
            assert not shape.enum or value in shape.enum, f"{where} is {value}"
        case "long" | "integer":
            assert isinstance(value, int), where
        case "timestamp":
            assert isinstance(value, float), where
        case "boolean":
            assert isinstance(value, bool), where
        case other:
            raise AssertionError(f"{where} has the type {other}")


def check_history(events: list[dict[str, Any]]) -> None:
    json.dumps(events)
    for number, event in enumerate(events, start=1):
        check_shape(event, _SHAPE, f"event {number}")
        assert event["id"] == number
        assert 0 <= event["previousEventId"] < number
        details = [name for name in event if name.endswith("EventDetails")]
        assert len(details) <= 1
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)


def machine(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Chains of one to three states, composite ones with chains within."""
    simple = st.sampled_from(
        [
            {"Type": "Pass"},
            {"Type": "Wait", "Seconds": 2},
            {"Type": "Task", "Resource": RESOURCE},
            {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f"},
        ]
    )
    states = simple
    if depth:
        inner = machine(depth - 1)
        states = (
            simple
            | st.lists(inner, min_size=1, max_size=2).map(
                lambda branches: {"Type": "Parallel", "Branches": branches, "ResultPath": None}
            )
            | inner.map(
                lambda processor: {
                    "Type": "Map",
                    "ItemsPath": "$.items",
                    "ItemSelector": {"items.$": "$.items"},
                    "ItemProcessor": processor,
                    "ResultPath": None,
                }
            )
        )
    numbers = itertools.count()

    def chained(chain: list[dict[str, Any]]) -> dict[str, Any]:
        names = [f"S{next(numbers)}" for _ in chain]
        following: list[dict[str, Any]] = [{"Next": name} for name in names[1:]] + [{"End": True}]
        named = {
            name: {**state, **after}
            for name, state, after in zip(names, chain, following, strict=True)
        }
        return {"StartAt": names[0], "States": named}

    return st.lists(states, min_size=1, max_size=3).map(chained)


def uniquely_named(definition: dict[str, Any], prefix: str = "S") -> dict[str, Any]:
    """Name states by their place: no two of a whole state machine may share a name."""
    names = {name: f"{prefix}{number}" for number, name in enumerate(definition["States"])}
    states = {}
    for name, state in definition["States"].items():
        renamed, inner = {**state}, f"{names[name]}."
        if "Next" in state:
            renamed["Next"] = names[state["Next"]]
        if "Branches" in state:
            renamed["Branches"] = [
                uniquely_named(branch, f"{inner}{number}.")
                for number, branch in enumerate(state["Branches"])
            ]
        if "ItemProcessor" in state:
            renamed["ItemProcessor"] = uniquely_named(state["ItemProcessor"], inner)
        states[names[name]] = renamed
    return {"StartAt": names[definition["StartAt"]], "States": states}


@given(definition=machine(2).map(uniquely_named), failing=st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_any_history_is_one_of_aws_s(definition: dict[str, Any], failing: int) -> None:
    count = itertools.count(1)

    class Invoker:
        async def invoke(self, request: Any) -> Any:
            if next(count) == failing:
                raise TaskFailed("Boom", "played")
            return request.parameters

    async def run() -> tuple[Any, History]:
        history, clock = History(), VirtualClock()
        interpreter = Interpreter(parse(json.dumps(definition)), Invoker(), clock)
        result = await interpreter.run({"items": [1, 2]}, context=CONTEXT, history=history)
        return result, history

    result, history = asyncio.run(run())
    check_history(history.events)
    types = [event["type"] for event in history.events]
    assert types[0] == "ExecutionStarted"
    if result.status == "SUCCEEDED":
        assert types[-1] == "ExecutionSucceeded"
        entered = sum(kind.endswith("StateEntered") for kind in types)
        assert entered == sum(kind.endswith("StateExited") for kind in types)
        for kind in ("Task", "LambdaFunction"):
            assert types.count(f"{kind}Scheduled") == types.count(f"{kind}Succeeded")
    else:
        assert (result.error, types[-1]) == ("Boom", "ExecutionFailed")
        assert history.events[-1]["executionFailedEventDetails"] == {
            "error": "Boom",
            "cause": "played",
        }


def test_the_events_of_a_task(execute, one_state):
    ran = execute(one_state("Task", Resource=RESOURCE, TimeoutSeconds=9), {"a": 1})
    assert ran.types == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert ran.events[2]["taskScheduledEventDetails"] == {
        "resourceType": "sns",
        "resource": "publish",
        "region": "us-east-1",
        "parameters": '{"a":1}',
        "timeoutInSeconds": 9,
    }
    assert [event["previousEventId"] for event in ran.events] == [0, 0, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"Seconds": 5}, 5),
        ({"SecondsPath": "$.s"}, 7),
        ({"Timestamp": "2023-11-14T22:13:30Z"}, 10),
        ({"TimestampPath": "$.t"}, 20),
        ({"Timestamp": "2000-01-01T00:00:00Z"}, 0),
    ],
)
def test_waits(execute, one_state, fields, seconds):
    data = {"s": 7, "t": "2023-11-14T22:13:40Z"}
    ran = execute(one_state("Wait", **fields), data)
    assert ran.result.output == data
    assert ran.lasted_s == pytest.approx(seconds)


def test_a_fail_state_s_words_may_come_from_its_input(execute, one_state):
    definition = one_state(
        "Fail", ErrorPath="$.e", CausePath="States.Format('because of {}', $.why)"
    )
    ran = execute(definition, {"e": "Own", "why": "it"})
    assert (ran.result.error, ran.result.cause) == ("Own", "because of it")
    assert ran.types == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]


def test_branches_run_at_the_same_time_and_keep_their_order(execute, one_state):
    branches = [
        {
            "StartAt": f"W{n}",
            "States": {
                f"W{n}": {"Type": "Wait", "Seconds": n, "Next": f"P{n}"},
                f"P{n}": {"Type": "Pass", "Result": n, "End": True},
            },
        }
        for n in (3, 1, 2)
    ]
    ran = execute(one_state("Parallel", Branches=branches))
    assert ran.result.output == [3, 1, 2]
    assert ran.lasted_s == pytest.approx(3)


def test_a_failing_branch_ends_the_others_at_once(execute, one_state):
    branches = [
        one_state("Fail", "F", Error="Boom"),
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": True}}},
    ]
    ran = execute(one_state("Parallel", Branches=branches))
    assert ran.result.error == "Boom"
    assert ran.lasted_s < 100
    assert ran.types[-3:] == ["WaitStateAborted", "ParallelStateFailed", "ExecutionFailed"]


@pytest.mark.parametrize(("most", "seconds"), [(0, 2), (1, 10), (2, 6)])
def test_a_map_keeps_its_items_order_and_its_bound(execute, one_state, most, seconds):
    processor = {
        "StartAt": "W",
        "States": {"W": {"Type": "Wait", "Seconds": 2, "End": True}},
    }
    definition = one_state(
        "Map",
        ItemsPath="$.items",
        MaxConcurrency=most,
        ItemSelector={"n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "k.$": "$.k"},
        ItemProcessor=processor,
    )
    ran = execute(definition, {"items": list("abcde"), "k": 1})
    assert ran.result.output == [{"n": n, "i": i, "k": 1} for i, n in enumerate("abcde")]
    assert ran.lasted_s == pytest.approx(seconds)
    assert execute(definition, {"items": [], "k": 1}).result.output == []
    assert execute(definition, {"items": 1, "k": 1}).result.error == "States.Runtime"


def test_a_task_s_time_limit_is_its_own_error_and_the_machine_s_is_its_status(execute, one_state):
    def slow(_request: Any, clock: VirtualClock) -> Any:
        return clock.sleep(60)

    task = execute(one_state("Task", Resource=RESOURCE, TimeoutSeconds=5), answer=slow)
    assert (task.result.status, task.result.error) == ("FAILED", "States.Timeout")
    assert "TaskTimedOut" in task.types
    assert task.lasted_s == pytest.approx(5)
    definition = {**one_state("Task", Resource=RESOURCE), "TimeoutSeconds": 3}
    whole = execute(definition, answer=slow)
    assert whole.result.status == "TIMED_OUT"
    assert whole.types[-1] == "ExecutionTimedOut"
    check_history(whole.events)


def test_a_cancelled_execution_writes_why_and_ends_its_branches(one_state):
    ended: list[str] = []

    class Invoker:
        async def invoke(self, request: Any) -> Any:
            try:
                await asyncio.sleep(60)
            finally:
                ended.append(request.resource)

    async def run() -> History:
        branches = [one_state("Task", name, Resource=RESOURCE) for name in ("A", "B")]
        definition = json.dumps(one_state("Parallel", Branches=branches))
        history = History()
        running = asyncio.create_task(
            Interpreter(parse(definition), Invoker(), VirtualClock()).run(
                {}, context=CONTEXT, history=history, stop_reason=lambda: ("Own", "enough")
            )
        )
        await asyncio.sleep(0.02)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return history

    history = asyncio.run(run())
    assert len(ended) == 2
    assert history.events[-1]["type"] == "ExecutionAborted"
    assert history.events[-1]["executionAbortedEventDetails"] == {"error": "Own", "cause": "enough"}
    check_history(history.events)


def test_a_history_ends_at_25_000_events(execute):
    definition = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Next": "B"},
            "B": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericEquals": 0, "Next": "C"}],
                "Default": "A",
            },
            "C": {"Type": "Succeed"},
        },
    }
    ran = execute(definition, {"n": 1})
    assert ran.result.error == "States.Runtime"
    assert len(ran.events) == 25_000
    assert ran.types[-1] == "ExecutionFailed"


def test_a_virtual_clock_wakes_sleepers_in_the_order_they_are_due() -> None:
    async def run() -> Iterator[tuple[float, float]]:
        clock, woken = VirtualClock(0.0), []

        async def sleep(seconds: float) -> None:
            await clock.sleep(seconds)
            woken.append((seconds, clock.time()))

        await asyncio.gather(*(sleep(seconds) for seconds in (3, 1, 2, 1, 0)))
        return iter(woken)

    woken = list(asyncio.run(run()))
    assert woken == [(seconds, float(seconds)) for seconds in (0, 1, 1, 2, 3)]
