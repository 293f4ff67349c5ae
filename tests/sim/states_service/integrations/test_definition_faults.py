"""Actions that there are not and parameters that are not right are refused at creation."""

import json

import pytest

from sim.states_service.integrations.definition_faults import integration_faults
from statemachine import parse

PARAMETERS = "/States/A/Parameters"


def faults(resource, **fields):
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "End": True, **fields}
    definition = {"StartAt": "A", "States": {"A": state}}
    found = integration_faults(parse(json.dumps(definition)))
    return [(each.location, each.message) for each in found]


@pytest.mark.parametrize("resource", ["aws-sdk:nosuch:get", "aws-sdk:s3:nosuch"])
def test_an_action_that_there_is_not_is_not_recognized(resource):
    ((location, message),) = faults(resource)
    assert location == "/States/A/Resource"
    assert message.startswith(f"The resource provided arn:aws:states:::{resource} is not recogn")


@pytest.mark.parametrize(
    ("resource", "fields"),
    [
        ("lambda:invoke", {"Parameters": {"FunctionName": "f", "Payload.$": "$"}}),
        ("sqs:sendMessage", {"Parameters": {"QueueUrl.$": "$.q", "MessageBody": {"any": 1}}}),
        ("sqs:sendMessage", {}),
        ("states:startExecution.sync:2", {"Parameters": {"StateMachineArn": "a", "Input": {}}}),
        ("glue:startJobRun", {"Parameters": {"Anything": 1}}),
        ("aws-sdk:rds:describeDBInstances", {"Parameters": {"DbInstanceIdentifier": "d"}}),
        ("aws-sdk:s3:listBuckets", {}),
        (
            "aws-sdk:dynamodb:query",
            {"QueryLanguage": "JSONata", "Arguments": "{% $states.input %}"},
        ),
        (
            "events:putEvents",
            {"QueryLanguage": "JSONata", "Arguments": {"Entries": "{% $states.input %}"}},
        ),
    ],
)
def test_what_is_right_or_known_only_at_run_time_is_left(resource, fields):
    assert faults(resource, **fields) == []


def test_parameters_that_are_missing_or_not_known_are_named():
    assert faults("sqs:sendMessage", Parameters={"QueueURL": "q", "MessageBody.$": "$"}) == [
        (PARAMETERS, 'The field "QueueURL" is not supported by Step Functions'),
        (PARAMETERS, "The field 'QueueUrl' is required but was missing"),
    ]
    assert faults(
        "aws-sdk:sfn:startExecution", QueryLanguage="JSONata", Arguments={"Input": "{}"}
    ) == [("/States/A/Arguments", "The field 'StateMachineArn' is required but was missing")]


def test_states_within_states_are_looked_at():
    inner = {"StartAt": "B", "States": {"B": {"Type": "Task", "End": True}}}
    inner["States"]["B"]["Resource"] = "arn:aws:states:::aws-sdk:s3:nosuch"
    definition = {
        "StartAt": "P",
        "States": {
            "P": {"Type": "Parallel", "Branches": [inner], "Next": "M"},
            "M": {"Type": "Map", "ItemProcessor": inner, "End": True},
        },
    }
    definition["States"]["M"]["ItemProcessor"] = json.loads(json.dumps(inner).replace('"B"', '"C"'))
    found = integration_faults(parse(json.dumps(definition)))
    assert [each.location for each in found] == [
        "/States/P/Branches[0]/States/B/Resource",
        "/States/M/ItemProcessor/States/C/Resource",
    ]
