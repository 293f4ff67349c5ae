"""Step Functions over boto3 against the stack's own server: what needs more than the service."""

import json
import time
import uuid
from typing import Any

import pytest

from sim.stack import Deployment

pytestmark = pytest.mark.integration

ROLE = "arn:aws:iam::000000000000:role/test"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"n": 1}, "End": True}}}


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


def test_a_task_without_its_parameters_fails_instead_of_running_for_ever(client):
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
    machine = create(client, {"StartAt": "T", "States": {"T": task}})
    arn = client.start_execution(stateMachineArn=machine)["executionArn"]
    found = ended(client, arn)
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "FunctionName" in found["cause"]


def test_a_sync_execution_finds_its_way_with_what_the_stack_exports(deployment):
    client = deployment.client("stepfunctions")
    machine = client.create_state_machine(
        name=f"m-{uuid.uuid4()}", definition=json.dumps(PASS), roleArn=ROLE, type="EXPRESS"
    )["stateMachineArn"]
    assert json.loads(client.start_sync_execution(stateMachineArn=machine)["output"]) == {"n": 1}
    assert deployment.endpoint_urls["AWS_DISABLE_HOST_PREFIX_INJECTION"] == "true"
