"""The Invoke API through boto3: each limit, its status, headers and body."""

import ast
import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from sim.lambda_service.function import EventInvokeConfiguration
from sim.lambda_service.invocation import MAX_EVENT_BYTES, MAX_REQUEST_BYTES

pytestmark = pytest.mark.integration


@pytest.fixture
def api(running):
    return running()


def text_of(n_bytes: int) -> bytes:
    return b'"' + b"x" * (n_bytes - 2) + b'"'


def refusal(call, **arguments) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return (
        answer["ResponseMetadata"]["HTTPStatusCode"],
        answer["Error"]["Code"],
        answer["Error"]["Message"],
    )


def test_an_answer_carries_the_version_the_request_id_and_the_log_tail(api):
    api.create("f", "handlers.echo")
    first = api.client.invoke(FunctionName="f", Payload=b'{"a": 1}', LogType="Tail")
    answer = json.loads(first["Payload"].read())
    request_id = first["ResponseMetadata"]["RequestId"]
    assert (first["StatusCode"], first["ExecutedVersion"]) == (200, "$LATEST")
    assert answer["request_id"] == request_id
    assert "FunctionError" not in first
    tail = base64.b64decode(first["LogResult"]).decode()
    start, line, end, report = tail.strip().splitlines()
    assert start == f"START RequestId: {request_id} Version: $LATEST"
    assert line == "a line of the handler"
    assert end == f"END RequestId: {request_id}"
    fields = re.fullmatch(
        rf"REPORT RequestId: {request_id}\tDuration: ([\d.]+) ms\tBilled Duration: (\d+) ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: (\d+) MB\tInit Duration: ([\d.]+) ms",
        report,
    )
    assert fields, report
    duration_ms, billed_ms, used_mb, init_ms = map(float, fields.groups())
    assert 0 <= billed_ms - (duration_ms + init_ms) < 1.02
    assert 8 < used_mb <= 128

    second = api.client.invoke(FunctionName="f", LogType="Tail")
    tail = base64.b64decode(second["LogResult"]).decode()
    assert request_id not in tail
    assert "Init Duration" not in tail


def test_a_function_error_is_a_200_with_the_error_in_the_body(api):
    api.create("f", "handlers.fail")
    answer = api.client.invoke(FunctionName="f", Payload=b"{}")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    error = json.loads(answer["Payload"].read())
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such record")
    assert error["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert error["stackTrace"]


def test_a_dry_run_invokes_nothing(api):
    api.create("f", "handlers.echo")
    assert api.client.invoke(FunctionName="f", InvocationType="DryRun")["StatusCode"] == 204
    assert api.service.environment_pids() == {"f": []}


def test_refusals_name_the_function_the_json_and_the_qualifier(api):
    api.create("f", "handlers.echo")
    invoke = api.client.invoke
    assert refusal(invoke, FunctionName="g")[:2] == (404, "ResourceNotFoundException")
    assert refusal(invoke, FunctionName="f", Qualifier="7")[:2] == (
        404,
        "ResourceNotFoundException",
    )
    status, code, message = refusal(invoke, FunctionName="f", Payload=b"{")
    assert (status, code) == (400, "InvalidRequestContentException")
    assert message.startswith("Could not parse request body into json")


def test_a_synchronous_payload_must_be_smaller_than_six_megabytes(api):
    api.create("f", "handlers.nap", timeout_s=20)
    largest = b" " * (MAX_REQUEST_BYTES - 2) + b"0"
    assert api.client.invoke(FunctionName="f", Payload=largest)["StatusCode"] == 200
    assert refusal(api.client.invoke, FunctionName="f", Payload=largest + b" ") == (
        413,
        "RequestEntityTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    )


def test_an_asynchronous_payload_may_have_one_megabyte(api):
    api.create("f", "handlers.echo")
    event = {"FunctionName": "f", "InvocationType": "Event"}
    answer = api.client.invoke(**event, Payload=text_of(MAX_EVENT_BYTES))
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    assert refusal(api.client.invoke, **event, Payload=text_of(MAX_EVENT_BYTES + 1)) == (
        413,
        "RequestEntityTooLargeException",
        "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    )


@pytest.mark.parametrize(
    ("reserved", "expected"),
    [
        (None, "ConcurrentInvocationLimitExceeded"),
        (1, "ReservedFunctionConcurrentInvocationLimitExceeded"),
    ],
)
def test_more_than_the_concurrency_is_throttled_with_its_reason(running, reserved, expected):
    api = running(concurrency=1 if reserved is None else 200)
    api.create("f", "handlers.nap", reserved_concurrency=reserved)

    def call(_: int) -> dict:
        try:
            return api.client.invoke(FunctionName="f", Payload=b"0.5")
        except ClientError as error:
            return error.response

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(
            threads.map(call, range(2)), key=lambda a: a["ResponseMetadata"]["HTTPStatusCode"]
        )
    assert answers[0]["StatusCode"] == 200
    assert answers[1]["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert answers[1]["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert (answers[1]["Reason"], answers[1]["Type"]) == (expected, "User")
    assert api.service.status()["account"]["throttles"] == 1


def no_client(service: str):
    raise AssertionError(f"no call to {service} was due")


def test_a_failing_event_is_tried_three_times_and_its_record_goes_to_a_function(running):
    api = running(client=no_client)
    kept = api.code / "kept"
    api.create("keep", "handlers.keep", environment={"KEPT": str(kept)})
    api.create(
        "f",
        "handlers.fail",
        event_invoke=EventInvokeConfiguration(
            on_failure="arn:aws:lambda:us-east-1:000000000000:function:keep"
        ),
    )
    answer = api.client.invoke(FunctionName="f", InvocationType="Event", Payload=b'{"n": 1}')
    api.run(api.service.events_drained())
    (record,) = [ast.literal_eval(line) for line in kept.read_text().splitlines()]
    assert record["requestContext"] == {
        "requestId": answer["ResponseMetadata"]["RequestId"],
        "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert record["responsePayload"]["errorType"] == "ValueError"
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert api.log("f").count(f"START RequestId: {request_id}") == 3
