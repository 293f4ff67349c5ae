"""S3, SQS, SNS and DynamoDB, each with a resource of the probe's own."""

import itertools
import os
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from bench.probe.errors import CallRefused
from bench.probe.service import DYNAMODB, S3, SNS, SQS

RING: Final = 32
"""So many keys are written in turn: more than calls at once, so that none waits for another's key,
and few enough that a probe fills nobody's memory."""

_NOT_THERE: Final = {
    "NoSuchBucket",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
}


def _ask(call: Callable[..., Any], **arguments: Any) -> Any:
    """Make a call; its errors become one.

    Raises
    ------
    CallRefused
        Without the arguments that botocore's own texts may repeat: they hold the content.
    """
    try:
        return call(**arguments)
    except ClientError as error:
        said = error.response.get("Error", {})
        code = str(said.get("Code", ""))
        raise CallRefused(f"{code}: {said.get('Message', '')}", code=code) from error
    except BotoCoreError as error:
        raise CallRefused(type(error).__name__, answered=False) from error


def _ask_to_remove(call: Callable[..., Any], **arguments: Any) -> Any:
    """Make a call that removes something, or finds it; `None` when it is not there."""
    try:
        return _ask(call, **arguments)
    except CallRefused as refusal:
        if refusal.code in _NOT_THERE:
            return None
        raise


class S3Bucket:
    """PutObject into a bucket."""

    traits = S3

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self._numbers = itertools.count()

    def make(self) -> None:
        """Make the bucket."""
        region = self._client.meta.region_name
        # us-east-1 is the only Region that must not be named as a place.
        place = (
            {}
            if region == "us-east-1"
            else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        _ask(self._client.create_bucket, Bucket=self._name, **place)

    def prepared(self, size_bytes: int) -> Callable[[], None]:
        """Return a PutObject of random bytes."""
        content = os.urandom(size_bytes)

        def put() -> None:
            key = f"{next(self._numbers) % RING}"
            _ask(self._client.put_object, Bucket=self._name, Key=key, Body=content)

        return put

    def remove(self) -> None:
        """Empty and delete the bucket."""
        held = _ask_to_remove(self._client.list_objects_v2, Bucket=self._name)
        if held is None:
            return
        keys = [{"Key": each["Key"]} for each in held.get("Contents", [])]
        if keys:
            _ask(self._client.delete_objects, Bucket=self._name, Delete={"Objects": keys})
        _ask_to_remove(self._client.delete_bucket, Bucket=self._name)


class SqsQueue:
    """SendMessage into a standard queue with AWS's defaults."""

    traits = SQS

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        # Until the queue is made: what a server takes that only acknowledges.
        self._url = f"{client.meta.endpoint_url}/queue/{name}"

    def make(self) -> None:
        """Make the queue."""
        self._url = _ask(self._client.create_queue, QueueName=self._name)["QueueUrl"]

    def prepared(self, size_bytes: int) -> Callable[[], None]:
        """Return a SendMessage."""
        content = "x" * size_bytes

        def send() -> None:
            _ask(self._client.send_message, QueueUrl=self._url, MessageBody=content)

        return send

    def remove(self) -> None:
        """Delete the queue."""
        # By name: Ctrl-C may have come between the queue's making and its URL's arrival.
        found = _ask_to_remove(self._client.get_queue_url, QueueName=self._name)
        if found is not None:
            _ask_to_remove(self._client.delete_queue, QueueUrl=found["QueueUrl"])


class SnsTopic:
    """Publish to a standard topic that nobody has subscribed to."""

    traits = SNS

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        # Until the topic is made: what a server takes that only acknowledges.
        self._arn = f"arn:aws:sns:{client.meta.region_name}:000000000000:{name}"

    def make(self) -> None:
        """Make the topic."""
        self._arn = _ask(self._client.create_topic, Name=self._name)["TopicArn"]

    def prepared(self, size_bytes: int) -> Callable[[], None]:
        """Return a Publish."""
        content = "x" * size_bytes

        def publish() -> None:
            _ask(self._client.publish, TopicArn=self._arn, Message=content)

        return publish

    def remove(self) -> None:
        """Delete the topic."""
        # Making a topic again gives the ARN of the one that is there, whatever came in between.
        arn = _ask(self._client.create_topic, Name=self._name)["TopicArn"]
        _ask(self._client.delete_topic, TopicArn=arn)


class DynamoDbTable:
    """PutItem into a table with a partition key alone."""

    traits = DYNAMODB
    _KEY: Final = "id"
    _CONTENT: Final = "content"

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self._numbers = itertools.count()

    def make(self) -> None:
        """Make the table."""
        _ask(
            self._client.create_table,
            TableName=self._name,
            KeySchema=[{"AttributeName": self._KEY, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": self._KEY, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def prepared(self, size_bytes: int) -> Callable[[], None]:
        """Return a PutItem of an item of so many bytes, its names counted."""
        # Names of attributes count. Source: DynamoDB constraints, "Item size".
        key_bytes = len(f"{RING - 1:02d}")
        around = len(self._KEY) + len(self._CONTENT) + key_bytes
        content = {"S": "x" * (size_bytes - around)}

        def put() -> None:
            key = f"{next(self._numbers) % RING:02d}"
            item = {self._KEY: {"S": key}, self._CONTENT: content}
            _ask(self._client.put_item, TableName=self._name, Item=item)

        return put

    def remove(self) -> None:
        """Delete the table."""
        _ask_to_remove(self._client.delete_table, TableName=self._name)
