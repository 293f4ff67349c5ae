"""SNS, SQS, DynamoDB, EventBridge: what is sent, what comes back, how failures show."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError

from statemachine import TaskFailed

QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/q"
ITEM = {"id": {"S": "1"}, "flag": {"BOOL": True}, "none": {"NULL": True}, "set": {"SS": ["a"]}}


def test_a_message_given_as_json_is_sent_as_text_and_the_answer_has_metadata(world, call):
    world.body = {"MessageId": "m", "MD5OfMessageBody": "d"}
    result = call("sqs:sendMessage", {"QueueUrl": QUEUE, "MessageBody": {"a": ["é", 1]}})
    (sent,) = world.sent
    assert sent.body == {"QueueUrl": QUEUE, "MessageBody": '{"a":["é",1]}'}
    assert sent.target == "AmazonSQS.SendMessage"
    headers = result["SdkHttpMetadata"]["HttpHeaders"]
    assert headers["x-amzn-RequestId"] == "id-1"
    assert result == {
        "MD5OfMessageBody": "d",
        "MessageId": "m",
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": "id-1"},
    }
    assert list(result) == sorted(result)


def test_a_text_is_sent_as_it_is(world, call):
    result = b"<PublishResult><MessageId>m</MessageId></PublishResult>"
    world.body = b"<PublishResponse>" + result + b"</PublishResponse>"
    answer = call("sns:publish.waitForTaskToken", {"TopicArn": "arn:t", "Message": "plain"})
    assert answer["MessageId"] == "m"
    assert "Message=plain" in world.sent[0].content


def test_clients_are_made_once(world, call):
    for _ in range(3):
        call("sqs:sendMessage", {"QueueUrl": QUEUE, "MessageBody": "b"})
    call("aws-sdk:sqs:listQueues", {})
    assert world.clients == ["sqs"]


def test_items_keep_dynamodb_s_own_names(world, call):
    world.body = {"Item": ITEM}
    given = {"TableName": "t", "Key": {"id": {"S": "1"}}}
    result = call("dynamodb:getItem", given)
    assert world.sent[0].body == given
    assert result["Item"] == ITEM


@pytest.mark.parametrize(
    ("answer", "error", "cause"),
    [
        (
            {
                "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                "message": "The conditional request failed",
            },
            "DynamoDB.ConditionalCheckFailedException",
            "The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; "
            "Error Code: ConditionalCheckFailedException; Request ID: id-1; Proxy: null)",
        ),
        (
            {"__type": "com.amazon.coral.validate#ValidationException", "message": "no key"},
            "DynamoDB.AmazonDynamoDBException",
            "no key (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; "
            "Request ID: id-1; Proxy: null)",
        ),
    ],
)
def test_an_error_has_the_name_of_its_class_or_the_service_s(world, call, answer, error, cause):
    world.status, world.body = 400, answer
    with pytest.raises(TaskFailed) as failed:
        call("dynamodb:putItem", {"TableName": "t", "Item": {"id": {"S": "1"}}})
    assert (failed.value.error, failed.value.cause) == (error, cause)


def test_an_error_of_a_service_that_spoke_xml_once_has_its_class_s_name_too(world, call):
    world.status = 400
    world.body = {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "gone"}
    world.headers = {"x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender"}
    with pytest.raises(TaskFailed) as failed:
        call("sqs:sendMessage", {"QueueUrl": QUEUE, "MessageBody": "b"})
    assert failed.value.error == "SQS.QueueDoesNotExistException"
    assert "Error Code: AWS.SimpleQueueService.NonExistentQueue;" in failed.value.cause


def test_a_service_that_does_not_answer_is_an_error_of_the_client(world, call, monkeypatch):
    def unreachable(_, request, **__):
        raise EndpointConnectionError(endpoint_url=request.url)

    monkeypatch.setattr(type(world), "answer", unreachable)
    with pytest.raises(TaskFailed) as failed:
        call("dynamodb:getItem", {"TableName": "t", "Key": {}})
    assert failed.value.error == "DynamoDB.SdkClientException"


def test_events_name_their_execution_and_carry_their_detail_as_text(world, call):
    world.body = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}, {"EventId": "2"}]}
    entries = [
        {"Detail": {"a": 1}, "DetailType": "t", "Source": "s", "Resources": ["arn:r"]},
        {"Detail": '{"b":2}', "DetailType": "t", "Source": "s"},
    ]
    result = call("events:putEvents", {"Entries": entries})
    first, second = world.sent[0].body["Entries"]
    assert (first["Detail"], first["Resources"]) == ('{"a":1}', ["arn:r", "arn:e", "arn:m"])
    assert (second["Detail"], second["Resources"]) == ('{"b":2}', ["arn:e", "arn:m"])
    assert result["Entries"] == [{"EventId": "1"}, {"EventId": "2"}]
    assert entries[1] == {"Detail": '{"b":2}', "DetailType": "t", "Source": "s"}


def test_an_event_that_is_not_taken_fails_the_task(world, call):
    world.body = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "Full", "ErrorMessage": "m"}]}
    with pytest.raises(TaskFailed) as failed:
        call("events:putEvents", {"Entries": [{"Detail": "{}", "DetailType": "t", "Source": "s"}]})
    assert failed.value.error == "EventBridge.FailedEntry"
    assert json.loads(failed.value.cause)["Entries"][0]["ErrorCode"] == "Full"


@pytest.mark.parametrize(
    ("resource", "parameters", "problems"),
    [
        ("sqs:sendMessage", {}, ["QueueUrl", "MessageBody"]),
        ("sqs:sendMessage", {"queueUrl": QUEUE, "MessageBody": 1}, ["queueUrl", "QueueUrl"]),
        ("sqs:sendMessage", {"QueueUrl": 1, "MessageBody": 1}, ["QueueUrl"]),
        ("sns:publish", {"Message": {}, "Subject": {}}, ["Subject"]),
        ("dynamodb:putItem", None, ["TableName", "Item"]),
        ("events:putEvents", {"Entries": [{"Detail": {}, "Colour": 1}]}, ["Colour"]),
        ("lambda:invoke", {"Payload": 1}, ["FunctionName"]),
    ],
)
def test_parameters_are_checked_before_anything_is_sent(
    world, call, resource, parameters, problems
):
    found = call(resource, parameters)
    assert len(found) == len(problems)
    assert all(name in text for name, text in zip(problems, found, strict=True))
    assert world.sent == []
