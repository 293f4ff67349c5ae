"""Lambda functions as resources, and lambda:invoke."""

import pytest

from sim.lambda_service import InvokeError
from statemachine import JsonAnswer, TaskFailed

ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"


def test_a_function_as_a_resource_gets_its_input_and_gives_its_payload(world, call):
    world.payload = b"[1, 2]"
    assert call(ARN, {"a": 1}) == JsonAnswer([1, 2], "[1, 2]")
    assert call(f"{ARN}:$LATEST", None) == JsonAnswer([1, 2], "[1, 2]")
    assert world.invoked == [("f", {"a": 1}), ("f", None)]


@pytest.mark.parametrize(
    "name", ["f", "f:$LATEST", "function:f", "000000000000:function:f", ARN, f"{ARN}:$LATEST"]
)
def test_a_function_has_many_names(world, call, name):
    result = call("lambda:invoke", {"FunctionName": name, "Payload": {"a": 1}})
    assert world.invoked == [("f", {"a": 1})]
    assert list(result) == [
        "ExecutedVersion",
        "Payload",
        "SdkHttpMetadata",
        "SdkResponseMetadata",
        "StatusCode",
    ]
    assert (result["ExecutedVersion"], result["Payload"]) == ("$LATEST", {})
    headers = result["SdkHttpMetadata"]["AllHttpHeaders"]
    assert headers["x-amzn-RequestId"] == ["id-2"]
    assert headers["Content-Type"] == ["application/json"]
    assert result["SdkHttpMetadata"]["HttpStatusCode"] == result["StatusCode"] == 200


def test_without_a_payload_it_is_an_empty_object(world, call):
    call("lambda:invoke", {"FunctionName": "f"})
    assert world.invoked == [("f", {})]


def test_an_event_is_accepted(world, call):
    given = {"FunctionName": "f", "Payload": 1, "InvocationType": "Event"}
    result = call("lambda:invoke", given)
    assert (result["StatusCode"], result["Payload"]) == (202, "")
    assert result["SdkResponseMetadata"] == {"RequestId": "id-3"}
    assert world.invoked == [("f", 1)]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"FunctionName": "g"}, "g:$LATEST"),
        ({"FunctionName": "f:live"}, "f:live"),
        ({"FunctionName": "f", "Qualifier": "3"}, "f:3"),
    ],
)
def test_a_function_or_version_that_is_not_there(call, parameters, named):
    with pytest.raises(TaskFailed) as failed:
        call("lambda:invoke", parameters)
    assert failed.value.error == "Lambda.ResourceNotFoundException"
    assert failed.value.cause.startswith(
        f"Function not found: arn:aws:lambda:us-east-1:000000000000:function:{named} (Service: "
        "AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: "
    )


def test_a_throttle_has_lambda_s_name(world, call):
    world.invoke_error = InvokeError(429, "TooManyRequestsException", "Rate Exceeded.")
    with pytest.raises(TaskFailed) as failed:
        call(ARN, {})
    assert failed.value.error == "Lambda.TooManyRequestsException"
    assert failed.value.cause.startswith("Rate Exceeded. (Service: AWSLambda; Status Code: 429; ")


@pytest.mark.parametrize("resource", ["lambda:invoke", ARN])
def test_a_function_s_own_error_has_its_type_and_its_whole_payload(world, call, resource):
    world.function_error = "Unhandled"
    world.payload = b'{"errorMessage": "no", "errorType": "ValueError"}'
    with pytest.raises(TaskFailed) as failed:
        call(resource, {"FunctionName": "f"})
    assert (failed.value.error, failed.value.cause) == ("ValueError", world.payload.decode())


def test_an_error_without_a_type_is_unknown(world, call):
    world.function_error = "Unhandled"
    world.payload = b'{"errorMessage":"2026 Task timed out"}'
    with pytest.raises(TaskFailed) as failed:
        call(ARN, {})
    assert failed.value.error == "Lambda.Unknown"
    assert failed.value.cause == (
        "The cause could not be determined because Lambda did not return an error type. Returned "
        'payload: {"errorMessage":"2026 Task timed out"}'
    )
