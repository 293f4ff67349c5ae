"""An execution waits where Step Functions takes time, and passes its trace on."""

import asyncio
import json
import time
from typing import Any

import pytest

from sim.latency import OperationModel
from sim.latency.call_record import CallFile
from sim.latency.luck import luck_from, trace_id
from sim.latency.precise_timer import PreciseTimer
from sim.latency.shaper import Shaper
from sim.latency.shaping import Shaping
from sim.states_service.service import StatesService
from statemachine import TaskRequest

MODELS = {
    "states.first-state": OperationModel(60, 60),
    "states.transition": OperationModel(20, 20),
    "states.task": OperationModel(30, 30),
    "sns.Publish": OperationModel(50, 50),
}
DEFINITION = {
    "StartAt": "Function",
    "States": {
        "Function": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "f"},
            "Next": "Tell",
        },
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Parameters": {"TopicArn": "t", "Message": "m"},
            "End": True,
        },
    },
}
TRACE = trace_id(1_000, luck_from("test"))


class Invoker:
    def __init__(self) -> None:
        self.requests: list[TaskRequest] = []

    async def invoke(self, request: TaskRequest) -> Any:
        self.requests.append(request)
        await asyncio.sleep(0.005)
        return {}


def run(folder, *, due_in_s=0.0, models=None):
    """Return the invoker, the execution's events and the records of its calls."""

    async def execute() -> tuple[Invoker, list[dict[str, Any]]]:
        shaping = Shaping("test", operations=MODELS if models is None else models)
        shaper = Shaper(shaping, CallFile(folder / "calls.jsonl"), PreciseTimer())
        invoker = Invoker()
        service = StatesService(invoker, region="us-east-1", shaper=shaper)
        machine = service.create_state_machine("m", json.dumps(DEFINITION), "arn:aws:iam::0:role/r")
        execution = service.start_execution(
            machine.arn,
            name="e",
            input_text="{}",
            trace_header=f"Root={TRACE};Parent=53995c3f42cd8ad8",
            answer_due_s=time.perf_counter() + due_in_s,
        )
        assert execution.task is not None
        await asyncio.wait([execution.task])
        shaper.close()
        assert execution.status == "SUCCEEDED"
        return invoker, execution.history.events

    invoker, events = asyncio.run(execute())
    lines = (folder / "calls.jsonl").read_text().splitlines()
    return invoker, events, [json.loads(line) for line in lines]


def between_ms(events, first, second, number=0):
    def at(kind):
        return [event["timestamp"] for event in events if event["type"] == kind][number]

    return (at(second) - at(first)) * 1e3


def close_to(target_ms):
    return pytest.approx(target_ms + 7, abs=7.5)


def test_states_and_tasks_take_their_times(tmp_path):
    _, events, _ = run(tmp_path)
    assert between_ms(events, "ExecutionStarted", "TaskStateEntered") == close_to(60)
    assert between_ms(events, "TaskStarted", "TaskSucceeded", 0) == close_to(30 + 5)
    assert between_ms(events, "TaskStarted", "TaskSucceeded", 1) == close_to(30 + 50)
    entered = [event["timestamp"] for event in events if event["type"] == "TaskStateEntered"]
    exited = [event["timestamp"] for event in events if event["type"] == "TaskStateExited"]
    assert (entered[1] - exited[0]) * 1e3 == close_to(20)


def test_the_first_state_waits_for_the_answer_that_the_caller_waits_for(tmp_path):
    _, events, _ = run(tmp_path, due_in_s=0.1)
    assert between_ms(events, "ExecutionStarted", "TaskStateEntered") == close_to(100 + 60)


def test_the_trace_goes_on_to_the_tasks_and_stands_in_the_records(tmp_path):
    invoker, _, records = run(tmp_path)
    assert [request.trace_header.split(";")[0] for request in invoker.requests] == [
        f"Root={TRACE}"
    ] * 2
    assert [request.state for request in invoker.requests] == ["Function", "Tell"]
    assert {record["trace"] for record in records} == {TRACE}
    assert {record["source"] for record in records} == {"states"}
    assert [(record["operation"], record["caller"]) for record in records] == [
        ("states.first-state", "states:Function"),
        ("states.task", "states:Function"),
        ("states.transition", "states:Tell"),
        ("states.task", "states:Tell"),
        ("sns.Publish", "states:Tell"),
    ]


def test_under_raw_nothing_waits(tmp_path):
    _, events, records = run(tmp_path, models={})
    took_ms = (events[-1]["timestamp"] - events[0]["timestamp"]) * 1e3
    assert took_ms < 60
    assert all(record["target_ms"] == 0 for record in records)
