"""`aws-sdk` integrations: names as the SDK for Java 2 has them, errors, values."""

from datetime import UTC, datetime

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.states_service.integrations import sdk_names
from sim.states_service.integrations.sdk_names import (
    exception_name,
    member_name,
    operation_model,
    service_model,
    service_name,
)
from sim.states_service.integrations.sdk_values import from_answer, iso_instant, to_request
from statemachine import TaskFailed


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("executionArn", "ExecutionArn"),
        ("MD5OfMessageBody", "Md5OfMessageBody"),
        ("ETag", "ETag"),
        ("DBInstanceIdentifier", "DbInstanceIdentifier"),
        ("SS", "Ss"),
        ("BOOL", "Bool"),
        ("NULL", "Nul"),
        ("VpcId", "VpcId"),
        ("IPv6CidrBlock", "IpV6CidrBlock"),
    ],
)
def test_members_are_named_as_the_sdk_s_methods_are(name, named):
    assert member_name(name) == named


@pytest.mark.parametrize(
    ("resource", "service_id", "prefix"),
    [
        ("sfn", "SFN", "Sfn"),
        ("dynamodb", "DynamoDB", "DynamoDb"),
        ("cloudwatchlogs", "CloudWatch Logs", "CloudWatchLogs"),
        ("secretsmanager", "Secrets Manager", "SecretsManager"),
        ("config", "Config Service", "Config"),
        ("acmpca", "ACM PCA", "AcmPca"),
        ("elasticloadbalancingv2", "Elastic Load Balancing v2", "ElasticLoadBalancingV2"),
    ],
)
def test_services_are_named_as_the_sdk_s_clients_are(resource, service_id, prefix):
    assert service_model(resource).service_id == service_id
    assert service_name(service_id) == prefix


def test_the_services_that_are_named_otherwise_are_there():
    available = set(botocore.session.get_session().get_available_services())
    assert set(sdk_names._OTHERWISE.values()) <= available
    for resource in sdk_names._OTHERWISE:
        if resource in {"sfn", "eventbridge", "costexplorer", "simpledb", "directory"}:
            assert service_name(service_model(resource).service_id).lower() == resource


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ("NoSuchKey", "NoSuchKeyException"),
        ("DBInstanceNotFoundFault", "DbInstanceNotFoundException"),
        ("ResourceNotFoundException", "ResourceNotFoundException"),
    ],
)
def test_errors_are_named_as_the_sdk_s_exceptions_are(shape, name):
    assert exception_name(shape) == name


@pytest.mark.parametrize(
    ("service", "action"), [("nosuch", "getObject"), ("s3", "GetObject"), ("s3", "nosuch")]
)
def test_what_there_is_not_is_said(service, action):
    with pytest.raises(ValueError, match=r"There is no service|has no action"):
        operation_model(service, action)


def test_names_are_translated_both_ways_and_there_is_no_metadata(world, call):
    world.body = {"Item": {"a": {"BOOL": True}, "b": {"SS": ["x"]}, "c": {"NULL": True}}}
    key = {"a": {"Bool": True}, "b": {"Ss": ["x"]}, "c": {"Nul": True}}
    result = call("aws-sdk:dynamodb:getItem", {"TableName": "t", "Key": key})
    assert world.sent[0].body["Key"] == world.body["Item"]
    assert result == {"Item": key}


def test_a_stored_object_s_bytes_and_times_become_text(world, call):
    world.body = "é".encode()
    world.headers = {
        "Content-Type": "text/plain",
        "ETag": '"e"',
        "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT",
        "x-amz-meta-mine": "1",
    }
    result = call("aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "k"})
    assert result["Body"] == "é"
    assert result["LastModified"] == "2015-10-21T07:28:00Z"
    assert (result["ETag"], result["Metadata"]) == ('"e"', {"mine": "1"})
    assert "SdkHttpMetadata" not in result


@pytest.mark.parametrize(
    ("body", "sent"), [("plain", "plain"), ({"a": [1, "é"]}, '{"a":[1,"é"]}'), (7, "7")]
)
def test_an_object_s_body_may_be_any_json(world, call, body, sent):
    world.body = b""
    assert call("aws-sdk:s3:putObject", {"Bucket": "bucket", "Key": "k", "Body": body}) == {}
    assert world.sent[0].content.split("\r\n")[1] == sent


def test_an_error_has_the_service_s_name_and_both_ids(world, call):
    world.status = 404
    world.body = b"<Error><Code>NoSuchKey</Code><Message>not there</Message></Error>"
    world.headers = {"x-amz-request-id": "r", "x-amz-id-2": "h", "Content-Type": "application/xml"}
    with pytest.raises(TaskFailed) as failed:
        call("aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "k"})
    assert failed.value.error == "S3.NoSuchKeyException"
    assert failed.value.cause == (
        "not there (Service: S3, Status Code: 404, Request ID: r, Extended Request ID: h)"
    )


def test_an_error_that_the_model_does_not_know_is_the_service_s(world, call):
    world.status, world.body = 400, {"__type": "OddException", "message": "odd"}
    with pytest.raises(TaskFailed) as failed:
        call("aws-sdk:secretsmanager:getSecretValue", {"SecretId": "s"})
    assert failed.value.error == "SecretsManager.SecretsManagerException"
    assert failed.value.cause == (
        "odd (Service: SecretsManager, Status Code: 400, Request ID: id-1)"
    )


def test_parameters_have_the_sdk_s_names_and_types(call):
    assert call("aws-sdk:sfn:startExecution", {"StateMachineArn": 1, "Input": {}}) == [
        "The value for the field 'StateMachineArn' must be a STRING"
    ]
    assert call("aws-sdk:glue:startJobRun", {"JobName": "j", "Arguments": {"--n": 5}}) == [
        "The value for the field '--n' must be a STRING"
    ]
    assert call("aws-sdk:sfn:startExecution", {"stateMachineArn": "a"}) == [
        'The field "stateMachineArn" is not supported by Step Functions',
        "The field 'StateMachineArn' is required but was missing",
    ]


def test_an_execution_s_input_may_be_any_json(world, call):
    world.body = {"executionArn": "e", "startDate": 1_700_000_000.5}
    result = call("aws-sdk:sfn:startExecution", {"StateMachineArn": "a", "Input": {"n": 1}})
    assert world.sent[0].body == {"stateMachineArn": "a", "input": '{"n":1}'}
    assert result == {"ExecutionArn": "e", "StartDate": "2023-11-14T22:13:20.500Z"}


def test_a_service_that_is_not_served_is_said_at_run_time(call):
    with pytest.raises(TaskFailed, match="is not served here"):
        call("glue:startJobRun", {"JobName": "j"})


VALUES = st.recursive(
    st.fixed_dictionaries({"S": st.text()}) | st.fixed_dictionaries({"Bool": st.booleans()}),
    lambda inner: (
        st.fixed_dictionaries({"L": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"M": st.dictionaries(st.text(), inner, max_size=3)})
    ),
    max_leaves=8,
)


@given(item=st.dictionaries(st.text(), VALUES, max_size=3))
@settings(max_examples=25, deadline=None)
def test_parameters_that_come_back_as_an_answer_are_as_they_were(item):
    shape = operation_model("dynamodb", "getItem").output_shape
    sent = to_request(shape, {"Item": item}, member_name)
    assert from_answer(shape, sent, member_name) == {"Item": item}


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC), "2026-01-31T12:00:00Z"),
        (datetime(2026, 1, 31, 12, 0, 0, 120_000, tzinfo=UTC), "2026-01-31T12:00:00.120Z"),
    ],
)
def test_times_are_written_as_java_writes_them(moment, text):
    assert iso_instant(moment) == text
