"""Stages of AWS-shaped histories follow each other and add up to the execution's duration."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pandas as pd
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from bench.collect import (
    BRANCH_COLUMNS,
    SEQUENTIAL_STAGES,
    TOTAL,
    CallBudget,
    collect_execution_stages,
    history_stages,
    with_execution_stages,
)

MACHINE_ARN = "arn:aws:states:eu-west-1:000000000000:stateMachine:archive"
START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
Event = dict[str, Any]


class History:
    """Writes events as GetExecutionHistory returns them; times are ms after the start."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: str, at_ms: float, before: int, **details: Any) -> int:
        event = {
            "id": len(self.events) + 1,
            "previousEventId": before,
            "type": kind,
            "timestamp": START + timedelta(milliseconds=at_ms),
            **details,
        }
        self.events.append(event)
        return len(self.events)

    def state(self, kind: str, name: str, from_ms: float, to_ms: float, before: int) -> int:
        """Add a Pass state, or a Task state of the resource type `kind`."""
        entered = "PassStateEntered" if kind == "pass" else "TaskStateEntered"
        last = self.add(entered, from_ms, before, stateEnteredEventDetails={"name": name})
        if kind != "pass":
            scheduled = {
                "resourceType": kind,
                "resource": "r",
                "region": "eu-west-1",
                "parameters": "{}",
            }
            last = self.add("TaskScheduled", from_ms, last, taskScheduledEventDetails=scheduled)
            last = self.add("TaskStarted", from_ms, last)
            last = self.add("TaskSucceeded", to_ms, last)
        exited = entered.replace("Entered", "Exited")
        return self.add(exited, to_ms, last, stateExitedEventDetails={"name": name})


@dataclass(frozen=True)
class Times:
    """Times at which parts of a message's execution end, in ms after its start."""

    fan_out: float = 2
    announced: float = 20
    archived: float = 90
    recorded: float = 40
    fan_in: float = 100
    aggregated: float = 130
    published: float = 150
    ended: float = 160


def _history(times: Times) -> list[Event]:
    history = History()
    last = history.add("ExecutionStarted", 0, 0)
    last = history.add("ParallelStateEntered", 1, last, stateEnteredEventDetails={"name": "P"})
    fan_out = history.add("ParallelStateStarted", times.fan_out, last)
    last = history.state("sns", "Announce", times.fan_out, times.announced - 1, fan_out)
    history.state("pass", "Announced", times.announced, times.announced, last)
    last = history.state("lambda", "Archive", times.fan_out, times.archived - 5, fan_out)
    history.state("sns", "PublishArchived", times.archived - 5, times.archived, last)
    last = history.state("lambda", "Metadata", times.fan_out, times.recorded - 5, fan_out)
    last = history.state("sns", "PublishMetadataStored", times.recorded - 5, times.recorded, last)
    last = history.add("ParallelStateSucceeded", times.fan_in, last)
    last = history.add("ParallelStateExited", times.fan_in, last)
    last = history.state("lambda", "Aggregate", times.fan_in + 1, times.aggregated, last)
    last = history.state("sns", "PublishCompleted", times.aggregated, times.published, last)
    last = history.state("pass", "MessageCompleted", times.published, times.published, last)
    history.add("ExecutionSucceeded", times.ended, last)
    return history.events


def test_each_stage_has_its_time() -> None:
    assert history_stages(_history(Times())) == pytest.approx(
        {
            "async_start_ms": 2,
            "async_branches_ms": 98,
            "async_aggregate_ms": 29,
            "async_final_publish_ms": 20,
            "async_remainder_ms": 11,
            "async_total_ms": 160,
            "async_branch_announce_ms": 18,
            "async_branch_archive_ms": 88,
            "async_branch_metadata_ms": 38,
        }
    )


@given(st.lists(st.floats(10, 5000), min_size=8, max_size=8))
def test_sequential_stages_add_up_to_the_total(gaps_ms: list[float]) -> None:
    ends = [sum(gaps_ms[: place + 1]) for place in range(8)]
    stages = history_stages(_history(Times(*ends)))
    assert set(stages) == {*SEQUENTIAL_STAGES, TOTAL, *BRANCH_COLUMNS}
    assert sum(stages[stage] for stage in SEQUENTIAL_STAGES) == pytest.approx(stages[TOTAL])
    assert stages[TOTAL] == pytest.approx(ends[-1], abs=0.01)
    assert stages["async_remainder_ms"] >= -0.01


def test_a_failed_execution_has_the_stages_that_it_came_to() -> None:
    events = _history(Times())
    fan_in = next(e["id"] for e in events if e["type"] == "ParallelStateExited")
    failed = {**events[fan_in], "type": "ExecutionFailed", "timestamp": events[-1]["timestamp"]}
    stages = history_stages([*events[:fan_in], failed])
    assert "async_aggregate_ms" not in stages
    assert stages["async_branches_ms"] == pytest.approx(98)
    assert stages["async_remainder_ms"] == pytest.approx(60)


def test_an_execution_that_still_runs_has_no_stages() -> None:
    assert history_stages(_history(Times())[:-1]) == {}


def test_an_execution_that_fails_before_the_branches_is_all_remainder() -> None:
    history = History()
    history.add("ExecutionStarted", 0, 0)
    history.add("ExecutionFailed", 7, 1)
    assert history_stages(history.events) == {"async_remainder_ms": 7.0, TOTAL: 7.0}


@dataclass
class Deployment:
    """Has one client, whose answers were given beforehand."""

    stepfunctions: Any
    outputs: dict[str, str]
    api_key: str = ""
    floor_url: str | None = None
    redis_url: str | None = None

    def client(self, service: str) -> Any:
        assert service == "stepfunctions"
        return self.stepfunctions


def _deployment() -> tuple[Deployment, Stubber]:
    client = boto3.client(
        "stepfunctions",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    return Deployment(client, {"StateMachineArn": MACHINE_ARN}), Stubber(client)


def _asked(name: str, **more: str) -> dict[str, Any]:
    arn = MACHINE_ARN.replace("stateMachine", "execution")
    return {
        "executionArn": f"{arn}:{name}",
        "maxResults": 1000,
        "includeExecutionData": False,
        **more,
    }


def test_histories_are_read_page_by_page_and_joined_to_the_samples() -> None:
    deployment, stubber = _deployment()
    events = _history(Times())
    for name in ("a", "b"):
        page = {"events": events[:10], "nextToken": "more"}
        stubber.add_response("get_execution_history", page, _asked(name))
        rest = {"events": events[10:]}
        stubber.add_response("get_execution_history", rest, _asked(name, nextToken="more"))
    calls: list[tuple[int, int]] = []
    with stubber:
        stages = collect_execution_stages(
            deployment,
            ["a", "b", "a"],
            seed=1,
            threads=1,
            progress=lambda done, total: calls.append((done, total)),
        )
    stubber.assert_no_pending_responses()
    assert calls == [(0, 2), (1, 2), (2, 2)]
    assert stages.executions == 2
    samples = pd.DataFrame({"message_id": ["", "a", "b", ""], "block": range(4)})
    joined = with_execution_stages(samples, stages)
    assert joined["block"].tolist() == [0, 1, 2, 3]
    assert joined[TOTAL].isna().tolist() == [True, False, False, True]
    assert joined[list(SEQUENTIAL_STAGES)].sum(axis=1)[1] == pytest.approx(joined[TOTAL][1])


def test_a_sample_is_drawn_by_the_seed_and_says_of_how_many() -> None:
    drawn = []
    for seed in (5, 5, 6):
        deployment, stubber = _deployment()
        for _ in range(3):
            stubber.add_response("get_execution_history", {"events": _history(Times())})
        with stubber:
            stages = collect_execution_stages(
                deployment,
                [f"m{number}" for number in range(50)],
                seed=seed,
                sample_size=3,
                threads=1,
                progress=lambda *_: None,
            )
        assert stages.executions == 50
        drawn.append(stages.frame["message_id"].tolist())
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    assert len(set(drawn[0])) == 3


def test_calls_keep_to_the_budget() -> None:
    deployment, stubber = _deployment()
    for _ in range(6):
        stubber.add_response("get_execution_history", {"events": []})
    slept_s: list[float] = []
    with stubber:
        collect_execution_stages(
            deployment,
            list("abcdef"),
            seed=1,
            threads=1,
            budget=CallBudget(bucket=4, refill_per_s=2.0),
            progress=lambda *_: None,
            clock=lambda: sum(slept_s),
            sleep=slept_s.append,
        )
    assert slept_s == [0.5, 0.5]
