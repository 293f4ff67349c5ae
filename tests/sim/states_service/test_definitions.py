"""Definitions are validated without a state machine, and for EXPRESS by its own rules, too."""

import json
from itertools import pairwise

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/test"
PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
SQS = "arn:aws:states:::sqs:sendMessage"


def task(resource, **more):
    state = {"Type": "Task", "Resource": resource, "End": True, **more}
    return {"StartAt": "T", "States": {"T": state}}


def validated(client, definition, **given):
    text = definition if isinstance(definition, str) else json.dumps(definition)
    answer = client.validate_state_machine_definition(definition=text, **given)
    return answer["result"], answer["diagnostics"], answer["truncated"]


def test_a_definition_without_faults_is_ok(client):
    assert validated(client, PASS) == ("OK", [], False)


def test_each_fault_has_its_code_and_its_place(client):
    states = {"A": {"Type": "Pass", "Next": "Nowhere"}, "B": {"Type": "Fail", "Cause": 5}}
    result, diagnostics, _ = validated(client, {"StartAt": "A", "States": states})
    assert result == "FAIL"
    assert {each["severity"] for each in diagnostics} == {"ERROR"}
    found = {(each["code"], each["location"]) for each in diagnostics}
    assert ("MISSING_TRANSITION_TARGET", "/States/A/Next") in found
    assert ("SCHEMA_VALIDATION_FAILED", "/States/B/Cause") in found


def test_what_is_no_json_is_a_fault_not_a_refusal(client):
    result, diagnostics, _ = validated(client, "{")
    assert (result, diagnostics[0]["code"]) == ("FAIL", "INVALID_JSON_DESCRIPTION")


@pytest.mark.parametrize(
    ("most", "shown", "truncated"), [(2, 2, True), (5, 5, False), (0, 5, False)]
)
def test_no_more_diagnostics_come_than_are_wanted(client, most, shown, truncated):
    following = dict(pairwise("ABCDE"))
    states = {
        name: {"Type": "Pass", "Next": after, "Unknown": 1} for name, after in following.items()
    }
    states["E"] = {"Type": "Succeed", "Unknown": 1}
    found = validated(client, {"StartAt": "A", "States": states}, maxResults=most)
    assert (len(found[1]), found[2]) == (shown, truncated)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("arn:aws:states:::states:startExecution.sync:2", "'.sync' service integration"),
        (f"{SQS}.waitForTaskToken", "'.waitForTaskToken' service integration"),
        ("arn:aws:states:us-east-1:000000000000:activity:a", "an activity"),
    ],
)
def test_an_express_machine_waits_for_nobody(client, resource, words):
    parameters = {
        "sqs": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"},
        "states": {"StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m"},
    }.get(resource.split(":")[5])
    waiting = task(resource, **({"Parameters": parameters} if parameters else {}))
    branches = [{"StartAt": "Q", "States": {"Q": {"Type": "Succeed"}}}, waiting]
    parallel = {"Type": "Parallel", "Branches": branches, "End": True}
    definition = {"StartAt": "P", "States": {"P": parallel}}
    assert validated(client, definition)[0] == "OK"
    result, [diagnostic], _ = validated(client, definition, type="EXPRESS")
    assert result == "FAIL"
    assert diagnostic["message"] == f"Express state machine does not support {words}"
    assert diagnostic["location"] == "/States/P/Branches[1]/States/T/Resource"
    given = {"name": "express", "definition": json.dumps(definition), "roleArn": ROLE}
    with pytest.raises(ClientError) as refused:
        client.create_state_machine(**given, type="EXPRESS")
    assert refused.value.response["Error"]["Code"] == "InvalidDefinition"
