"""Each limit and each answer of the gateway over HTTP: status, headers and body."""

import base64
import re

import pytest
import urllib3

from sim.gateway import Cors, RestApi, Route, UsagePlan
from sim.gateway.gateway_response import MAX_BODY_BYTES
from sim.lambda_service import InvokeError

pytestmark = pytest.mark.integration

KEY = {"x-api-key": "secret"}


def api(**changes) -> RestApi:
    routes = [
        Route("POST", "/records", "keep", api_key_required=True),
        Route("GET", "/records/{id}", "read", api_key_required=False),
    ]
    return RestApi("a1b2c3", "v1", routes, {"secret": "key-id"}, **changes)


def send(gateway, method="POST", path="/v1/records", body=b"{}", **headers):
    return urllib3.request(
        method, gateway.url + path, body=body, headers=KEY | headers, retries=False, timeout=15
    )


def check(answer, status: int, body: bytes, error_type: str | None) -> None:
    assert (answer.status, answer.data) == (status, body)
    assert answer.headers.get("x-amzn-ErrorType") == error_type
    assert re.fullmatch(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.headers["x-amzn-RequestId"]
    )
    assert re.fullmatch(r"[\w-]{15}=", answer.headers["x-amz-apigw-id"])


def test_the_answers_of_the_gateway_itself(serve):
    gateway = serve(api())
    check(send(gateway), 200, b"ok", None)
    forbidden = b'{"message":"Forbidden"}'
    for key in ("", "wrong"):
        check(send(gateway, **{"x-api-key": key}), 403, forbidden, "ForbiddenException")
    missing = b'{"message":"Missing Authentication Token"}'
    for method, path in (("GET", "/v1/records"), ("POST", "/v1/none"), ("POST", "/v2/records")):
        check(send(gateway, method, path), 403, missing, "MissingAuthenticationTokenException")
    assert len(gateway.functions.events) == 1


@pytest.mark.parametrize(
    ("error", "status", "body", "error_type"),
    [
        (
            InvokeError(413, "RequestEntityTooLargeException", "x"),
            413,
            b'{"message":"Request Too Long"}',
            "RequestTooLargeException",
        ),
        (
            InvokeError(429, "TooManyRequestsException", "Rate Exceeded."),
            500,
            b'{"message":"Internal server error"}',
            "InternalServerErrorException",
        ),
    ],
)
def test_what_lambda_refuses(serve, error, status, body, error_type):
    gateway = serve(api())
    gateway.functions.error = error
    check(send(gateway), status, body, error_type)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200},
        {"statusCode": "two hundred"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
        {"statusCode": 200, "unknown": 1},
    ],
)
def test_a_malformed_proxy_response(serve, answer):
    gateway = serve(api())
    gateway.functions.answer = answer
    check(
        send(gateway),
        502,
        b'{"message":"Internal server error"}',
        "InternalServerErrorException",
    )


def test_an_integration_that_takes_too_long(serve, monkeypatch):
    monkeypatch.setattr("sim.gateway.gateway_response.INTEGRATION_TIMEOUT_S", 0.2)
    gateway = serve(api())
    gateway.functions.takes_s = 1.0
    check(
        send(gateway), 504, b'{"message":"Endpoint request timed out"}', "GatewayTimeoutException"
    )


def test_a_body_of_ten_megabytes_passes_and_one_byte_more_does_not(serve):
    gateway = serve(api())
    check(send(gateway, body=b"x" * MAX_BODY_BYTES), 200, b"ok", None)
    assert len(gateway.functions.events[0]["body"]) == MAX_BODY_BYTES
    check(
        send(gateway, body=b"x" * (MAX_BODY_BYTES + 1)),
        413,
        b"HTTP content length exceeded 10485760 bytes.",
        "RequestTooLargeException",
    )
    assert len(gateway.functions.events) == 1


def test_a_usage_plan_throttles_by_its_token_bucket(serve):
    gateway = serve(api(usage_plan=UsagePlan(rate_per_s=2, burst=3)))
    statuses = [send(gateway).status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    check(send(gateway), 429, b'{"message":"Too Many Requests"}', "TooManyRequestsException")
    gateway.now_s += 1
    assert [send(gateway).status for _ in range(3)] == [200, 200, 429]
    # A method without a key belongs to no usage plan.
    assert send(gateway, "GET", "/v1/records/7").status == 200


def test_a_usage_plans_quota_ends_with_its_period(serve):
    gateway = serve(api(usage_plan=UsagePlan(quota=2, period="DAY")))
    assert [send(gateway).status for _ in range(2)] == [200, 200]
    check(send(gateway), 429, b'{"message":"Limit Exceeded"}', "LimitExceededException")
    gateway.now_s += 86_400
    assert send(gateway).status == 200


def test_a_preflight_needs_no_key_and_names_the_methods(serve):
    cors = Cors("https://app.example", allow_headers="content-type", max_age="600")
    gateway = serve(api(cors=cors))
    answer = urllib3.request("OPTIONS", gateway.url + "/v1/records", retries=False)
    check(answer, 200, b"", None)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert answer.headers["Access-Control-Allow-Methods"] == "OPTIONS,POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type"
    assert answer.headers["Access-Control-Max-Age"] == "600"
    assert urllib3.request("OPTIONS", gateway.url + "/v1/none").status == 403
    assert gateway.functions.events == []


def test_without_cors_options_is_a_method_like_any_other(serve):
    assert send(serve(api()), "OPTIONS").status == 403


@pytest.mark.parametrize(
    ("media_types", "content_type", "binary"),
    [
        (("image/*",), "image/png", True),
        (("image/png",), "image/png; q=1", True),
        (("*/*",), "application/json", True),
        (("image/*",), "application/json", False),
        ((), "image/png", False),
    ],
)
def test_a_binary_media_type_makes_the_body_base64(serve, media_types, content_type, binary):
    gateway = serve(api(binary_media_types=media_types))
    body = b"\x89PNG\xff\x00"
    assert send(gateway, body=body, **{"Content-Type": content_type}).status == 200
    (event,) = gateway.functions.events
    assert event["isBase64Encoded"] is binary
    if binary:
        assert base64.b64decode(event["body"]) == body
    else:
        assert event["body"] == body.decode("utf-8", errors="replace")


@pytest.mark.parametrize(
    ("accept", "decoded"), [("image/png", True), ("image/png, */*", True), ("text/html", False)]
)
def test_a_binary_answer_is_decoded_when_the_first_accepted_type_is_binary(serve, accept, decoded):
    gateway = serve(api(binary_media_types=("image/png",)))
    encoded = base64.b64encode(b"\x89PNG\xff").decode()
    gateway.functions.answer = {"statusCode": 200, "body": encoded, "isBase64Encoded": True}
    answer = send(gateway, Accept=accept)
    assert answer.data == (b"\x89PNG\xff" if decoded else encoded.encode())


def test_the_event_names_the_stage_its_variables_the_key_and_the_trace(serve):
    gateway = serve(api(stage_variables={"table": "records"}))
    answer = send(gateway, "GET", "/v1/records/a%20b?x=1&x=2", body=None)
    (event,) = gateway.functions.events
    assert event["function"] == "read"
    assert event["resource"] == "/records/{id}"
    assert event["pathParameters"] == {"id": "a b"}
    assert event["stageVariables"] == {"table": "records"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["queryStringParameters"] == {"x": "2"}
    context = event["requestContext"]
    assert (context["stage"], context["requestId"]) == ("v1", answer.headers["x-amzn-RequestId"])
    assert context["extendedRequestId"] == answer.headers["x-amz-apigw-id"]
    assert event["headers"]["X-Amzn-Trace-Id"] == event["trace"]


def test_the_access_log_has_a_line_a_request(serve):
    gateway = serve(api(access_log_format="$context.status $context.resourcePath $context.none"))
    send(gateway)
    send(gateway, "GET", "/v1/records/7")
    send(gateway, path="/v1/nothing")
    assert gateway.access_log.read_text().splitlines() == [
        "200 /records -",
        "200 /records/{id} -",
        "403 /nothing -",
    ]
