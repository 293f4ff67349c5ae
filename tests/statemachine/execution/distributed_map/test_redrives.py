"""A distributed map that failed goes on with its Map Run when its execution is redriven."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statemachine import History, Interpreter, TaskFailed
from statemachine.clock import VirtualClock
from statemachine.execution.distributed_map.redrive import Indexes
from statemachine.progress import Progress

TASK = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish"}


class FailingOnce:
    """Fails the tasks of some items, the first time that they come."""

    def __init__(self, failing: set[int]) -> None:
        self.failing = failing
        self.seen: list[int] = []

    async def invoke(self, request: Any) -> Any:
        self.seen.append(request.parameters)
        if request.parameters in self.failing:
            self.failing.discard(request.parameters)
            raise TaskFailed("E", "C")
        return [request.parameters]


@pytest.fixture
def redriven(context, map_runs):
    """Run a definition, run it again from its progress, and give both results and the events."""

    def run(definition: Any, items: Any, invoker: Any, **options: Any) -> Any:
        async def both() -> Any:
            clock, history = VirtualClock(), History()
            machine = Interpreter(definition, invoker, clock, map_runs=map_runs, **options)
            progress = Progress()
            first = await machine.run(items, context=context, history=history, progress=progress)
            kept = Progress.from_json(json.loads(json.dumps(progress.to_json())))
            again = replace(context, redrive_count=1, redriven_at=clock.time())
            second = await machine.run(items, context=again, history=history, progress=kept)
            return first, second, history.events

        return asyncio.run(both())

    return run


def test_only_what_did_not_succeed_is_run_again(distributed, redriven, map_runs):
    invoker = FailingOnce({2})
    first, second, events = redriven(distributed(TASK, MaxConcurrency=1), [0, 1, 2, 3], invoker)
    assert first.error == "States.ExceedToleratedFailureThreshold"
    assert (second.status, second.output) == ("SUCCEEDED", [[0], [1], [2], [3]])
    assert invoker.seen == [0, 1, 2, 2, 3]
    types = [event["type"] for event in events]
    assert types[types.index("ExecutionRedriven") :] == [
        "ExecutionRedriven",
        "MapRunRedriven",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]
    before, after = map_runs.runs
    assert before.arn == after.arn
    details = events[types.index("MapRunRedriven")]["mapRunRedrivenEventDetails"]
    assert details == {"mapRunArn": after.arn, "redriveCount": 1}
    assert (after.redrive_count, after.item_counts.succeeded, after.item_counts.total) == (1, 4, 4)
    started = [child.history.events[0]["type"] for child in map_runs.children]
    assert set(started) == {"ExecutionStarted"}


def test_files_of_what_has_succeeded_stay_in_the_manifest(distributed, redriven, storage):
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "data"},
        "WriterConfig": {"Transformation": "FLATTEN"},
    }
    definition = distributed(TASK, MaxConcurrency=1, ResultWriter=writer)
    _, second, _ = redriven(definition, [0, 1, 2], FailingOnce({1}), storage=storage)
    manifest = json.loads(storage.objects["data", second.output["ResultWriterDetails"]["Key"]])
    assert [(file["Key"].rpartition("/")[2]) for file in manifest["ResultFiles"]["SUCCEEDED"]] == [
        "SUCCEEDED_0.json",
        "SUCCEEDED_1.json",
    ]
    values = [
        json.loads(storage.objects["data", file["Key"]])
        for file in manifest["ResultFiles"]["SUCCEEDED"]
    ]
    assert values == [[0], [1, 2]]
    assert manifest["ResultFiles"]["FAILED"] == []


def test_results_that_were_never_stored_are_made_again(distributed, redriven, storage):
    storage.objects["data", "items"] = b"[0, 1"
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "data"},
        "WriterConfig": {"Transformation": "FLATTEN"},
    }
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": "data", "Key": "items"},
    }

    class Mending(FailingOnce):
        async def invoke(self, request: Any) -> Any:
            storage.objects["data", "items"] = b"[0, 1]"
            return await super().invoke(request)

    definition = distributed(TASK, MaxConcurrency=1, ItemReader=reader, ResultWriter=writer)
    first, second, _ = redriven(definition, {}, Mending(set()), storage=storage)
    assert first.error == "States.ItemReaderFailed"
    manifest = json.loads(storage.objects["data", second.output["ResultWriterDetails"]["Key"]])
    (file,) = manifest["ResultFiles"]["SUCCEEDED"]
    assert json.loads(storage.objects["data", file["Key"]]) == [0, 1]


def test_a_retried_map_begins_a_map_run_of_its_own(execute, distributed, map_runs):
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]
    failing = {1}

    def answer(request, _clock):
        if request.parameters in failing:
            failing.discard(request.parameters)
            raise TaskFailed("E", "C")
        return request.parameters

    ran = execute(distributed(TASK, Retry=retry), [0, 1], answer, map_runs=map_runs)
    assert ran.result.output == [0, 1]
    assert ran.types.count("MapRunStarted") == 2
    assert "MapRunRedriven" not in ran.types
    assert len({run.arn for run in map_runs.runs}) == 2


@given(st.sets(st.integers(0, 2_000), max_size=30))
def test_places_are_packed_and_unpacked(places: set[int]) -> None:
    indexes = Indexes()
    for place in places:
        indexes.add(place)
    again = Indexes.unpacked(indexes.packed())
    assert {place for place in range(2_100) if place in again} == places
    assert bool(again) == bool(places)
