"""Every operation of botocore's model: served or refused as unknown, its constraints checked."""

import json
import re

import aiohttp
import pytest
from botocore.exceptions import ClientError

from sim.states_service.constraints import check_parameters, service_model
from sim.states_service.operations import CALLS, UNSUPPORTED
from sim.states_service.refusal import Refusal

MODEL = service_model()
OPERATIONS = sorted(MODEL.operation_names)


def test_every_operation_is_served_or_known_not_to_be():
    assert set(CALLS) | set(UNSUPPORTED) == set(OPERATIONS)
    assert not set(CALLS) & set(UNSUPPORTED)


@pytest.mark.parametrize("operation", sorted(UNSUPPORTED))
def test_an_operation_that_is_not_served_is_unknown(unchecked, operation):
    with pytest.raises(ClientError) as refused:
        unchecked._make_api_call(operation, {})
    error = refused.value.response
    assert error["Error"]["Code"] == "UnknownOperationException"
    assert UNSUPPORTED[operation] in error["Error"]["Message"]
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_what_is_required_and_missing_is_named(unchecked, operation):
    required = MODEL.operation_model(operation).input_shape.required_members
    if not required:
        return
    with pytest.raises(ClientError) as refused:
        unchecked._make_api_call(operation, {})
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert re.match(rf"{len(required)} validation errors? detected: ", error["Message"])
    for name in required:
        assert f"Value null at '{name}' failed to satisfy constraint" in error["Message"]


def problem(operation, **given):
    with pytest.raises(Refusal) as refused:
        check_parameters(operation, given)
    return refused.value.code, refused.value.message


ROLE = "arn:aws:iam::000000000000:role/r"
CREATED = {"name": "n", "definition": "{}", "roleArn": ROLE}


@pytest.mark.parametrize(
    ("operation", "given", "words"),
    [
        (
            "ListStateMachines",
            {"maxResults": 1001},
            "Value '1001' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 1000",
        ),
        (
            "ListStateMachines",
            {"maxResults": -1},
            "Value '-1' at 'maxResults' failed to satisfy constraint: "
            "Member must have value greater than or equal to 0",
        ),
        (
            "CreateStateMachine",
            {**CREATED, "name": ""},
            "Value '' at 'name' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            "CreateStateMachine",
            {**CREATED, "type": "FAST"},
            "Value 'FAST' at 'type' failed to satisfy constraint: "
            "Member must satisfy enum value set: [STANDARD, EXPRESS]",
        ),
        (
            "CreateStateMachine",
            {**CREATED, "definition": ""},
            "Value at 'definition' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            "CreateStateMachine",
            {**CREATED, "tags": [{"key": "k"}, {"key": ""}]},
            "Value '' at 'tags.2.member.key' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            "RedriveExecution",
            {"executionArn": "a", "clientToken": "a b"},
            "Value 'a b' at 'clientToken' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [!-~]+",
        ),
        (
            "TestState",
            {"definition": "{}", "mock": {"fieldValidationMode": "SOME"}},
            "Value 'SOME' at 'mock.fieldValidationMode' failed to satisfy constraint: "
            "Member must satisfy enum value set: [STRICT, PRESENT, NONE]",
        ),
    ],
)
def test_a_constraint_that_is_not_met_is_told_in_aws_s_words(operation, given, words):
    expected = ("ValidationException", f"1 validation error detected: {words}")
    assert problem(operation, **given) == expected


def test_all_that_is_wrong_is_told_at_once():
    _, message = problem("CreateStateMachine", name="", definition="{}", type="FAST")
    assert message.startswith("3 validation errors detected: ")
    assert message.count("; ") == 2


@pytest.mark.parametrize(
    ("operation", "given", "kind", "wanted"),
    [
        ("ListStateMachines", {"maxResults": "9"}, "STRING_VALUE", "an Integer"),
        ("ListStateMachines", {"maxResults": True}, "BOOLEAN_VALUE", "an Integer"),
        ("DescribeExecution", {"executionArn": 5}, "NUMBER_VALUE", "a String"),
        ("CreateStateMachine", {**CREATED, "tags": {}}, "OBJECT_VALUE", "a List"),
    ],
)
def test_a_value_of_another_type_cannot_be_read(operation, given, kind, wanted):
    message = f"{kind} can not be converted to {wanted}"
    assert problem(operation, **given) == ("SerializationException", message)


def test_null_and_what_the_model_does_not_know_are_passed_over():
    check_parameters("ListStateMachines", {"maxResults": None, "colour": 5})


def test_a_body_that_is_no_object_cannot_be_read(served):
    for body in (b"{", b"[]", b"5", b"[" * 100_000):
        status, answer = served.do(_posted, served.url, body)
        assert status == 400
        assert answer["__type"] == "SerializationException"


def test_a_body_without_end_is_refused(served):
    status, answer = served.do(_posted, served.url, b" " * (9 * 1024 * 1024))
    assert (status, answer["__type"]) == (400, "RequestEntityTooLargeException")


async def _posted(url, body):
    target = {"X-Amz-Target": "AWSStepFunctions.ListStateMachines"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=target) as answer,
    ):
        return answer.status, json.loads(await answer.read())
