"""Map Runs and their children through boto3."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

TASK = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}
PASS = {"Type": "Pass", "End": True}
WAIT = {"Type": "Wait", "Seconds": 30, "End": True}


@pytest.fixture
def started(create, client):
    """Start an execution of a distributed Map whose processor is one state."""

    def start(processor: dict[str, Any], items: Any, kind: str = "STANDARD", **fields: Any) -> str:
        states = {
            "StartAt": "P",
            "States": {"P": processor},
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
        }
        state = {"Type": "Map", "Label": "Each", "ItemProcessor": states, "End": True, **fields}
        machine = create({"StartAt": "M", "States": {"M": state}})
        answer = client.start_execution(stateMachineArn=machine, input=json.dumps(items))
        return str(answer["executionArn"])

    return start


def map_run_of(client, execution: str) -> str:
    for _ in range(500):
        runs = client.list_map_runs(executionArn=execution)["mapRuns"]
        if runs:
            return str(runs[0]["mapRunArn"])
        time.sleep(0.005)
    raise AssertionError("no Map Run has started")


def children_of(client, map_run: str, number: int, **given: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for _ in range(500):
        found = client.list_executions(mapRunArn=map_run, **given)["executions"]
        if len(found) == number:
            break
        time.sleep(0.005)
    return found


def test_a_map_run_is_described_with_its_counts(client, started, ended):
    items = [{"n": 1}, {"fail": "E"}, {"n": 3}]
    execution = started(TASK, items, ToleratedFailureCount=1, MaxConcurrency=2)
    ended(execution)
    (listed,) = client.list_map_runs(executionArn=execution)["mapRuns"]
    found = client.describe_map_run(mapRunArn=listed["mapRunArn"])

    machine = execution.split(":")[6]
    assert listed["stateMachineArn"].endswith(f":stateMachine:{machine}/Each")
    assert listed["executionArn"] == found["executionArn"] == execution
    assert listed["startDate"] <= listed["stopDate"] == found["stopDate"]
    assert (found["status"], found["maxConcurrency"]) == ("SUCCEEDED", 2)
    assert (found["toleratedFailureCount"], found["toleratedFailurePercentage"]) == (1, 0.0)
    expected = {"succeeded": 2, "failed": 1, "total": 3}
    for counts in (found["itemCounts"], found["executionCounts"]):
        assert len(counts) == 10
        assert {name: number for name, number in counts.items() if number} == expected


def test_children_are_executions_of_their_own(client, started, ended):
    execution = started(TASK, [{"n": 1}, {"fail": "E"}], ToleratedFailureCount=1)
    ended(execution)
    map_run = map_run_of(client, execution)
    children = children_of(client, map_run, 2)
    (failed,) = children_of(client, map_run, 1, statusFilter="FAILED")

    assert {child["stateMachineArn"] for child in children} == {
        execution.replace(":execution:", ":stateMachine:").rpartition(":")[0] + "/Each"
    }
    described = client.describe_execution(executionArn=failed["executionArn"])
    assert (described["mapRunArn"], described["error"]) == (map_run, "E")
    assert json.loads(described["input"]) == {"fail": "E"}
    assert described["redriveStatus"] == "REDRIVABLE_BY_MAP_RUN"
    events = client.get_execution_history(executionArn=failed["executionArn"])["events"]
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskFailed",
        "ExecutionFailed",
    ]


def test_express_children_are_not_remembered(client, started, ended):
    execution = started(PASS, [1, 2], kind="EXPRESS")
    assert ended(execution)["output"] == "[1,2]"
    map_run = map_run_of(client, execution)
    assert client.list_executions(mapRunArn=map_run)["executions"] == []
    assert client.describe_map_run(mapRunArn=map_run)["itemCounts"]["succeeded"] == 2


def test_a_map_run_can_be_changed_while_it_goes_on(client, started):
    execution = started(WAIT, list(range(5)), MaxConcurrency=1)
    map_run = map_run_of(client, execution)
    (first,) = children_of(client, map_run, 1)
    client.update_map_run(
        mapRunArn=map_run, maxConcurrency=3, toleratedFailureCount=4, toleratedFailurePercentage=99
    )
    found = client.describe_map_run(mapRunArn=map_run)
    assert (found["maxConcurrency"], found["toleratedFailureCount"]) == (3, 4)
    assert (found["toleratedFailurePercentage"], found["status"]) == (99.0, "RUNNING")
    assert "stopDate" not in found
    assert len(children_of(client, map_run, 3, statusFilter="RUNNING")) == 3
    stopped = client.stop_execution(executionArn=first["executionArn"])
    assert "stopDate" in stopped
    assert len(children_of(client, map_run, 4)) == 4
    assert len(children_of(client, map_run, 3, statusFilter="RUNNING")) == 3
    counts = client.describe_map_run(mapRunArn=map_run)["itemCounts"]
    assert (counts["aborted"], counts["running"], counts["pending"]) == (1, 3, 1)
    client.stop_execution(executionArn=execution)


def test_stopping_an_execution_aborts_its_map_run(client, started, ended):
    execution = started(WAIT, [1, 2, 3], MaxConcurrency=2)
    map_run = map_run_of(client, execution)
    children_of(client, map_run, 2)
    client.stop_execution(executionArn=execution, error="E", cause="C")
    assert ended(execution)["status"] == "ABORTED"
    found = client.describe_map_run(mapRunArn=map_run)
    assert found["status"] == "ABORTED"
    counts = found["itemCounts"]
    assert (counts["aborted"], counts["pending"], counts["running"]) == (2, 1, 0)
    children = client.list_executions(mapRunArn=map_run)["executions"]
    assert [child["status"] for child in children] == ["ABORTED", "ABORTED"]


def test_map_runs_are_listed_in_pages_the_latest_first(client, create, ended):
    processor = {
        "StartAt": "P",
        "States": {"P": PASS},
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    }
    states: dict[str, Any] = {}
    for place in range(3):
        inner = {**processor, "StartAt": f"P{place}", "States": {f"P{place}": PASS}}
        following = {"Next": f"M{place + 1}"} if place < 2 else {"End": True}
        states[f"M{place}"] = {
            "Type": "Map",
            "Label": f"L{place}",
            "ItemProcessor": inner,
            **following,
        }
    machine = create({"StartAt": "M0", "States": states})
    execution = client.start_execution(stateMachineArn=machine, input="[1]")["executionArn"]
    ended(execution)
    pages = client.get_paginator("list_map_runs").paginate(
        executionArn=execution, PaginationConfig={"PageSize": 2}
    )
    labels = [run["mapRunArn"].split("/")[1][:2] for each in pages for run in each["mapRuns"]]
    assert labels == ["L2", "L1", "L0"]


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:states:us-east-1:000000000000:mapRun:m/L:none", "ResourceNotFound"),
        ("arn:aws:states:us-east-1:000000000000:execution:m:none", "InvalidArn"),
    ],
)
def test_what_is_no_map_run_is_refused(client, arn, code):
    with pytest.raises(ClientError) as caught:
        client.describe_map_run(mapRunArn=arn)
    assert caught.value.response["Error"]["Code"] == code
