"""The deployed API over HTTP: receipts, refusals, and that a refused request leaves nothing."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
import urllib3

from bench.run import largest_body_bytes
from sim.stack import Deployment

pytestmark = pytest.mark.integration

ROUTES = ("RedisFirstUrl", "S3FirstUrl")


def message(**changed: Any) -> dict[str, Any]:
    """Return a valid message; a value of None leaves the field out, dots reach into it."""
    whole: dict[str, Any] = {
        "messageMetaData": {
            "messageType": "audit.test",
            "sourceSystemID": "tests",
            "sourceTransactionID": "t-1",
            "dateTime": "2026-02-03T04:05:06+01:00",
        },
        "messagePayload": base64.b64encode(b"a record").decode(),
    }
    for path, value in changed.items():
        *parents, name = path.split("__")
        place = whole
        for parent in parents:
            place = place[parent]
        if value is None:
            del place[name]
        else:
            place[name] = value
    return whole


@dataclass(frozen=True)
class Stored:
    """How much a deployment holds; equal before and after a refused request."""

    objects: int
    failures: int
    rows: int
    executions: int
    keys: int


@pytest.fixture
def stored(deployment: Deployment) -> Iterator[Callable[[], Stored]]:
    s3, dynamodb = deployment.client("s3"), deployment.client("dynamodb")
    stepfunctions = deployment.client("stepfunctions")
    outputs = deployment.outputs
    cache = redis.Redis.from_url(deployment.redis_url or "")

    def count() -> Stored:
        # What was accepted earlier goes on behind its receipt.
        machine = outputs["StateMachineArn"]
        running = {"stateMachineArn": machine, "statusFilter": "RUNNING"}
        while stepfunctions.list_executions(**running)["executions"]:
            time.sleep(0.02)
        pages = stepfunctions.get_paginator("list_executions").paginate(stateMachineArn=machine)
        return Stored(
            objects=s3.list_objects_v2(Bucket=outputs["ArchiveBucketName"])["KeyCount"],
            failures=s3.list_objects_v2(Bucket=outputs["FailureBucketName"])["KeyCount"],
            rows=dynamodb.scan(TableName=outputs["MetadataTableName"], Select="COUNT")["Count"],
            executions=sum(len(page["executions"]) for page in pages),
            keys=cache.dbsize(),
        )

    yield count
    cache.close()


def post(
    deployment: Deployment, route: str, body: bytes | None, **headers: str
) -> urllib3.BaseHTTPResponse:
    given = {"x-api-key": deployment.api_key, "Content-Type": "application/json", **headers}
    return urllib3.request(
        "POST", deployment.outputs[route], body=body, headers=given, retries=False, timeout=30
    )


@pytest.mark.parametrize("route", ROUTES)
def test_a_receipt_names_the_message_and_tells_its_stages(deployment, route):
    answer = post(deployment, route, json.dumps(message()).encode())
    assert answer.status == 200, answer.data
    assert set(answer.json()) == {"messageID"}
    timing = answer.headers["Server-Timing"]
    for stage in ("gateway-receive", "environment-wait", "payload-store", "start-execution"):
        assert f"{stage};dur=" in timing


BAD_BODIES = {
    "no body": (None, "body"),
    "not JSON": (b"{", "body"),
    "not an object": (b"[]", "body"),
    "not UTF-8": (b"\xff\xfe", "body"),
    "missing metadata": (message(messageMetaData=None), "messageMetaData"),
    "metadata not an object": (message(messageMetaData="x"), "messageMetaData"),
    "missing date": (message(messageMetaData__dateTime=None), "messageMetaData.dateTime"),
    "date without sense": (
        message(messageMetaData__dateTime="2026-02-30T00:00:00Z"),
        "messageMetaData.dateTime",
    ),
    "type a number": (message(messageMetaData__messageType=7), "messageMetaData.messageType"),
    "source empty": (message(messageMetaData__sourceSystemID=""), "messageMetaData.sourceSystemID"),
    "missing payload": (message(messagePayload=None), "messagePayload"),
    "payload a number": (message(messagePayload=1), "messagePayload"),
    "payload not base64": (message(messagePayload="no base64!"), "messagePayload"),
    "payload empty": (message(messagePayload=""), "messagePayload"),
    "id given": (message(messageID="mine"), "messageID"),
    "deep nesting": (b"[" * 100_000, "body"),
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("body", "field"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_bad_input_names_the_field_and_the_problem_and_leaves_nothing(
    deployment, stored, route, body, field
):
    before = stored()
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    answer = post(deployment, route, content)
    assert answer.status == 400, answer.data
    assert answer.json()["field"] == field
    assert answer.json()["problem"]
    assert stored() == before


@pytest.mark.parametrize("route", ROUTES)
def test_an_encoded_body_is_refused_by_the_header_s_name(deployment, stored, route):
    before = stored()
    content = json.dumps(message()).encode()
    answer = post(deployment, route, content, **{"Content-Encoding": "gzip"})
    assert answer.status == 400, answer.data
    assert answer.json()["field"].lower() == "content-encoding"
    assert stored() == before


@pytest.mark.parametrize("key", ["", "wrong"])
@pytest.mark.parametrize("route", ROUTES)
def test_a_missing_or_wrong_key_is_forbidden(deployment, stored, route, key):
    before = stored()
    answer = post(deployment, route, json.dumps(message()).encode(), **{"x-api-key": key})
    assert (answer.status, answer.json()) == (403, {"message": "Forbidden"})
    assert stored() == before


@pytest.mark.parametrize(("method", "suffix"), [("GET", ""), ("PUT", ""), ("POST", "/more")])
def test_unknown_routes_and_methods_are_answered_as_by_api_gateway(deployment, method, suffix):
    answer = urllib3.request(
        method,
        deployment.outputs["RedisFirstUrl"] + suffix,
        headers={"x-api-key": deployment.api_key},
        retries=False,
    )
    assert (answer.status, answer.json()) == (403, {"message": "Missing Authentication Token"})
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


def padded(body_bytes: int) -> bytes:
    """Return a valid message's body of exactly so many bytes: spaces stand behind it."""
    payload = base64.b64encode(bytes((body_bytes - 1024) // 4 * 3)).decode()
    content = json.dumps(message(messagePayload=payload)).encode()
    return content + b" " * (body_bytes - len(content))


@pytest.mark.parametrize("route", ROUTES)
def test_the_largest_body_is_taken_and_lambda_s_limit_is_met_to_the_byte(deployment, stored, route):
    largest = largest_body_bytes(deployment)
    assert post(deployment, route, padded(largest)).status == 200
    # The largest body of all differs by the envelope; find it by halving, then try both sides.
    taken, refused = largest, 6_291_456
    before = None
    while refused - taken > 1:
        middle = (taken + refused) // 2
        before = stored()
        answer = post(deployment, route, padded(middle))
        if answer.status == 200:
            taken = middle
        else:
            assert (answer.status, answer.json()) == (413, {"message": "Request Too Long"})
            assert stored() == before
            refused = middle
    assert largest <= taken < largest + 2048


@pytest.mark.parametrize("route", ROUTES)
def test_a_body_over_the_gateway_s_own_limit_is_413(deployment, stored, route):
    before = stored()
    answer = post(deployment, route, b" " * (10 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert stored() == before


def test_a_date_with_an_offset_is_archived_under_its_utc_key(deployment):
    answer = post(deployment, "S3FirstUrl", json.dumps(message()).encode())
    message_id = answer.json()["messageID"]
    head = deployment.client("s3").head_object(
        Bucket=deployment.outputs["ArchiveBucketName"], Key=f"2026/02/03/03/05/06/{message_id}"
    )
    assert head["ContentLength"] == len(b"a record")
    assert head["LastModified"] <= datetime.now(UTC)


def test_the_cache_keeps_the_payload_for_60_minutes(deployment):
    answer = post(deployment, "RedisFirstUrl", json.dumps(message()).encode())
    with redis.Redis.from_url(deployment.redis_url) as cache:
        key = f"message:{answer.json()['messageID']}"
        assert cache.get(key) == b"a record"
        assert 3590 < cache.ttl(key) <= 3600
