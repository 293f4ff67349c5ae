"""Tasks that end by a token, a job or a worker: their events, their limits, their errors."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import (
    Activities,
    Callbacks,
    History,
    Interpreter,
    Submitted,
    TaskFailed,
    TaskRequest,
)
from statemachine.callbacks import InvalidTaskToken, TaskClosed
from statemachine.clock import VirtualClock
from statemachine.execution.resource import resource_of

QUEUE = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
JOB = "arn:aws:states:::states:startExecution.sync:2"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:stamp"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
ROLE = "arn:aws:iam::123456789012:role/other"


class World:
    """An interpreter on a virtual clock, and what others do with its tasks."""

    def __init__(self, answer: Callable[["World", TaskRequest], Any]) -> None:
        self.clock = VirtualClock(0.0)
        self.callbacks, self.activities = Callbacks(), Activities()
        self.others: list[asyncio.Future[Any]] = []
        self.requests: list[TaskRequest] = []
        self._answer = answer

    async def invoke(self, request: TaskRequest) -> Any:
        self.requests.append(request)
        answer = self._answer(self, request)
        return await answer if asyncio.iscoroutine(answer) else answer

    def after(self, seconds: float, act: Callable[[], Any]) -> None:
        async def later() -> None:
            await self.clock.sleep(seconds)
            act()

        self.others.append(asyncio.ensure_future(later()))


def run(
    definition: dict[str, Any],
    answer: Callable[[World, TaskRequest], Any] = lambda *_: None,
    *,
    worker: Callable[[World], Awaitable[None]] | None = None,
) -> tuple[Any, list[dict[str, Any]], World]:
    async def go() -> tuple[Any, list[dict[str, Any]], World]:
        world, history = World(answer), History()
        if worker is not None:
            world.others.append(asyncio.ensure_future(worker(world)))
        interpreter = Interpreter(
            definition,
            world,
            world.clock,
            randomness=random.Random(1),
            callbacks=world.callbacks,
            activities=world.activities,
        )
        result = await interpreter.run({"n": 4}, history=history)
        for other in world.others:
            other.cancel()
        await asyncio.gather(*world.others, return_exceptions=True)
        return result, history.events, world

    return asyncio.run(go())


def of_task(events: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return the task's own events, with their details."""
    return [
        (event["type"], next((event[key] for key in event if key.endswith("Details")), {}))
        for event in events
        if event["type"].startswith(("Task", "Lambda", "Activity"))
        and "StateE" not in event["type"]
    ]


def test_a_task_with_a_token_is_submitted_and_ends_by_the_token(one_state):
    def answer(world: World, request: TaskRequest) -> Any:
        world.after(5, lambda: world.callbacks.succeed(request.token, {"done": True}))
        return {"MessageId": "m"}

    parameters = {"MessageBody": {"token.$": "$$.Task.Token", "n.$": "$.n"}}
    definition = one_state("Task", Resource=QUEUE, Parameters=parameters, HeartbeatSeconds=9)
    result, events, world = run(definition, answer)
    (request,) = world.requests
    assert request.parameters == {"MessageBody": {"token": request.token, "n": 4}}
    assert request.pattern == "waitForTaskToken"
    names = {"resourceType": "sqs", "resource": "sendMessage.waitForTaskToken"}
    given = json.loads(events[2]["taskScheduledEventDetails"].pop("parameters"))
    assert given == request.parameters
    whole = {"truncated": False}
    assert of_task(events) == [
        ("TaskScheduled", {**names, "region": "us-east-1", "heartbeatInSeconds": 9}),
        ("TaskStarted", names),
        ("TaskSubmitted", {**names, "output": '{"MessageId":"m"}', "outputDetails": whole}),
        ("TaskSucceeded", {**names, "output": '{"done":true}', "outputDetails": whole}),
    ]
    assert result.output == {"done": True}
    assert world.clock.time() == pytest.approx(5)
    assert len(world.callbacks) == 0
    with pytest.raises(TaskClosed):
        world.callbacks.succeed(request.token, 1)


def test_jsonata_reads_the_token_and_the_time_limits(one_state):
    def answer(world: World, request: TaskRequest) -> Any:
        world.callbacks.succeed(request.token, request.parameters["token"] == request.token)

    definition = one_state(
        "Task",
        QueryLanguage="JSONata",
        Resource=QUEUE,
        Arguments={"token": "{% $states.context.Task.Token %}"},
        TimeoutSeconds="{% $states.input.n * 2 %}",
        HeartbeatSeconds="{% $states.input.n %}",
        Output={"same": "{% $states.result %}"},
    )
    result, events, _ = run(definition, answer)
    scheduled = events[2]["taskScheduledEventDetails"]
    assert (scheduled["timeoutInSeconds"], scheduled["heartbeatInSeconds"]) == (8, 4)
    assert result.output == {"same": True}


@pytest.mark.parametrize("resource", [FUNCTION, QUEUE])
@pytest.mark.parametrize(
    "credentials", [{"RoleArn": ROLE}, {"RoleArn.$": f"States.Format('{ROLE[:-5]}{{}}', 'other')"}]
)
def test_a_role_of_its_own_stands_in_the_history_and_the_request(one_state, resource, credentials):
    def answer(world: World, request: TaskRequest) -> Any:
        if request.token:
            world.callbacks.succeed(request.token, None)

    definition = one_state("Task", Resource=resource, Credentials=credentials)
    _, events, world = run(definition, answer)
    ((_, scheduled), *_) = of_task(events)
    assert scheduled["taskCredentials"] == {"roleArn": ROLE}
    assert world.requests[0].role_arn == ROLE


def test_a_token_can_tell_a_failure(one_state):
    def answer(world: World, request: TaskRequest) -> Any:
        world.after(1, lambda: world.callbacks.fail(request.token, "Own", "why"))
        return {}

    result, events, _ = run(one_state("Task", Resource=QUEUE), answer)
    assert (result.error, result.cause) == ("Own", "why")
    (kind, details), names = of_task(events)[-1], {"error": "Own", "cause": "why"}
    assert kind == "TaskFailed"
    assert details == {
        **names,
        "resourceType": "sqs",
        "resource": "sendMessage.waitForTaskToken",
    }


@pytest.mark.parametrize(
    ("limits", "beats_s", "error", "at_s"),
    [
        ({"TimeoutSeconds": 10}, [], "States.Timeout", 10),
        ({"TimeoutSeconds": 10, "HeartbeatSeconds": 3}, [], "States.Timeout", 3),
        ({"HeartbeatSeconds": 3}, [2, 4, 6.5], "States.Timeout", 9.5),
        ({"TimeoutSeconds": 10, "HeartbeatSeconds": 3}, [2, 4, 6, 8], "States.Timeout", 10),
    ],
)
def test_heartbeats_put_off_only_their_own_limit(one_state, limits, beats_s, error, at_s):
    def answer(world: World, request: TaskRequest) -> Any:
        for beat_s in beats_s:
            world.after(beat_s, lambda: world.callbacks.heartbeat(request.token))
        return {}

    result, events, world = run(one_state("Task", Resource=QUEUE, **limits), answer)
    assert result.error == error
    assert world.clock.time() == pytest.approx(at_s)
    kind, details = of_task(events)[-1]
    assert (kind, details["error"]) == ("TaskTimedOut", error)
    assert len(world.callbacks) == 0


@pytest.mark.parametrize(
    ("limits", "names", "caught"),
    [
        ({"HeartbeatSeconds": 3}, ["States.HeartbeatTimeout"], True),
        ({"HeartbeatSeconds": 3}, ["States.Timeout"], True),
        ({"HeartbeatSeconds": 3}, ["States.TaskFailed"], False),
        ({"TimeoutSeconds": 3}, ["States.HeartbeatTimeout"], False),
        ({"TimeoutSeconds": 3}, ["States.Timeout"], True),
    ],
)
def test_a_heartbeat_s_time_out_has_two_names_for_catchers(one_state, limits, names, caught):
    catch = [{"ErrorEquals": names, "Next": "B"}]
    definition = one_state("Task", Resource=QUEUE, Catch=catch, **limits)
    definition["States"]["B"] = {"Type": "Succeed"}
    result, _, _ = run(definition, lambda *_: {})
    assert (result.status == "SUCCEEDED") == caught


@pytest.mark.parametrize("error", ["States.Timeout", "States.HeartbeatTimeout"])
def test_an_invoker_may_play_a_time_out(one_state, error):
    def answer(*_: Any) -> Any:
        raise TaskFailed(error, "played")

    catch = [{"ErrorEquals": [error], "Next": "B"}]
    definition = one_state("Task", Resource=FUNCTION, Catch=catch)
    definition["States"]["B"] = {"Type": "Succeed"}
    result, events, _ = run(definition, answer)
    ending = ("LambdaFunctionTimedOut", {"error": "States.Timeout", "cause": "played"})
    assert of_task(events)[-1] == ending
    assert result.output == {"Error": "States.Timeout", "Cause": "played"}


def test_what_fails_before_it_is_submitted_is_a_failed_submission(one_state):
    def answer(*_: Any) -> Any:
        raise TaskFailed("SQS.QueueDoesNotExistException", "no")

    _, events, _ = run(one_state("Task", Resource=QUEUE), answer)
    assert [kind for kind, _ in of_task(events)] == [
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitFailed",
    ]


def test_a_job_s_answer_is_submitted_and_its_result_follows(one_state):
    async def wait(world: World) -> Any:
        await world.clock.sleep(30)
        return {"Status": "SUCCEEDED"}

    def answer(world: World, _: TaskRequest) -> Any:
        return Submitted({"ExecutionArn": "a"}, lambda: wait(world))

    result, events, world = run(one_state("Task", Resource=JOB, TimeoutSeconds=31), answer)
    submitted, succeeded = of_task(events)[-2:]
    assert submitted[1]["output"] == '{"ExecutionArn":"a"}'
    assert (submitted[0], succeeded[0]) == ("TaskSubmitted", "TaskSucceeded")
    assert result.output == {"Status": "SUCCEEDED"}
    assert world.clock.time() == pytest.approx(30)
    assert len(world.callbacks) == 0


def test_a_job_that_takes_too_long_is_stopped(one_state):
    stopped: list[str] = []

    async def wait(world: World) -> Any:
        try:
            await world.clock.sleep(30)
        except asyncio.CancelledError:
            stopped.append("a")
            raise

    def answer(world: World, _: TaskRequest) -> Any:
        return Submitted({"ExecutionArn": "a"}, lambda: wait(world))

    result, events, _ = run(one_state("Task", Resource=JOB, TimeoutSeconds=29), answer)
    assert (result.error, stopped) == ("States.Timeout", ["a"])
    assert of_task(events)[-1][0] == "TaskTimedOut"


def test_a_job_that_fails_fails_its_task(one_state):
    async def wait() -> Any:
        raise TaskFailed("States.TaskFailed", '{"Status":"FAILED"}')

    result, events, _ = run(
        one_state("Task", Resource=JOB), lambda *_: Submitted({"ExecutionArn": "a"}, wait)
    )
    assert of_task(events)[-1][0] == "TaskFailed"
    assert result.cause == '{"Status":"FAILED"}'


def test_an_invoker_that_knows_no_jobs_answers_both_at_once(one_state):
    result, events, _ = run(one_state("Task", Resource=JOB), lambda *_: {"Status": "SUCCEEDED"})
    assert [kind for kind, _ in of_task(events)][-2:] == ["TaskSubmitted", "TaskSucceeded"]
    assert result.output == {"Status": "SUCCEEDED"}


def test_an_activity_waits_for_a_worker_and_its_time_begins_with_it(one_state):
    async def work(world: World) -> None:
        await world.clock.sleep(100)
        taken = await world.activities.next_task(ACTIVITY, "w1")
        assert taken.parameters == {"n": 4}
        await world.clock.sleep(4)
        world.callbacks.succeed(taken.task.token, [1])

    silent = one_state("Task", Resource=ACTIVITY, TimeoutSeconds=5, HeartbeatSeconds=3)
    result, events, _ = run(silent, worker=work)
    assert result.error == "States.Timeout"
    assert of_task(events)[-1] == ("ActivityTimedOut", {"error": "States.Timeout"})
    definition = one_state("Task", Resource=ACTIVITY, TimeoutSeconds=5)
    result, events, world = run(definition, worker=work)
    assert result.output == [1]
    whole = {"truncated": False}
    scheduled = {
        "resource": ACTIVITY,
        "input": '{"n":4}',
        "inputDetails": whole,
        "timeoutInSeconds": 5,
    }
    assert of_task(events) == [
        ("ActivityScheduled", scheduled),
        ("ActivityStarted", {"workerName": "w1"}),
        ("ActivitySucceeded", {"output": "[1]", "outputDetails": whole}),
    ]
    assert world.clock.time() == pytest.approx(104)


def test_workers_get_tasks_in_their_order_and_none_twice(one_state):
    taken: list[Any] = []

    async def work(world: World) -> None:
        while True:
            task = await world.activities.next_task(ACTIVITY)
            taken.append(task.parameters)
            world.callbacks.succeed(task.task.token, task.parameters)

    async def three(world: World) -> None:
        await asyncio.gather(*(work(world) for _ in range(3)))

    inner = one_state("Task", "A", Resource=ACTIVITY)
    definition = one_state("Map", ItemProcessor=inner, ItemsPath="$.items", MaxConcurrency=4)
    definition["States"]["S"]["ItemSelector"] = {"i.$": "$$.Map.Item.Index"}
    definition = {
        "StartAt": "P",
        "States": {
            "P": {"Type": "Pass", "Result": {"items": [0] * 20}, "Next": "S"},
            **definition["States"],
        },
    }
    result, _, _ = run(definition, worker=three)
    assert result.output == [{"i": i} for i in range(20)]
    assert sorted(each["i"] for each in taken) == list(range(20))


def test_a_worker_that_gives_up_loses_no_task():
    async def go() -> Any:
        clock, callbacks, activities = VirtualClock(), Callbacks(), Activities()
        idle = asyncio.ensure_future(activities.next_task(ACTIVITY))
        await asyncio.sleep(0)
        opened = callbacks.open(clock, random.Random(1))
        scheduled = activities.schedule(ACTIVITY, opened, 7)
        idle.cancel()  # in the very turn in which it was given the task
        await asyncio.gather(idle, return_exceptions=True)
        taken = await asyncio.wait_for(activities.next_task(ACTIVITY), 1)
        return taken is scheduled

    assert asyncio.run(go())


def test_a_task_that_is_put_back_comes_first():
    async def go() -> list[Any]:
        activities, callbacks, clock = Activities(), Callbacks(), VirtualClock()
        for number in range(3):
            task = callbacks.open(clock, random.Random(number))
            activities.schedule(ACTIVITY, task, number)
        first = await activities.take(ACTIVITY)
        activities.put_back(ACTIVITY, first)
        return [(await activities.next_task(ACTIVITY)).parameters for _ in range(3)]

    assert asyncio.run(go()) == [0, 1, 2]


def test_a_lambda_function_s_events(one_state):
    definition = one_state("Task", Resource=f"{FUNCTION}:live", TimeoutSeconds=3)
    _, events, _ = run(definition, lambda *_: "ok")
    whole = {"truncated": False}
    scheduled = {
        "resource": f"{FUNCTION}:live",
        "input": '{"n":4}',
        "inputDetails": whole,
        "timeoutInSeconds": 3,
    }
    assert of_task(events) == [
        ("LambdaFunctionScheduled", scheduled),
        ("LambdaFunctionStarted", {}),
        ("LambdaFunctionSucceeded", {"output": '"ok"', "outputDetails": whole}),
    ]

    async def slow(world: World) -> Any:
        await world.clock.sleep(4)

    _, events, _ = run(definition, lambda world, _: slow(world))
    assert of_task(events)[-1] == ("LambdaFunctionTimedOut", {"error": "States.Timeout"})


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        (FUNCTION, FUNCTION),
        ("arn:aws:states:::lambda:invoke", "lambda"),
        ("arn:aws:states:::aws-sdk:s3:getObject", "aws-sdk:s3"),
    ],
)
def test_a_result_over_256_kib_fails_its_task(one_state, resource, named):
    """As quoted of AWS in public issue threads."""
    largest = "é" * 131_071
    result, _, _ = run(one_state("Task", Resource=resource), lambda *_: largest)
    assert result.status == "SUCCEEDED"
    result, events, _ = run(one_state("Task", Resource=resource), lambda *_: f"{largest}x")
    assert result.error == "States.DataLimitExceeded"
    assert result.cause == (
        f"The state/task '{named}' returned a result with a size exceeding the maximum number of "
        "bytes service limit."
    )
    assert of_task(events)[-1][0].endswith("Failed")


@given(text=st.text(max_size=80))
def test_only_what_was_given_out_is_a_token(text):
    async def go() -> None:
        callbacks = Callbacks()
        task = callbacks.open(VirtualClock(), random.Random(text))
        with pytest.raises(InvalidTaskToken):
            callbacks.heartbeat(text)
        callbacks.heartbeat(task.token)
        callbacks.close(task)
        for call in (callbacks.heartbeat, callbacks.fail):
            with pytest.raises(TaskClosed):
                call(task.token)

    asyncio.run(go())


@pytest.mark.parametrize(
    ("arn", "details"),
    [
        (FUNCTION, {}),
        (f"{FUNCTION}:$LATEST", {}),
        (f"{FUNCTION}:7", {}),
        (ACTIVITY, {}),
        (QUEUE, {"resourceType": "sqs", "resource": "sendMessage.waitForTaskToken"}),
        (JOB, {"resourceType": "states", "resource": "startExecution.sync:2"}),
        (
            "arn:aws-cn:states:::aws-sdk:dynamodb:query",
            {"resourceType": "aws-sdk:dynamodb", "resource": "query"},
        ),
        ("arn:aws:states:::ecs:runTask.sync", {"resourceType": "ecs", "resource": "runTask.sync"}),
    ],
)
def test_what_a_resource_names(arn, details):
    assert resource_of(arn).details == details


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:states:::dynamodb:getItem.waitForTaskToken",
        "arn:aws:states:::lambda:invoke.sync",
        "arn:aws:states:::aws-sdk:s3:getObject.sync",
        "arn:aws:states:::sqs:receiveMessage",
        "arn:aws:s3:::bucket",
    ],
)
def test_what_no_task_can_be_made_of(arn):
    with pytest.raises(ValueError, match="is not recognized"):
        resource_of(arn)
