"""State machines over boto3: created, updated, described, listed, deleted."""

import asyncio
import json
import time
import uuid
from itertools import pairwise

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/test"
OTHER_ROLE = "arn:aws:iam::000000000000:role/other"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
WORKS = {
    "StartAt": "W",
    "States": {
        "W": {"Type": "Task", "Resource": FUNCTION, "Next": "P"},
        "P": {"Type": "Pass", "End": True},
    },
}


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def until(holds):
    for _ in range(500):
        if holds():
            return True
        time.sleep(0.005)
    return False


def test_creating_the_same_machine_again_gives_it_whatever_the_role(client):
    arguments = {"name": f"m-{uuid.uuid4()}", "definition": json.dumps(PASS), "roleArn": ROLE}
    first = client.create_state_machine(**arguments)
    again = client.create_state_machine(**{**arguments, "roleArn": OTHER_ROLE})
    assert again["stateMachineArn"] == first["stateMachineArn"]
    assert again["creationDate"] == first["creationDate"]
    arn = first["stateMachineArn"]
    assert client.describe_state_machine(stateMachineArn=arn)["roleArn"] == ROLE
    for different in (
        {"definition": json.dumps(FAIL)},
        {"type": "EXPRESS"},
        {"tracingConfiguration": {"enabled": True}},
    ):
        assert refusal(client.create_state_machine, **{**arguments, **different}) == (
            "StateMachineAlreadyExists",
            f"State Machine Already Exists: '{arn}'",
        )


def test_a_machine_is_described_as_it_was_given(client, create):
    arn = create(PASS, type="EXPRESS", tracingConfiguration={"enabled": True})
    found = client.describe_state_machine(stateMachineArn=arn)
    assert json.loads(found["definition"]) == PASS
    assert (found["type"], found["status"], found["roleArn"]) == ("EXPRESS", "ACTIVE", ROLE)
    assert found["loggingConfiguration"] == {"level": "OFF", "includeExecutionData": False}
    assert found["tracingConfiguration"] == {"enabled": True}
    assert "revisionId" not in found
    bare = client.describe_state_machine(stateMachineArn=arn, includedData="METADATA_ONLY")
    assert bare["definition"] == "{}"


def test_a_machine_tells_which_state_reads_which_variable(client, create):
    filled = {"x.$": "States.Format('$q {}', $c)"}
    inner = {"I": {"Type": "Pass", "Parameters": filled, "End": True}}
    assigned = {"a.$": "$.x", "b": "$c", "c.$": "$$.State.Name"}
    states = {
        "A": {"Type": "Pass", "Assign": assigned, "Next": "B"},
        "B": {
            "Type": "Pass",
            "QueryLanguage": "JSONata",
            "Output": "{% $a + $sum([$b]) %}",
            "Next": "C",
        },
        "C": {
            "Type": "Choice",
            "Choices": [{"Variable": "$b.c", "NumericEqualsPath": "$a", "Next": "M"}],
            "Default": "M",
        },
        "M": {
            "Type": "Map",
            "ItemsPath": "$b",
            "ItemProcessor": {"StartAt": "I", "States": inner},
            "End": True,
        },
    }
    machine = create({"StartAt": "A", "States": states})
    found = client.describe_state_machine(stateMachineArn=machine)
    assert found["variableReferences"] == {"B": ["a", "b"], "C": ["a", "b"], "M": ["b"], "I": ["c"]}
    plain = client.describe_state_machine(stateMachineArn=create(PASS))
    assert "variableReferences" not in plain


def test_a_definition_that_is_not_valid_is_refused_with_every_fault(client):
    states = {"B": {"Type": "Pass"}, "C": {"Type": "Nothing"}}
    code, text = refusal(
        client.create_state_machine,
        name="broken",
        definition=json.dumps({"StartAt": "A", "States": states}),
        roleArn=ROLE,
    )
    assert code == "InvalidDefinition"
    assert text.startswith("Invalid State Machine Definition: '")
    assert text.endswith("'")
    assert all(place in text for place in ("/States/B", "/States/C", "StartAt"))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "a b"}, "InvalidName"),
        ({"name": "n" * 81}, "ValidationException"),
        ({"roleArn": "role"}, "InvalidArn"),
        ({"definition": "{"}, "InvalidDefinition"),
        ({"publish": True}, "ValidationException"),
        ({"versionDescription": "first"}, "ValidationException"),
        ({"loggingConfiguration": {"level": "ALL"}}, "InvalidLoggingConfiguration"),
        (
            {"encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"}},
            "InvalidEncryptionConfiguration",
        ),
    ],
)
def test_a_machine_that_cannot_be_had_is_refused_by_aws_s_name(client, changed, code):
    arguments = {"name": "refused", "definition": json.dumps(PASS), "roleArn": ROLE, **changed}
    assert refusal(client.create_state_machine, **arguments)[0] == code


def test_executions_go_on_with_the_revision_they_were_started_with(client, create, ended):
    machine = create(WORKS)
    old = client.start_execution(stateMachineArn=machine, input='{"sleep": 0.05}')["executionArn"]
    updated = client.update_state_machine(
        stateMachineArn=machine, definition=json.dumps(FAIL), roleArn=OTHER_ROLE
    )
    new = client.start_execution(stateMachineArn=machine)["executionArn"]
    assert (ended(new)["status"], ended(old)["status"]) == ("FAILED", "SUCCEEDED")
    described = client.describe_state_machine(stateMachineArn=machine)
    assert json.loads(described["definition"]) == FAIL
    assert (described["roleArn"], described["revisionId"]) == (OTHER_ROLE, updated["revisionId"])
    of_old = client.describe_state_machine_for_execution(executionArn=old)
    assert json.loads(of_old["definition"]) == WORKS
    assert of_old["updateDate"] == described["creationDate"]
    of_new = client.describe_state_machine_for_execution(executionArn=new)
    assert of_new["revisionId"] == updated["revisionId"]
    assert of_new["updateDate"] == updated["updateDate"]


def test_an_update_has_to_say_what_it_changes(client, create):
    machine = create(PASS)
    assert refusal(client.update_state_machine, stateMachineArn=machine) == (
        "MissingRequiredParameter",
        "Either the definition, the role ARN, the LoggingConfiguration, or the "
        "TracingConfiguration must be specified",
    )
    broken = {"stateMachineArn": machine, "definition": "{}"}
    assert refusal(client.update_state_machine, **broken)[0] == "InvalidDefinition"
    missing = {"stateMachineArn": machine + "x", "definition": json.dumps(PASS)}
    assert refusal(client.update_state_machine, **missing)[0] == "StateMachineDoesNotExist"


def test_a_machine_without_executions_is_gone_when_it_is_deleted(client, create):
    machine = create(PASS)
    client.delete_state_machine(stateMachineArn=machine)
    client.delete_state_machine(stateMachineArn=machine)
    assert refusal(client.describe_state_machine, stateMachineArn=machine) == (
        "StateMachineDoesNotExist",
        f"State Machine Does Not Exist: '{machine}'",
    )


def test_a_deleted_machine_ends_its_executions_at_their_next_transition(client, create):
    machine = create(WORKS)
    arn = client.start_execution(stateMachineArn=machine, input='{"sleep": 0.1}')["executionArn"]
    client.delete_state_machine(stateMachineArn=machine)
    assert client.describe_state_machine(stateMachineArn=machine)["status"] == "DELETING"
    assert refusal(client.start_execution, stateMachineArn=machine)[0] == "StateMachineDeleting"
    change = {"stateMachineArn": machine, "roleArn": OTHER_ROLE}
    assert refusal(client.update_state_machine, **change)[0] == "StateMachineDeleting"
    name = machine.rpartition(":")[2]
    again = {"name": name, "definition": json.dumps(WORKS), "roleArn": ROLE}
    assert refusal(client.create_state_machine, **again)[0] == "StateMachineDeleting"

    def aborted():
        return client.describe_execution(executionArn=arn)["status"] == "ABORTED"

    assert until(aborted)
    events = client.get_execution_history(executionArn=arn)["events"]
    assert [event["type"] for event in events][-2:] == ["TaskStateExited", "ExecutionAborted"]
    assert client.create_state_machine(**again)["stateMachineArn"] == machine
    assert client.list_executions(stateMachineArn=machine)["executions"] == []


def test_a_large_definition_keeps_nobody_waiting(served, create):
    names = [f"S{i}" for i in range(4_000)]
    states = {name: {"Type": "Pass", "Next": after} for name, after in pairwise(names)}
    states[names[-1]] = {"Type": "Pass", "End": True}
    text = json.dumps({"StartAt": names[0], "States": states})
    machine = create(PASS)
    waited_s = []

    async def watch():
        creating = served.loop.run_in_executor(None, create, text)
        while not creating.done():
            before = time.perf_counter()
            await served.service.definitions.read(json.dumps(PASS), "STANDARD")
            await asyncio.sleep(0.001)
            waited_s.append(time.perf_counter() - before)
        return await creating

    assert served.do(watch) != machine
    assert len(waited_s) > 3
    assert max(waited_s) < 0.3
