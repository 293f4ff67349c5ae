import base64
import dataclasses
import hashlib
import json
import re
import uuid

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber
from errors import PayloadNotStoredError
from ingest import open_ingest

PAYLOAD = b"\x00a planted marker\xff" * 50
STRATEGIES = ["redis", "s3"]
BAD_BODIES = [
    ("", "body"),
    ("{", "body"),
    ("[]", "body"),
    ("[" * 100_000, "body"),
    ('{"messagePayload": NaN}', "body"),
    ('{"messageMetaData": {}, "messagePayload": "QQ=="}', "messageMetaData.messageType"),
    ('{"messageID": "x"}', "messageID"),
]


class SilentStore:
    """A payload store that never confirms."""

    worst_case_s = 10.0

    def put(self, *_):
        raise PayloadNotStoredError("TimeoutError: no answer", unavailable=True)


@pytest.fixture(params=STRATEGIES)
def ingest(request, aws, redis, failure_lambda):
    del redis, failure_lambda
    return open_ingest({**aws.environment, "PAYLOAD_STORE": request.param})


@pytest.fixture
def event(make_event, make_message):
    return make_event(make_message(PAYLOAD))


def nothing_is_left(aws, redis):
    return not (aws.keys("ARCHIVE_BUCKET") or aws.executions() or redis.keys())


def stored_payload(aws, redis, message_id):
    """Return the payload from wherever the first write put it, and its reference."""
    kept = redis.get(f"message:{message_id}")
    if kept is not None:
        return kept, {"redisReference": f"message:{message_id}", "S3Reference": None}
    key = f"2026/01/31/22/30/05/{message_id}"
    bucket = aws.environment["ARCHIVE_BUCKET"]
    return aws.object("ARCHIVE_BUCKET", key), {
        "redisReference": None,
        "S3Reference": f"s3://{bucket}/{key}",
    }


def test_receipt_names_the_message_that_is_stored_and_started(
    ingest, event, context, aws, redis, make_message
):
    response = ingest.answer(event, context)

    assert response["statusCode"] == 200
    (message_id,) = json.loads(response["body"]).values()
    assert uuid.UUID(message_id).version == 4
    content, references = stored_payload(aws, redis, message_id)
    assert content == PAYLOAD
    (execution,) = aws.executions()
    assert execution["name"] == message_id
    started = aws.step_functions.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(started["input"]) == {
        "messageID": message_id,
        "messageMetaData": make_message()["messageMetaData"],
        "payload": {"bytes": len(PAYLOAD), "sha256": hashlib.sha256(PAYLOAD).hexdigest()},
        "storageContext": {
            **references,
            "metaDataReference": None,
            "persistence": {"S3": False, "metaData": False},
        },
    }


def test_payload_in_the_cache_lives_for_an_hour(aws, redis, event, context, failure_lambda):
    del failure_lambda
    open_ingest(aws.environment).answer(event, context)
    (key,) = redis.keys()
    assert 3590 <= redis.ttl(key) <= 3600


def test_s3_first_stores_the_checksum_with_the_object(aws, event, context, failure_lambda):
    del failure_lambda
    open_ingest({**aws.environment, "PAYLOAD_STORE": "s3"}).answer(event, context)
    (key,) = aws.keys("ARCHIVE_BUCKET")
    head = aws.s3.head_object(
        Bucket=aws.environment["ARCHIVE_BUCKET"], Key=key, ChecksumMode="ENABLED"
    )
    assert head["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(PAYLOAD).digest()).decode()


def test_payload_is_stored_before_the_execution_is_started(ingest, event, context, aws, redis):
    stored_at_start = []

    def look(**_):
        stored_at_start.append(bool(redis.keys() or aws.keys("ARCHIVE_BUCKET")))

    ingest.step_functions.meta.events.register("before-call.sfn.StartExecution", look)
    assert ingest.answer(event, context)["statusCode"] == 200
    assert stored_at_start == [True]


@pytest.mark.parametrize(("body", "field"), BAD_BODIES)
def test_refused_message_leaves_nothing_behind(
    ingest, make_event, context, aws, redis, body, field
):
    response = ingest.answer(make_event(body), context)
    answer = json.loads(response["body"])
    assert response["statusCode"] == 400
    assert set(answer) == {"message", "field", "problem"}
    assert answer["field"] == field
    assert nothing_is_left(aws, redis)
    assert aws.keys("FAILURE_BUCKET") == []


def test_compressed_body_is_refused_by_header_name(ingest, make_event, make_message, context):
    event = make_event(make_message(), {"Content-Encoding": "gzip"})
    response = ingest.answer(event, context)
    assert response["statusCode"] == 400
    assert json.loads(response["body"])["field"] == "Content-Encoding"


def assert_failure_is_kept(response, event, aws, step):
    answer = json.loads(response["body"])
    assert set(answer) == {"message", "failureID", "messageID"}
    (key,) = aws.keys("FAILURE_BUCKET")
    assert key.endswith(answer["failureID"])
    assert aws.object("FAILURE_BUCKET", key).decode() == event["body"]
    (pointer,) = aws.pointers()
    assert pointer["failureID"] == answer["failureID"]
    assert pointer["messageID"] == answer["messageID"]
    assert pointer["step"] == step
    assert (pointer["bucket"], pointer["key"]) == (aws.environment["FAILURE_BUCKET"], key)


def test_receipt_is_withheld_when_the_payload_is_not_stored(ingest, event, context, aws, redis):
    ingest = dataclasses.replace(ingest, store=SilentStore())
    response = ingest.answer(event, context)
    assert response["statusCode"] == 503
    assert_failure_is_kept(response, event, aws, "payload-store")
    assert nothing_is_left(aws, redis)


@pytest.mark.parametrize(
    ("code", "status", "answered"),
    [
        ("StateMachineDoesNotExist", 400, 500),
        ("AccessDeniedException", 400, 500),
        ("ThrottlingException", 400, 503),
        ("ExecutionLimitExceeded", 400, 503),
        ("ServiceUnavailable", 503, 503),
    ],
)
def test_receipt_is_withheld_when_the_execution_does_not_start(
    ingest, event, context, aws, code, status, answered
):
    with Stubber(ingest.step_functions) as stub:
        stub.add_client_error("start_execution", code, http_status_code=status)
        response = ingest.answer(event, context)
    assert response["statusCode"] == answered
    assert_failure_is_kept(response, event, aws, "start-execution")


def test_receipt_is_withheld_when_the_start_is_not_answered(ingest, event, context, aws):
    def silence(**_):
        raise ReadTimeoutError(endpoint_url="states")

    ingest.step_functions.meta.events.register("before-call.sfn.StartExecution", silence)
    response = ingest.answer(event, context)
    assert response["statusCode"] == 503
    assert_failure_is_kept(response, event, aws, "start-execution")


def test_start_that_an_earlier_attempt_has_made_is_a_start(ingest, event, context, aws):
    with Stubber(ingest.step_functions) as stub:
        stub.add_client_error("start_execution", "ExecutionAlreadyExists")
        response = ingest.answer(event, context)
    assert response["statusCode"] == 200
    assert aws.keys("FAILURE_BUCKET") == []


@pytest.mark.parametrize(("remaining_ms", "started"), [(8_000, False), (28_000, True)])
def test_step_is_not_begun_without_the_time_to_record_its_failure(
    ingest, event, make_context, aws, redis, remaining_ms, started
):
    response = ingest.answer(event, make_context(remaining_ms=remaining_ms))
    assert response["statusCode"] == (200 if started else 503)
    assert nothing_is_left(aws, redis) is not started


def test_sender_learns_that_the_record_may_not_be_kept(ingest, event, context, aws):
    aws.s3.delete_bucket(Bucket=aws.environment["FAILURE_BUCKET"])
    ingest = dataclasses.replace(ingest, store=SilentStore())
    response = ingest.answer(event, context)
    assert response["statusCode"] == 503
    answer = json.loads(response["body"])
    assert answer["failureID"] is None
    assert "not known" in answer["message"]


def test_every_message_has_an_id_of_its_own(ingest, event, context, aws):
    first, second = (json.loads(ingest.answer(event, context)["body"]) for _ in range(2))
    assert first != second
    assert {e["name"] for e in aws.executions()} == {first["messageID"], second["messageID"]}


def test_log_holds_no_payload_and_no_secret(ingest, event, context, make_event, capfd):
    fails = dataclasses.replace(ingest, store=SilentStore())
    encoded = json.loads(event["body"])["messagePayload"]
    for sent in (event, make_event({encoded: 1}), make_event(f'"{encoded}"')):
        ingest.answer(sent, context)
        fails.answer(sent, context)
    written = "".join(capfd.readouterr())
    lines = [json.loads(line) for line in written.splitlines()]
    assert {line["event"] for line in lines} == {
        "message accepted",
        "message refused",
        "message not accepted",
        "failure recorded",
    }
    for secret in ("planted marker", encoded[:12], "a-password-of-the-test-cache"):
        assert secret not in written


@pytest.mark.parametrize("body", [None, "{"])
def test_server_timing_names_the_stages_that_ran(ingest, event, make_event, context, body):
    response = ingest.answer(make_event(body) if body else event, context)
    names = re.findall(r"([a-z-]+);dur=\d+\.\d{3}", response["headers"]["Server-Timing"])
    assert names == (
        ["handler-parse", "handler-rest"]
        if body
        else [
            "handler-parse",
            "handler-validate",
            "handler-decode",
            "handler-hash",
            "payload-store",
            "start-execution",
            "handler-rest",
        ]
    )
