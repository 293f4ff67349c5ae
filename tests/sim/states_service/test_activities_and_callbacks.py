"""Activities, task tokens and nested executions over boto3."""

import json
import socket
import threading
import time
import uuid

import pytest
from botocore.exceptions import ClientError

QUEUE = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
NEST = "arn:aws:states:::states:startExecution"
GONE = ("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
NO_TOKEN = ("InvalidToken", "Invalid Token: 'Invalid token'")


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def machine(resource, *, parameters=None, **fields):
    given = {} if parameters is None else {"Parameters": parameters}
    state = {"Type": "Task", "Resource": resource, **given, **fields}
    return {"StartAt": "A", "States": {"A": {"End": True, **state}}}


def token_of(served, before):
    """Return the token that the next task of a callback was given."""
    for _ in range(500):
        if len(served.invoker.requests) > before:
            return served.invoker.requests[-1].token
        time.sleep(0.005)
    raise AssertionError("no task came")


def start_waiting(served, client, create):
    before = len(served.invoker.requests)
    arn = client.start_execution(stateMachineArn=create(machine(QUEUE)))["executionArn"]
    return arn, token_of(served, before)


@pytest.fixture
def activity(client):
    return client.create_activity(name=f"a-{uuid.uuid4()}")["activityArn"]


def test_an_activity_is_created_once_described_listed_and_deleted(client):
    first = client.create_activity(name="stamp")
    again = client.create_activity(name="stamp")
    arn = first["activityArn"]
    assert arn == "arn:aws:states:us-east-1:000000000000:activity:stamp"
    assert again["creationDate"] == first["creationDate"]
    described = client.describe_activity(activityArn=arn)
    assert (described["name"], described["activityArn"]) == ("stamp", arn)
    others = [client.create_activity(name=f"z{i}")["activityArn"] for i in range(3)]
    pages = client.get_paginator("list_activities").paginate(PaginationConfig={"PageSize": 2})
    listed = [each["activityArn"] for found in pages for each in found["activities"]]
    assert [each for each in listed if each in {arn, *others}] == [arn, *others]
    client.delete_activity(activityArn=arn)
    client.delete_activity(activityArn=arn)
    missing = ("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")
    assert refusal(client.describe_activity, activityArn=arn) == missing
    assert refusal(client.get_activity_task, activityArn=arn) == missing


@pytest.mark.parametrize("call", ["describe_activity", "delete_activity", "get_activity_task"])
def test_what_is_no_activity_s_arn_is_refused(client, call):
    for arn in ("bad", "arn:aws:states:us-east-1:000000000000:stateMachine:m"):
        assert refusal(getattr(client, call), activityArn=arn)[0] == "InvalidArn"


def test_a_name_that_is_none_is_refused(client):
    assert refusal(client.create_activity, name="a b") == ("InvalidName", "Invalid Name: 'a b'")


def test_a_worker_takes_a_task_and_ends_it(client, create, ended, activity):
    found = {}

    def work():
        found.update(client.get_activity_task(activityArn=activity, workerName="w"))

    worker = threading.Thread(target=work)
    worker.start()
    arn = client.start_execution(stateMachineArn=create(machine(activity)), input='{"n":1}')
    worker.join(10)
    assert json.loads(found["input"]) == {"n": 1}
    client.send_task_heartbeat(taskToken=found["taskToken"])
    assert refusal(client.send_task_success, taskToken=found["taskToken"], output="{")[0] == (
        "InvalidOutput"
    )
    client.send_task_success(taskToken=found["taskToken"], output='{"done": true}')
    assert ended(arn["executionArn"])["output"] == '{"done":true}'
    events = client.get_execution_history(executionArn=arn["executionArn"])["events"]
    assert events[3]["activityStartedEventDetails"] == {"workerName": "w"}


def test_a_poll_without_a_task_ends_without_a_token(served, client, activity, monkeypatch):
    monkeypatch.setattr(served.service, "activity_poll_s", 0.02)
    assert "taskToken" not in client.get_activity_task(activityArn=activity)


def test_a_worker_that_has_gone_gets_no_task(served, client, create, activity):
    host, port = served.url.removeprefix("http://").split(":")
    body = json.dumps({"activityArn": activity})
    with socket.create_connection((host, int(port))) as gone:
        head = f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
        target = "X-Amz-Target: AWSStepFunctions.GetActivityTask\r\n\r\n"
        gone.sendall(f"{head}{target}{body}".encode())
        time.sleep(0.1)
    time.sleep(0.05)
    client.start_execution(stateMachineArn=create(machine(activity)), input='{"n":7}')
    found = client.get_activity_task(activityArn=activity)
    assert found["input"] == '{"n":7}'
    client.send_task_success(taskToken=found["taskToken"], output="1")


def test_a_task_of_no_activity_ends_its_execution(client, create, ended):
    arn = "arn:aws:states:us-east-1:000000000000:activity:none"
    execution = client.start_execution(stateMachineArn=create(machine(arn)))["executionArn"]
    found = ended(execution)
    assert found["error"] == "States.Runtime"
    assert found["cause"] == (
        "An error occurred while executing the state 'A' (entered at the event id #2). "
        f"The activity {arn} does not exist."
    )


def test_a_token_works_once_and_only_as_it_was_given(served, client, create, ended):
    arn, token = start_waiting(served, client, create)
    client.send_task_heartbeat(taskToken=token)
    client.send_task_failure(taskToken=token, error="Own", cause="why")
    assert (ended(arn)["error"], ended(arn)["cause"]) == ("Own", "why")
    assert refusal(client.send_task_failure, taskToken=token) == GONE
    assert refusal(client.send_task_heartbeat, taskToken=token) == GONE
    assert refusal(client.send_task_success, taskToken=token, output="1") == GONE
    assert refusal(client.send_task_failure, taskToken=token[:-1]) == NO_TOKEN
    assert refusal(client.send_task_success, taskToken="rubbish", output="1") == NO_TOKEN


def test_a_failure_needs_no_words(served, client, create, ended):
    arn, token = start_waiting(served, client, create)
    client.send_task_failure(taskToken=token)
    found = ended(arn)
    assert found["status"] == "FAILED"
    assert not {"error", "cause"} & set(found)
    failed = client.get_execution_history(executionArn=arn)["events"][-2]
    assert failed["taskFailedEventDetails"] == {
        "resourceType": "sqs",
        "resource": "sendMessage.waitForTaskToken",
    }


def test_a_stopped_execution_s_token_is_worth_nothing(served, client, create):
    arn, token = start_waiting(served, client, create)
    client.stop_execution(executionArn=arn)
    assert refusal(client.send_task_success, taskToken=token, output="1") == GONE
    assert len(served.service.callbacks) == 0


PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"n": 1}, "End": True}}}
FAIL = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}


def nested(child, pattern="", **parameters):
    given = {"StateMachineArn": child, "Input": {"x": "é"}, **parameters}
    return machine(f"{NEST}{pattern}", parameters=given)


def test_a_started_execution_s_arn_is_the_result(client, create, ended):
    arn = client.start_execution(stateMachineArn=create(nested(create(PASS), Name="inner")))
    output = json.loads(ended(arn["executionArn"])["output"])
    assert list(output) == ["ExecutionArn", "SdkHttpMetadata", "SdkResponseMetadata", "StartDate"]
    assert output["ExecutionArn"].endswith(":inner")
    assert output["SdkHttpMetadata"]["HttpStatusCode"] == 200
    assert json.loads(ended(output["ExecutionArn"])["input"]) == {"x": "é"}


@pytest.mark.parametrize(("pattern", "as_json"), [(".sync", False), (".sync:2", True)])
def test_a_nested_execution_s_description_is_the_result(client, create, ended, pattern, as_json):
    arn = client.start_execution(stateMachineArn=create(nested(create(PASS), pattern)))
    output = json.loads(ended(arn["executionArn"])["output"])
    found = client.describe_execution(executionArn=output["ExecutionArn"])
    assert output.pop("StopDate") == pytest.approx(found["stopDate"].timestamp() * 1e3, abs=1.5)
    assert output.pop("StartDate") == pytest.approx(found["startDate"].timestamp() * 1e3, abs=1.5)
    assert output == {
        "ExecutionArn": found["executionArn"],
        "Input": {"x": "é"} if as_json else '{"x":"é"}',
        "InputDetails": {"Included": True},
        "Name": found["name"],
        "Output": {"n": 1} if as_json else '{"n":1}',
        "OutputDetails": {"Included": True},
        "StateMachineArn": found["stateMachineArn"],
        "Status": "SUCCEEDED",
    }
    types = [
        event["type"]
        for event in client.get_execution_history(executionArn=arn["executionArn"])["events"]
    ]
    assert types[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_a_nested_execution_that_fails_fails_the_task(client, create, ended):
    arn = client.start_execution(stateMachineArn=create(nested(create(FAIL), ".sync:2")))
    found = ended(arn["executionArn"])
    cause = json.loads(found["cause"])
    assert found["error"] == "States.TaskFailed"
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "E", "C")
    assert "Output" not in cause


def test_what_is_stopped_stops_what_it_waits_for(client, create, ended):
    child = create(WAIT)
    arn = client.start_execution(stateMachineArn=create(nested(child, ".sync", Name="long")))
    inner = child.replace(":stateMachine:", ":execution:") + ":long"
    for _ in range(500):
        if client.list_executions(stateMachineArn=child)["executions"]:
            break
        time.sleep(0.005)
    client.stop_execution(executionArn=arn["executionArn"])
    assert ended(inner)["status"] == "ABORTED"


def test_a_state_machine_that_is_not_there_fails_the_submission(client, create, ended):
    none = "arn:aws:states:us-east-1:000000000000:stateMachine:none"
    arn = client.start_execution(stateMachineArn=create(nested(none, ".sync")))["executionArn"]
    found = ended(arn)
    assert found["error"] == "StepFunctions.StateMachineDoesNotExistException"
    assert found["cause"].startswith(
        f"State Machine Does Not Exist: '{none}' (Service: AWSStepFunctions; Status Code: 400; "
        "Error Code: StateMachineDoesNotExist; Request ID: "
    )
    last = client.get_execution_history(executionArn=arn)["events"][-2]
    assert last["type"] == "TaskSubmitFailed"


def test_parameters_that_cannot_start_a_task_end_the_execution(client, create, ended):
    definition = machine(NEST, parameters={"StateMachineArn.$": "$.n"})
    arn = client.start_execution(stateMachineArn=create(definition), input='{"n":1}')
    arn = arn["executionArn"]
    found = ended(arn)
    assert found["error"] == "States.Runtime"
    assert found["cause"] == (
        "An error occurred while executing the state 'A' (entered at the event id #2). The "
        """Parameters '{"StateMachineArn":1}' could not be used to start the Task: """
        "[The value for the field 'StateMachineArn' must be a STRING]"
    )
    types = [e["type"] for e in client.get_execution_history(executionArn=arn)["events"]]
    assert types == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
