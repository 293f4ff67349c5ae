import base64
import dataclasses
import io
import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import EndpointConnectionError
from errors import (
    FailureNotRecordedError,
    InvalidFailureRequestError,
    PayloadNotStoredError,
)
from failure_channel import FailureChannel
from ingest_failure import open_failure_archive

from sim.gateway.proxy_event import GatewayRequest, envelope_bytes

LAMBDA_EVENT_BYTES = 6_291_456
"""Source: AWS Lambda Developer Guide, "Lambda quotas": invocation payload, synchronous."""

SMALLEST_REQUEST = GatewayRequest(
    api_id="a" * 10,
    stage="v1",
    resource="/ingestMessage",
    path="/ingestMessage",
    method="POST",
    headers=[("Host", "x"), ("x-api-key", "k" * 20)],
    query=[],
    path_parameters={},
    source_ip="1.1.1.1",
    request_id="0" * 36,
    trace_id="Root=1-" + "0" * 33,
    received_at=1.0,
    api_key="k" * 20,
    api_key_id="k" * 10,
)
ERROR = PayloadNotStoredError("TimeoutError: no answer", unavailable=True)
REQUEST = {
    "messageID": "id-1",
    "step": "payload-store",
    "errorType": "TimeoutError",
    "reason": "no answer",
    "isBase64Encoded": False,
    "body": '{"é": 1}',
}


def answering(payload, **more):
    class Answer:
        def invoke(self, **_):
            return {"Payload": io.BytesIO(payload), **more}

    return FailureChannel(Answer, "ingest-failure")


@pytest.mark.parametrize("filling", ["é", '"', "x"])
def test_largest_record_survives_whole(aws, in_process_lambda, make_event, filling):
    event = make_event(" ")
    room = LAMBDA_EVENT_BYTES - 1 - len(json.dumps(event).encode())
    event["body"] = filling * (room // len(json.dumps(filling, ensure_ascii=False).encode()[1:-1]))
    assert len(json.dumps(event, ensure_ascii=False).encode()) < LAMBDA_EVENT_BYTES
    fake = in_process_lambda(open_failure_archive(aws.environment).keep)

    failure_id = FailureChannel(lambda: fake, "ingest-failure").record(event, "id-1", ERROR)

    (request,) = fake.requests
    assert request["InvocationType"] == "RequestResponse"
    assert len(request["Payload"]) < LAMBDA_EVENT_BYTES
    (key,) = aws.keys("FAILURE_BUCKET")
    assert key.endswith(f"/{failure_id}")
    assert aws.object("FAILURE_BUCKET", key) == event["body"].encode()
    (pointer,) = aws.pointers()
    assert len(json.dumps(pointer)) < 2000
    assert pointer["bytes"] == len(event["body"].encode())


def test_request_never_outgrows_the_event_it_came_in(in_process_lambda, make_event):
    event = make_event('{"a": "\\u00e9é"}')
    fake = in_process_lambda(lambda _: {"failureID": "f"})
    worst = PayloadNotStoredError("\x01" * 10_000, unavailable=True)
    FailureChannel(lambda: fake, "ingest-failure").record(event, "0" * 36, worst)
    added = len(fake.requests[0]["Payload"]) - len(json.dumps(event["body"]).encode())
    assert added < envelope_bytes(SMALLEST_REQUEST)


@pytest.mark.parametrize("encoded", [False, True])
def test_record_is_kept_as_it_came_over_the_wire(aws, encoded):
    body = base64.b64encode(b"\xff\x00").decode() if encoded else '{"é": 1}'
    archive = open_failure_archive(aws.environment)
    archive.keep({**REQUEST, "body": body, "isBase64Encoded": encoded})
    (key,) = aws.keys("FAILURE_BUCKET")
    assert aws.object("FAILURE_BUCKET", key) == (b"\xff\x00" if encoded else body.encode())


def test_pointer_says_where_the_record_is_and_why_and_holds_none_of_it(aws):
    moment = datetime(2026, 1, 31, 12, 34, 56, tzinfo=UTC)
    archive = dataclasses.replace(open_failure_archive(aws.environment), now=lambda: moment)
    failure_id = archive.keep({**REQUEST, "body": "planted marker"})["failureID"]
    assert aws.pointers() == [
        {
            "failureID": failure_id,
            "bucket": aws.environment["FAILURE_BUCKET"],
            "key": f"failures/2026/01/31/12/34/56/{failure_id}",
            "bytes": 14,
            "messageID": "id-1",
            "step": "payload-store",
            "errorType": "TimeoutError",
            "reason": "no answer",
        }
    ]


def test_reason_that_no_header_can_hold_does_not_lose_the_record(aws):
    open_failure_archive(aws.environment).keep({**REQUEST, "reason": " ü\r\nx-amz-acl: public\x7f"})
    (key,) = aws.keys("FAILURE_BUCKET")
    head = aws.s3.head_object(Bucket=aws.environment["FAILURE_BUCKET"], Key=key)
    assert head["Metadata"]["reason"] == "???x-amz-acl: public?"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"messageID": None}, "messageID"),
        ({"body": 7}, "body"),
        ({"body": "%", "isBase64Encoded": True}, "body"),
        ({"body": "\ud800"}, "body"),
    ],
)
def test_unfit_request_is_named_and_nothing_is_kept(aws, change, named):
    with pytest.raises(InvalidFailureRequestError, match=named) as raised:
        open_failure_archive(aws.environment).keep({**REQUEST, **change})
    assert raised.value.__cause__ is None
    assert aws.keys("FAILURE_BUCKET") == []


def test_record_without_a_pointer_is_not_confirmed(aws, in_process_lambda, make_event):
    aws.sqs.delete_queue(QueueUrl=aws.environment["INGEST_DEAD_LETTER_QUEUE_URL"])
    fake = in_process_lambda(open_failure_archive(aws.environment).keep)
    with pytest.raises(FailureNotRecordedError, match="ingest_failure failed"):
        FailureChannel(lambda: fake, "ingest-failure").record(make_event("x"), "id-1", ERROR)


@pytest.mark.parametrize(
    "channel",
    [
        answering(b""),
        answering(b"null"),
        answering(b'{"failureID": 7}'),
        answering(b'{"errorType": "Sandbox.Timedout"}', FunctionError="Unhandled"),
        answering(b"[]", FunctionError="Unhandled"),
    ],
)
def test_anything_but_a_failure_id_is_not_a_confirmation(channel, make_event):
    with pytest.raises(FailureNotRecordedError):
        channel.record(make_event("x"), "id-1", ERROR)


def test_function_that_cannot_be_reached_is_not_a_confirmation(make_event):
    class Unreachable:
        def invoke(self, **_):
            raise EndpointConnectionError(endpoint_url="lambda")

    with pytest.raises(FailureNotRecordedError, match="EndpointConnectionError"):
        FailureChannel(Unreachable, "f").record(make_event("x"), "id-1", ERROR)
