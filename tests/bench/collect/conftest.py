"""A system that has carried out messages without a fault, on moto, for tests to damage."""

import functools
import hashlib
import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
import pandas as pd
import pytest
from moto import mock_aws

from bench.collect import Verification, execution_arn, verify
from bench.collect.notification_check import PROGRESS

MACHINE_ARN = "arn:aws:states:eu-west-1:000000000000:stateMachine:archive"
BUCKET = "archive-of-the-test"
TABLE = "metadata-of-the-test"


@functools.cache
def _client(service: str) -> Any:
    return boto3.client(
        service,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


class SerialClient:
    """A boto3 client whose calls follow each other, as moto within a process needs it."""

    _turn = threading.Lock()

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name == "get_paginator":
            return method

        def call(**arguments: Any) -> Any:
            with self._turn:
                return method(**arguments)

        return call


@dataclass
class StepFunctions:
    """Answers as Step Functions does; moto's has no executions that end."""

    executions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def get_paginator(self, operation: str) -> "StepFunctions":
        assert operation == "list_executions"
        return self

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        assert arguments["stateMachineArn"] == MACHINE_ARN
        for name, execution in reversed(self.executions.items()):
            listed = {key: value for key, value in execution.items() if key != "input"}
            yield {"executions": [{"name": name, **listed}]}

    def describe_execution(self, executionArn: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's
        return self.executions[executionArn.rsplit(":", 1)[-1]]


@dataclass
class ArchiveSystem:
    """A deployment and what its senders were told; each row of `rows` is one request."""

    outputs: dict[str, str]
    stepfunctions: StepFunctions = field(default_factory=StepFunctions)
    rows: list[dict[str, Any]] = field(default_factory=list)
    api_key: str = "key"
    floor_url: str | None = None
    redis_url: str | None = None

    def client(self, service: str) -> Any:
        if service == "stepfunctions":
            return self.stepfunctions
        return SerialClient(_client(service))

    def send(self, strategy: str = "redis-first", *, status: int = 200) -> str:
        """Note a request of its own payload; return its messageID. Nothing is kept of it."""
        number = len(self.rows)
        payload = self.payload(number)
        message_id = str(uuid.UUID(int=number, version=4))
        self.rows.append(
            {
                "strategy": strategy,
                "status": status,
                "message_id": message_id if status == 200 or status >= 500 else "",
                "date_time": f"2026-03-04T05:06:{number:02}.000+01:00",
                "payload_bytes": len(payload),
                "payload_sha256": hashlib.sha256(payload).hexdigest(),
            }
        )
        return message_id

    def payload(self, number: int) -> bytes:
        return f"payload {number:04}".encode() * 40

    def carry_out(self, message_id: str) -> None:
        """Do for the message what the pipeline does."""
        number = uuid.UUID(message_id).int & 0xFFFF
        row = self.rows[number]
        key = self.key(message_id)
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=self.payload(number))
        redis_first = row["strategy"] == "redis-first"
        self.client("dynamodb").put_item(
            TableName=TABLE,
            Item={
                "messageID": {"S": message_id},
                "messageType": {"S": "audit"},
                "dateTime": {"S": row["date_time"]},
                "payloadBytes": {"N": str(row["payload_bytes"])},
                "payloadSHA256": {"S": row["payload_sha256"]},
                "redisReference": {"S": f"message:{message_id}"} if redis_first else {"NULL": True},
                "S3Reference": {"S": f"s3://{BUCKET}/{key}"},
                "metaDataReference": {"S": f"dynamodb://{TABLE}/{message_id}"},
                "persistenceS3": {"BOOL": True},
                "persistenceMetaData": {"BOOL": True},
                "state": {"S": "COMPLETED"},
            },
        )
        for step in PROGRESS:
            self.announce(message_id, step)
        self.execute(message_id, row["payload_sha256"])

    def announce(self, message_id: str, step: str) -> None:
        self.client("sqs").send_message(
            QueueUrl=self.outputs["NotificationQueueUrl"],
            MessageBody=json.dumps({"messageID": message_id, "progress": step}),
        )

    def execute(self, message_id: str, payload_sha256: str, status: str = "SUCCEEDED") -> None:
        self.stepfunctions.executions[message_id] = {
            "executionArn": execution_arn(MACHINE_ARN, message_id),
            "status": status,
            "startDate": datetime.now(UTC),
            "input": json.dumps({"payload": {"sha256": payload_sha256}}),
        }

    def key(self, message_id: str) -> str:
        number = uuid.UUID(message_id).int & 0xFFFF
        return f"2026/03/04/04/06/{number:02}/{message_id}"

    def row(self, message_id: str, **values: dict[str, Any]) -> None:
        """Overwrite attributes of the message's metadata row."""
        key = {"messageID": {"S": message_id}}
        table = self.client("dynamodb")
        item = table.get_item(TableName=TABLE, Key=key)["Item"]
        table.put_item(TableName=TABLE, Item={**item, **values})

    def samples(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows)

    def statuses(self) -> dict[str, str]:
        return {name: each["status"] for name, each in self.stepfunctions.executions.items()}

    def verify(self, **settings: Any) -> Verification:
        settings.setdefault("progress", lambda *_: None)
        return verify(self, self.samples(), self.statuses(), threads=2, **settings)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveSystem]:
    # moto really waits; that the queue is asked by long polling has a test of its own.
    monkeypatch.setattr("bench.collect.notification_check._WAIT_S", 0)
    with mock_aws():
        made = ArchiveSystem({})
        made.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        made.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "messageID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "messageID", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        queue = made.client("sqs").create_queue(QueueName="notifications")
        made.outputs.update(
            StateMachineArn=MACHINE_ARN,
            ArchiveBucketName=BUCKET,
            MetadataTableName=TABLE,
            NotificationQueueUrl=queue["QueueUrl"],
        )
        yield made


@pytest.fixture
def messages(system: ArchiveSystem) -> list[str]:
    """Six acknowledged messages, of both strategies, that were carried out without a fault."""
    message_ids = [system.send(strategy) for strategy in ("redis-first", "s3-first") * 3]
    for message_id in message_ids:
        system.carry_out(message_id)
    return message_ids
