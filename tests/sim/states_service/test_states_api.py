"""Step Functions over boto3, against the stack's own server."""

import json
import time
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sim.stack import Deployment

pytestmark = pytest.mark.integration

ROLE = "arn:aws:iam::000000000000:role/test"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"n": 1}, "End": True}}}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}


@pytest.fixture
def client(deployment: Deployment) -> Any:
    return deployment.client("stepfunctions")


def create(client: Any, definition: dict[str, Any]) -> str:
    answer = client.create_state_machine(
        name=f"m-{uuid.uuid4()}", definition=json.dumps(definition), roleArn=ROLE
    )
    return str(answer["stateMachineArn"])


def ended(client: Any, arn: str) -> dict[str, Any]:
    for _ in range(200):
        found: dict[str, Any] = client.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.02)
    raise AssertionError(f"{arn} still runs")


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_execution_s_input_output_and_history_are_there_to_read(client):
    machine = create(client, PASS)
    arn = client.start_execution(stateMachineArn=machine, name="one", input='{"a": 1}')[
        "executionArn"
    ]
    found = ended(client, arn)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", {"n": 1})
    assert json.loads(found["input"]) == {"a": 1}
    assert found["startDate"] <= found["stopDate"]
    events = client.get_execution_history(executionArn=arn)["events"]
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert [event["id"] for event in events] == [1, 2, 3, 4]
    newest_first = client.get_execution_history(executionArn=arn, reverseOrder=True)["events"]
    assert newest_first == events[::-1]


def test_history_and_lists_come_in_pages(client):
    machine = create(client, PASS)
    arns = [client.start_execution(stateMachineArn=machine)["executionArn"] for _ in range(5)]
    for arn in arns:
        ended(client, arn)
    pages = client.get_paginator("list_executions").paginate(
        stateMachineArn=machine, PaginationConfig={"PageSize": 2}
    )
    listed = [item["executionArn"] for page in pages for item in page["executions"]]
    assert listed == arns[::-1]
    history = client.get_paginator("get_execution_history").paginate(
        executionArn=arns[0], PaginationConfig={"PageSize": 3}
    )
    assert [len(page["events"]) for page in history] == [3, 1]


def test_a_status_filter_lists_those_alone(client):
    machine = create(client, WAIT)
    running = client.start_execution(stateMachineArn=machine)["executionArn"]
    stopped = client.start_execution(stateMachineArn=machine)["executionArn"]
    client.stop_execution(executionArn=stopped)

    def listed(status: str) -> list[str]:
        answer = client.list_executions(stateMachineArn=machine, statusFilter=status)
        return [item["executionArn"] for item in answer["executions"]]

    assert listed("RUNNING") == [running]
    assert listed("ABORTED") == [stopped]
    client.stop_execution(executionArn=running)


def test_a_stopped_execution_is_aborted_with_its_error_and_cause(client):
    machine = create(client, WAIT)
    arn = client.start_execution(stateMachineArn=machine)["executionArn"]
    client.stop_execution(executionArn=arn, error="Own.Reason", cause="enough")
    found = client.describe_execution(executionArn=arn)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Own.Reason", "enough")
    last = client.get_execution_history(executionArn=arn)["events"][-1]
    assert last["type"] == "ExecutionAborted"
    assert last["executionAbortedEventDetails"] == {"error": "Own.Reason", "cause": "enough"}


def test_a_history_without_data_has_neither_input_nor_output(client):
    machine = create(client, PASS)
    arn = client.start_execution(stateMachineArn=machine, input='{"a": 1}')["executionArn"]
    ended(client, arn)
    whole = client.get_execution_history(executionArn=arn)["events"]
    bare = client.get_execution_history(executionArn=arn, includeExecutionData=False)["events"]
    assert whole[0]["executionStartedEventDetails"]["input"] == '{"a": 1}'.replace(" ", "")
    assert "input" not in bare[0]["executionStartedEventDetails"]
    assert "output" not in bare[-1]["executionSucceededEventDetails"]


def test_a_task_without_its_parameters_fails_instead_of_running_for_ever(client):
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
    machine = create(client, {"StartAt": "T", "States": {"T": task}})
    arn = client.start_execution(stateMachineArn=machine)["executionArn"]
    found = ended(client, arn)
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "FunctionName" in found["cause"]


def test_numbers_of_any_size_come_back_as_they_are(client):
    echo = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    arn = client.start_execution(
        stateMachineArn=create(client, echo), input='{"n": 123456789012345678901234567890}'
    )["executionArn"]
    assert ended(client, arn)["output"] == '{"n":123456789012345678901234567890}'


def test_an_execution_stopped_at_once_has_a_history(client):
    machine = create(client, WAIT)
    arn = client.start_execution(stateMachineArn=machine)["executionArn"]
    client.stop_execution(executionArn=arn)
    events = client.get_execution_history(executionArn=arn)["events"]
    assert events[0]["type"] == "ExecutionStarted"
    assert events[-1]["type"] == "ExecutionAborted"


def test_a_name_is_used_once(client):
    machine = create(client, WAIT)
    first = client.start_execution(stateMachineArn=machine, name="n", input="{}")
    again = client.start_execution(stateMachineArn=machine, name="n", input="{}")
    assert first["executionArn"] == again["executionArn"]
    code, _ = refusal(client.start_execution, stateMachineArn=machine, name="n", input='{"b":1}')
    assert code == "ExecutionAlreadyExists"
    client.stop_execution(executionArn=first["executionArn"])
    code, _ = refusal(client.start_execution, stateMachineArn=machine, name="n", input="{}")
    assert code == "ExecutionAlreadyExists"


def test_what_does_not_exist_or_is_not_valid_is_refused_by_aws_s_names(client):
    machine = create(client, PASS)
    execution = machine.replace(":stateMachine:", ":execution:") + ":none"
    assert refusal(client.describe_execution, executionArn=execution)[0] == "ExecutionDoesNotExist"
    assert (
        refusal(client.start_execution, stateMachineArn=machine + "x")[0]
        == "StateMachineDoesNotExist"
    )
    assert (
        refusal(client.start_execution, stateMachineArn=machine, input="{")[0]
        == "InvalidExecutionInput"
    )
    assert (
        refusal(client.start_execution, stateMachineArn=machine, input='"' + "x" * 262_143 + '"')[0]
        == "InvalidExecutionInput"
    )
    code, text = refusal(
        client.create_state_machine,
        name="broken",
        definition='{"StartAt": "A", "States": {"B": {"Type": "Pass", "End": true}}}',
        roleArn=ROLE,
    )
    assert code == "InvalidDefinition"
    assert "A" in text
    assert refusal(client.delete_state_machine, stateMachineArn=machine)[0] == (
        "UnknownOperationException"
    )


def test_creating_the_same_machine_again_gives_the_same_arn(client):
    name = f"m-{uuid.uuid4()}"
    arguments = {"name": name, "definition": json.dumps(PASS), "roleArn": ROLE}
    first = client.create_state_machine(**arguments)
    assert client.create_state_machine(**arguments)["stateMachineArn"] == first["stateMachineArn"]
    code, _ = refusal(client.create_state_machine, **{**arguments, "definition": json.dumps(WAIT)})
    assert code == "StateMachineAlreadyExists"
    described = client.describe_state_machine(stateMachineArn=first["stateMachineArn"])
    assert json.loads(described["definition"]) == PASS
