"""An execution that did not succeed goes on from where it broke off."""

import json

import pytest
from botocore.exceptions import ClientError

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"


def task(following=None, **more):
    ends = {"Next": following} if following else {"End": True}
    return {"Type": "Task", "Resource": FUNCTION, **ends, **more}


@pytest.fixture
def run(client, create, ended, served):
    """Start an execution, *failing* states so many times, and wait for its end."""

    def started(definition, failing, data=None):
        served.invoker.failing.update(failing)
        text = json.dumps({} if data is None else data)
        arn = client.start_execution(stateMachineArn=create(definition), input=text)["executionArn"]
        return arn, ended(arn)

    return started


@pytest.fixture
def redriven(client, ended):
    def gone_on(arn, **given):
        answer = client.redrive_execution(executionArn=arn, **given)
        return answer["redriveDate"], ended(arn)

    return gone_on


@pytest.fixture
def events(client):
    def listed(arn, since=0):
        return client.get_execution_history(executionArn=arn, maxResults=1000)["events"][since:]

    return listed


def types(events):
    return [event["type"] for event in events]


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_failed_task_runs_again_and_nothing_before_it(run, redriven, events, served):
    states = {
        "A": {"Type": "Pass", "Assign": {"v": 7}, "Next": "B"},
        "B": task("C", ResultPath="$.b"),
        "C": {
            "Type": "Pass",
            "Parameters": {"v.$": "$v", "count.$": "$$.Execution.RedriveCount"},
            "End": True,
        },
    }
    arn, failed = run({"StartAt": "A", "States": states}, {"B": 1}, {"x": 1})
    assert (failed["status"], failed["redriveStatus"]) == ("FAILED", "REDRIVABLE")
    before = events(arn)
    count = len(served.invoker.requests)
    redriven_at, found = redriven(arn)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", {"v": 7, "count": 1})
    assert (found["redriveCount"], found["redriveDate"]) == (1, redriven_at)
    assert found["redriveStatus"] == "NOT_REDRIVABLE"
    assert "error" not in found
    assert [request.parameters for request in served.invoker.requests[count:]] == [{"x": 1}]
    whole = events(arn)
    assert whole[: len(before)] == before
    assert types(whole[len(before) :]) == [
        "ExecutionRedriven",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        "TaskStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    redriving, scheduled = whole[len(before) : len(before) + 2]
    assert redriving["executionRedrivenEventDetails"] == {"redriveCount": 1}
    assert redriving["previousEventId"] == len(before)
    failure = next(event for event in before if event["type"] == "LambdaFunctionFailed")
    assert scheduled["previousEventId"] == failure["id"]
    assert [event["id"] for event in whole] == list(range(1, len(whole) + 1))


def test_it_can_be_redriven_as_often_as_it_fails(run, redriven, events):
    arn, _ = run({"StartAt": "T", "States": {"T": task()}}, {"T": 3})
    outcomes = [redriven(arn)[1] for _ in range(3)]
    assert [found["status"] for found in outcomes] == ["FAILED", "FAILED", "SUCCEEDED"]
    assert [found["redriveCount"] for found in outcomes] == [1, 2, 3]
    counts = [
        event["executionRedrivenEventDetails"]["redriveCount"]
        for event in events(arn)
        if event["type"] == "ExecutionRedriven"
    ]
    assert counts == [1, 2, 3]


def branches(*names):
    return [
        {
            "StartAt": f"{name}1",
            "States": {f"{name}1": task(f"{name}2"), f"{name}2": {"Type": "Pass", "End": True}},
        }
        for name in names
    ]


def test_only_the_branches_that_did_not_succeed_go_on(run, redriven, events, served):
    parallel = {"Type": "Parallel", "Branches": branches("A", "B", "C"), "End": True}
    arn, failed = run({"StartAt": "P", "States": {"P": parallel}}, {"B1": 1}, {"x": 1})
    assert failed["status"] == "FAILED"
    before = events(arn)
    done = {
        event["stateExitedEventDetails"]["name"]
        for event in before
        if event["type"] == "PassStateExited"
    }
    count = len(served.invoker.requests)
    _, found = redriven(arn)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", [{"x": 1}] * 3)
    again = {request.state for request in served.invoker.requests[count:]}
    assert "B1" in again
    assert not {name.replace("2", "1") for name in done} & again
    after = types(events(arn, len(before)))
    assert after[0] == "ExecutionRedriven"
    assert "ParallelStateEntered" not in after
    assert after[-3:] == ["ParallelStateSucceeded", "ParallelStateExited", "ExecutionSucceeded"]


def test_only_the_iterations_that_did_not_succeed_go_on(run, redriven, events, served):
    processor = {"StartAt": "I", "States": {"I": task()}}
    state = {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": processor, "End": True}
    definition = {"StartAt": "M", "States": {"M": state}}
    items = [{"n": 0}, {"n": 1, "fail": "Own"}, {"n": 2}]
    served.invoker.mended = False
    arn, failed = run(definition, {}, items)
    assert (failed["status"], failed["error"]) == ("FAILED", "Own")
    before = len(events(arn))
    count = len(served.invoker.requests)
    served.invoker.mended = True
    _, found = redriven(arn)
    served.invoker.mended = False
    assert json.loads(found["output"]) == items
    assert [request.parameters["n"] for request in served.invoker.requests[count:]] == [1, 2]
    after = events(arn, before)
    started = [each for each in after if each["type"] == "MapIterationStarted"]
    assert [each["mapIterationStartedEventDetails"]["index"] for each in started] == [2]
    succeeded = [each for each in after if each["type"] == "MapIterationSucceeded"]
    assert [each["mapIterationSucceededEventDetails"]["index"] for each in succeeded] == [1, 2]


def test_a_fail_state_is_entered_again(run, redriven, events):
    arn, _ = run({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}, {})
    before = len(events(arn))
    _, found = redriven(arn)
    assert (found["status"], found["error"]) == ("FAILED", "E")
    assert types(events(arn, before)) == [
        "ExecutionRedriven",
        "FailStateEntered",
        "ExecutionFailed",
    ]


def test_a_stopped_execution_goes_on(client, create, ended, events):
    states = {"T": task("P"), "P": {"Type": "Pass", "Result": "done", "End": True}}
    machine = create({"StartAt": "T", "States": states})
    arn = client.start_execution(stateMachineArn=machine, input='{"sleep": 0.3}')["executionArn"]
    client.stop_execution(executionArn=arn, error="Stopped")
    before = types(events(arn))
    assert before[-1] == "ExecutionAborted"
    running = client.redrive_execution(executionArn=arn)
    assert running["redriveDate"]
    described = client.describe_execution(executionArn=arn)
    assert (described["status"], "error" in described, "stopDate" in described) == (
        "RUNNING",
        False,
        False,
    )
    assert described["redriveStatusReason"] == "Execution is RUNNING and cannot be redriven"
    assert json.loads(ended(arn)["output"]) == "done"
    redriven_only = client.list_executions(stateMachineArn=machine, redriveFilter="REDRIVEN")
    [listed] = redriven_only["executions"]
    assert (listed["executionArn"], listed["redriveCount"]) == (arn, 1)


def test_a_client_token_that_comes_again_redrives_once(run, client, redriven, events):
    arn, _ = run({"StartAt": "T", "States": {"T": task()}}, {"T": 2})
    redriven_at, _ = redriven(arn, clientToken="once")
    again = client.redrive_execution(executionArn=arn, clientToken="once")
    assert again["redriveDate"] == redriven_at
    assert types(events(arn)).count("ExecutionRedriven") == 1
    assert redriven(arn, clientToken="twice")[1]["status"] == "SUCCEEDED"


def test_what_runs_or_has_succeeded_is_not_redriven(run, client, create):
    arn, _ = run({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}, {})
    assert refusal(client.redrive_execution, executionArn=arn) == (
        "ExecutionNotRedrivable",
        "Execution is SUCCEEDED and cannot be redriven",
    )
    machine = create({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}})
    waiting = client.start_execution(stateMachineArn=machine)["executionArn"]
    assert refusal(client.redrive_execution, executionArn=waiting)[0] == "ExecutionNotRedrivable"
    client.stop_execution(executionArn=waiting)
    client.delete_state_machine(stateMachineArn=machine)
    assert refusal(client.redrive_execution, executionArn=waiting) == (
        "ExecutionNotRedrivable",
        "State machine is in DELETING status",
    )
    assert refusal(client.redrive_execution, executionArn=arn + "x")[0] == "ExecutionDoesNotExist"
    express = arn.replace(":execution:", ":express:")
    assert refusal(client.redrive_execution, executionArn=express)[0] == "InvalidArn"
