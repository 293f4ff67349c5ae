"""Events are linked to the one before them in their own branch."""

from typing import Any

from statemachine import TaskFailed

RESOURCE = "arn:aws:states:::sns:publish"


def linked(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return each event's type with that of the event it is linked to."""
    types = {0: "", **{event["id"]: event["type"] for event in events}}
    return [(types[event["previousEventId"]], event["type"]) for event in events]


def test_the_start_and_the_first_state_are_linked_to_none(execute, one_state):
    ran = execute(one_state("Succeed"))
    assert linked(ran.events) == [
        ("", "ExecutionStarted"),
        ("", "SucceedStateEntered"),
        ("SucceedStateEntered", "SucceedStateExited"),
        ("SucceedStateExited", "ExecutionSucceeded"),
    ]


def test_branches_begin_at_the_parallel_s_start_and_it_ends_with_the_last(execute, one_state):
    branches = [
        {"StartAt": f"W{n}", "States": {f"W{n}": {"Type": "Wait", "Seconds": n, "End": True}}}
        for n in (2, 1)
    ]
    ran = execute(one_state("Parallel", Branches=branches))
    assert linked(ran.events) == [
        ("", "ExecutionStarted"),
        ("", "ParallelStateEntered"),
        ("ParallelStateEntered", "ParallelStateStarted"),
        ("ParallelStateStarted", "WaitStateEntered"),
        ("ParallelStateStarted", "WaitStateEntered"),
        ("WaitStateEntered", "WaitStateExited"),
        ("WaitStateEntered", "WaitStateExited"),
        ("WaitStateExited", "ParallelStateSucceeded"),
        ("WaitStateExited", "ParallelStateExited"),
        ("ParallelStateExited", "ExecutionSucceeded"),
    ]
    by_id = {event["id"]: event for event in ran.events}
    left = [event for event in ran.events if event["type"] == "WaitStateExited"]
    for event in left:
        entered = by_id[event["previousEventId"]]["stateEnteredEventDetails"]
        assert entered["name"] == event["stateExitedEventDetails"]["name"]
    assert ran.events[7]["previousEventId"] == left[-1]["id"]


def test_each_iteration_of_a_map_is_a_branch(execute, one_state):
    definition = one_state("Map", ItemProcessor=one_state("Pass", "Inner"))
    ran = execute(definition, ["a", "b"])
    started = [event for event in ran.events if event["type"] == "MapIterationStarted"]
    assert [event["mapIterationStartedEventDetails"] for event in started] == [
        {"name": "S", "index": 0},
        {"name": "S", "index": 1},
    ]
    by_id = {event["id"]: event for event in ran.events}
    assert {by_id[event["previousEventId"]]["type"] for event in started} == {"MapStateStarted"}


def test_a_retried_task_is_scheduled_again_behind_its_failure(execute, one_state):
    failures = iter([TaskFailed("Boom", "played")])

    def answer(_request: Any, _clock: Any) -> Any:
        for failure in failures:
            raise failure
        return {}

    definition = one_state("Task", Resource=RESOURCE, Retry=[{"ErrorEquals": ["Boom"]}])
    ran = execute(definition, {}, answer)
    assert ("TaskFailed", "TaskScheduled") in linked(ran.events)
    assert ran.types.count("TaskStateEntered") == 1


def test_a_lambda_function_s_own_arn_has_its_own_events(execute, one_state):
    arn = "arn:aws:lambda:eu-west-1:000000000000:function:f"
    ran = execute(one_state("Task", Resource=arn, TimeoutSeconds=3), {"a": 1})
    assert ran.types[2:5] == [
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
    ]
    assert ran.events[2]["lambdaFunctionScheduledEventDetails"] == {
        "resource": arn,
        "input": '{"a":1}',
        "inputDetails": {"truncated": False},
        "timeoutInSeconds": 3,
    }
    assert not [name for name in ran.events[3] if name.endswith("EventDetails")]


def test_the_region_is_the_resource_s_own_where_it_has_one(execute, one_state):
    resource = "arn:aws:states:eu-west-1::sns:publish"
    for arn, region in ((resource, "eu-west-1"), (RESOURCE, "us-east-1")):
        ran = execute(one_state("Task", Resource=arn))
        assert ran.events[2]["taskScheduledEventDetails"]["region"] == region
