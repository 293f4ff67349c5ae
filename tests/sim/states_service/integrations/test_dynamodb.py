"""Items are put, changed, read, queried and kept from being deleted in moto's DynamoDB."""

import asyncio
import json

import boto3
import pytest
from moto import mock_aws

from sim.states_service import AwsTaskInvoker, StatesService

KEY = {"TableName": "t", "Key": {"id": {"S": "1"}}}
ITEM = {"id": {"S": "1"}, "n": {"N": "1"}, "flag": {"BOOL": True}}
TASKS = {
    "dynamodb:putItem": {"TableName": "t", "Item": ITEM},
    "dynamodb:updateItem": {
        **KEY,
        "UpdateExpression": "SET n = n + :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
        "ReturnValues": "ALL_NEW",
    },
    "dynamodb:getItem": KEY,
    "aws-sdk:dynamodb:query": {
        "TableName": "t",
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": {":id": {"S": "1"}},
    },
    "dynamodb:deleteItem": {
        **KEY,
        "ConditionExpression": "n = :nine",
        "ExpressionAttributeValues": {":nine": {"N": "9"}},
    },
}


@pytest.fixture
def table(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield


@pytest.mark.usefixtures("table")
def test_a_chain_of_items():
    names = [f"S{place}" for place in range(len(TASKS))]
    states = {
        name: {
            "Type": "Task",
            "Resource": f"arn:aws:states:::{resource}",
            "Parameters": parameters,
            "ResultPath": None,
            **({"Next": after} if after else {"End": True}),
        }
        for name, after, (resource, parameters) in zip(
            names, [*names[1:], None], TASKS.items(), strict=True
        )
    }

    async def run():
        invoker = AwsTaskInvoker(None, boto3.client)
        service = StatesService(invoker, region="us-east-1")
        text = json.dumps({"StartAt": "S0", "States": states})
        machine = service.create_state_machine("m", text, "arn:aws:iam::000000000000:role/r")
        execution = service.start_execution(machine.arn, name="e", input_text="{}")
        await asyncio.wait([execution.task])
        invoker.close()
        return execution

    execution = asyncio.run(run())
    put, updated, got, queried = (
        json.loads(event["taskSucceededEventDetails"]["output"])
        for event in execution.events
        if event["type"] == "TaskSucceeded"
    )
    changed = {**ITEM, "n": {"N": "2"}}
    assert set(put) == {"SdkHttpMetadata", "SdkResponseMetadata"}
    assert updated["Attributes"] == got["Item"] == changed
    assert queried == {
        "Items": [{**changed, "flag": {"Bool": True}}],
        "Count": 1,
        "ScannedCount": 1,
    }
    assert execution.error == "DynamoDB.ConditionalCheckFailedException"
    assert execution.cause.startswith(
        "The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; "
    )
