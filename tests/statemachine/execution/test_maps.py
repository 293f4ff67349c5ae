"""Inline Map states: items, selectors, concurrency, links, and the order of results."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statemachine import TaskFailed

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
TASK = {
    "StartAt": "T",
    "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}},
}
BOOM = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Boom", "Cause": "played"}}}


@pytest.fixture
def mapped(one_state):
    def definition(processor: Any = PASS, **fields: Any) -> dict[str, Any]:
        found: dict[str, Any] = one_state("Map", "M", ItemProcessor=processor, **fields)
        return found

    return definition


def links(events: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [(e["type"], e["id"], e["previousEventId"]) for e in events]


def test_one_iteration_after_the_other_is_linked_as_aws_links_it(execute, mapped):
    ran = execute(mapped(MaxConcurrency=1), [1, 2])
    assert links(ran.events) == [
        ("ExecutionStarted", 1, 0),
        ("MapStateEntered", 2, 0),
        ("MapStateStarted", 3, 2),
        ("MapIterationStarted", 4, 3),
        ("PassStateEntered", 5, 4),
        ("PassStateExited", 6, 5),
        ("MapIterationSucceeded", 7, 6),
        ("MapIterationStarted", 8, 6),
        ("PassStateEntered", 9, 8),
        ("PassStateExited", 10, 9),
        ("MapIterationSucceeded", 11, 10),
        ("MapStateSucceeded", 12, 11),
        ("MapStateExited", 13, 11),
        ("ExecutionSucceeded", 14, 13),
    ]


def test_iterations_at_the_same_time_all_begin_at_the_map_s_start(execute, mapped):
    ran = execute(mapped(), [1, 2, 3])
    begun = [e for e in ran.events if e["type"] == "MapIterationStarted"]
    assert [e["previousEventId"] for e in begun] == [3, 3, 3]
    details = [e["mapIterationStartedEventDetails"] for e in begun]
    assert details == [{"name": "M", "index": index} for index in range(3)]


def test_a_failed_iteration_ends_the_map(execute, mapped):
    ran = execute(mapped(BOOM, MaxConcurrency=1), [1, 2])
    assert links(ran.events)[2:] == [
        ("MapStateStarted", 3, 2),
        ("MapIterationStarted", 4, 3),
        ("FailStateEntered", 5, 4),
        ("MapIterationFailed", 6, 5),
        ("MapStateFailed", 7, 5),
        ("ExecutionFailed", 8, 7),
    ]
    assert (ran.result.error, ran.result.cause) == ("Boom", "played")
    assert "mapStateFailedEventDetails" not in ran.events[6]


def test_a_retried_map_starts_again_and_fails_once(execute, mapped):
    retry = [{"ErrorEquals": ["Boom"], "MaxAttempts": 1}]
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "After"}]
    definition = mapped(BOOM, MaxConcurrency=1, Retry=retry, Catch=catch)
    definition["States"]["After"] = {"Type": "Pass", "End": True}
    ran = execute(definition, [1])
    assert links(ran.events)[2:] == [
        ("MapStateStarted", 3, 2),
        ("MapIterationStarted", 4, 3),
        ("FailStateEntered", 5, 4),
        ("MapIterationFailed", 6, 5),
        ("MapStateStarted", 7, 5),
        ("MapIterationStarted", 8, 7),
        ("FailStateEntered", 9, 8),
        ("MapIterationFailed", 10, 9),
        ("MapStateFailed", 11, 9),
        ("MapStateExited", 12, 11),
        ("PassStateEntered", 13, 12),
        ("PassStateExited", 14, 13),
        ("ExecutionSucceeded", 15, 14),
    ]


def test_iterations_that_run_beside_the_failed_one_are_aborted(execute, mapped):
    async def answer(request, clock):
        await clock.sleep(5 if request.parameters == 2 else 50)
        raise TaskFailed("Boom", "played")

    ran = execute(mapped(TASK), [1, 2], answer)
    started = {
        event["mapIterationStartedEventDetails"]["index"]: event["id"]
        for event in ran.events
        if event["type"] == "MapIterationStarted"
    }
    assert ran.types[-6:] == [
        "TaskFailed",
        "MapIterationFailed",
        "TaskStateAborted",
        "MapIterationAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]
    failed, failed_iteration, aborted, aborted_iteration, map_failed, _ = ran.events[-6:]
    assert failed_iteration["previousEventId"] == failed["id"] == map_failed["previousEventId"]
    assert aborted["previousEventId"] == aborted_iteration["previousEventId"] < failed["id"]
    assert aborted_iteration["mapIterationAbortedEventDetails"] == {"name": "M", "index": 0}
    assert len(started) == 2


@pytest.mark.parametrize("name", ["ItemSelector", "Parameters"])
def test_a_selector_sees_the_item_and_the_input(execute, mapped, name):
    selector = {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "all.$": "$.n"}
    ran = execute(mapped(ItemsPath="$.items", **{name: selector}), {"items": ["a", "b"], "n": 2})
    assert ran.result.output == [{"i": 0, "v": "a", "all": 2}, {"i": 1, "v": "b", "all": 2}]


def test_an_item_has_no_key_and_no_source_inline(execute, mapped):
    ran = execute(mapped(ItemSelector={"map.$": "$$.Map"}), ["a"])
    assert ran.result.output == [{"map": {"Item": {"Index": 0, "Value": "a"}}}]


def test_items_may_be_in_the_context(execute, mapped):
    assert execute(mapped(ItemsPath="$$.Execution.Input.a"), {"a": [3]}).result.output == [3]


def test_an_iterator_with_a_distributed_configuration_is_distributed(execute, one_state):
    iterator = {**PASS, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}
    ran = execute(one_state("Map", "M", Iterator=iterator), [1])
    assert "MapRunSucceeded" in ran.types


def test_no_items_are_no_iterations(execute, mapped):
    ran = execute(mapped(), [])
    assert ran.result.output == []
    assert links(ran.events)[2:5] == [
        ("MapStateStarted", 3, 2),
        ("MapStateSucceeded", 4, 3),
        ("MapStateExited", 5, 3),
    ]


@pytest.mark.parametrize("items", [5, "text", {"k": 1}, None, True])
def test_what_is_no_array_ends_the_execution(execute, mapped, items):
    ran = execute(mapped(ItemsPath="$.a"), {"a": items})
    assert ran.result.error == "States.Runtime"
    assert ran.result.cause == (
        "An error occurred while executing the state 'M' (entered at the event id #2). "
        'Reference path "$.a" must point to array.'
    )
    assert ran.types[2:] == ["ExecutionFailed"]


@pytest.mark.parametrize(("given", "most"), [(None, 40), (0, 40), (1, 1), (7, 7), (100, 40)])
def test_at_most_so_many_iterations_run_at_a_time(execute, mapped, given, most):
    running, peak = 0, 0

    async def answer(request, clock):
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await clock.sleep(1)
        running -= 1
        return request.parameters

    fields = {} if given is None else {"MaxConcurrency": given}
    ran = execute(mapped(TASK, **fields), list(range(60)), answer)
    assert ran.result.output == list(range(60))
    assert peak == most
    assert ran.lasted_s == -(-60 // most)


def test_concurrency_may_come_from_the_data(execute, mapped):
    definition = mapped(TASK, ItemsPath="$.items", MaxConcurrencyPath="$.n")
    ran = execute(
        definition,
        {"items": [1, 2, 3, 4], "n": 2},
        lambda _, clock: clock.sleep(1),
    )
    assert ran.lasted_s == 2


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (-1, "Expected non-negative integer for MaxConcurrency, got '-1' instead."),
        (
            "x",
            'The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.n',
        ),
    ],
)
def test_a_concurrency_that_is_none_ends_the_execution(execute, mapped, value, cause):
    ran = execute(mapped(ItemsPath="$.a", MaxConcurrencyPath="$.n"), {"a": [1], "n": value})
    assert ran.result.cause.endswith(f"(entered at the event id #2). {cause}")
    assert ran.types[2:] == ["ExecutionFailed"]


def test_a_runtime_error_within_an_iteration_ends_the_execution_at_once(execute, mapped):
    processor = {
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "InputPath": "$.none", "End": True}},
    }
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "After"}]
    definition = mapped(processor, MaxConcurrency=1, Catch=catch)
    definition["States"]["After"] = {"Type": "Pass", "End": True}
    ran = execute(definition, [{}])
    assert ran.types[3:] == ["MapIterationStarted", "PassStateEntered", "ExecutionFailed"]
    assert ran.events[-1]["previousEventId"] == 5
    assert "the state 'P' (entered at the event id #5)" in ran.result.cause


def test_a_selector_s_runtime_error_ends_the_execution_at_once(execute, mapped):
    ran = execute(mapped(ItemSelector={"x.$": "$.none"}, ItemsPath="$.a"), {"a": [1]})
    assert ran.types[2:] == ["MapStateStarted", "MapIterationStarted", "ExecutionFailed"]
    assert ran.events[-1]["previousEventId"] == 4
    assert "the state 'M' (entered at the event id #2)" in ran.result.cause


@given(
    delays=st.lists(st.integers(0, 9), max_size=12),
    concurrency=st.integers(0, 5),
    seed=st.integers(0, 3),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_results_are_in_the_items_order_whatever_the_schedule(
    execute, mapped, delays, concurrency, seed
):
    async def answer(request, clock):
        await clock.sleep(request.parameters[1])
        return request.parameters[0]

    items = [[place, delay] for place, delay in enumerate(delays)]
    ran = execute(mapped(TASK, MaxConcurrency=concurrency), items, answer, seed)
    assert ran.result.output == list(range(len(delays)))
    for event in ran.events:
        assert event["previousEventId"] < event["id"]
    ends = [e for e in ran.events if e["type"] == "MapIterationSucceeded"]
    indexes = sorted(e["mapIterationSucceededEventDetails"]["index"] for e in ends)
    assert indexes == list(range(len(delays)))
