"""The SQS event, and what an answer says of a batch."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.event_source import SqsMapping
from sim.event_source.sqs_mapping import failed_messages, sqs_event

IDS = ["a", "b", "c"]
MAPPING = SqsMapping("f", "arn:aws:sqs:us-east-1:000000000000:q", "http://q", "us-east-1")


def test_a_record_has_lambdas_fields():
    message = {
        "MessageId": "m-1",
        "ReceiptHandle": "handle",
        "Body": "text",
        "MD5OfBody": "d41d",
        "Attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1"},
        "MessageAttributes": {
            "kind": {"DataType": "String", "StringValue": "x"},
            "raw": {"DataType": "Binary", "BinaryValue": b"\xff"},
        },
        "MD5OfMessageAttributes": "e1",
    }
    assert json.loads(sqs_event(MAPPING, [message])) == {
        "Records": [
            {
                "messageId": "m-1",
                "receiptHandle": "handle",
                "body": "text",
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1"},
                "messageAttributes": {
                    "kind": {
                        "stringValue": "x",
                        "stringListValues": [],
                        "binaryListValues": [],
                        "dataType": "String",
                    },
                    "raw": {
                        "binaryValue": "/w==",
                        "stringListValues": [],
                        "binaryListValues": [],
                        "dataType": "Binary",
                    },
                },
                "md5OfBody": "d41d",
                "md5OfMessageAttributes": "e1",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:q",
                "awsRegion": "us-east-1",
            }
        ]
    }


@pytest.mark.parametrize(
    "answer",
    [b"", b"null", b"{}", b'{"batchItemFailures": null}', b'{"batchItemFailures": []}'],
)
def test_an_empty_answer_fails_nothing(answer):
    assert failed_messages(answer, IDS) == set()


@pytest.mark.parametrize(
    "answer",
    [
        b"not json",
        b'"text"',
        b'{"batchItemFailure": []}',
        b'{"batchItemFailures": "a"}',
        b'{"batchItemFailures": [{"itemIdentifier": ""}]}',
        b'{"batchItemFailures": [{"itemIdentifier": null}]}',
        b'{"batchItemFailures": [{"itemIdentifer": "a"}]}',
        b'{"batchItemFailures": [{"itemIdentifier": "another"}]}',
        b'{"batchItemFailures": ["a"]}',
    ],
)
def test_a_malformed_answer_fails_everything(answer):
    assert failed_messages(answer, IDS) == set(IDS)


@given(st.sets(st.sampled_from(IDS)))
def test_named_messages_fail_and_no_others(named):
    items = [{"itemIdentifier": each} for each in sorted(named)]
    assert failed_messages(json.dumps({"batchItemFailures": items}).encode(), IDS) == named
