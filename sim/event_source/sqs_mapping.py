"""An SQS event source mapping: its settings, its events, and what an answer says of a batch.

Source: Lambda Developer Guide, "Using Lambda with Amazon SQS" and "Handling errors for an SQS event
source in Lambda".
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

DEFAULT_BATCH_SIZE: Final = 10
STARTING_CONCURRENCY: Final = 5
"""Batches that a mapping hands over at a time when it starts to read."""


@dataclass(frozen=True, slots=True)
class SqsMapping:
    """Settings of one mapping.

    `queue_arn` and `queue_url` name the queue; `batching_window_s` is how long a batch may be
    waited for; with `report_batch_item_failures` the function names the messages that failed.
    """

    function_name: str
    queue_arn: str
    queue_url: str
    region: str
    batch_size: int = DEFAULT_BATCH_SIZE
    batching_window_s: float = 0.0
    maximum_concurrency: int = STARTING_CONCURRENCY
    report_batch_item_failures: bool = False


def sqs_event(mapping: SqsMapping, messages: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the event for *messages*, which are as ReceiveMessage gives them."""
    return orjson.dumps({"Records": [_record(mapping, message) for message in messages]})


def _record(mapping: SqsMapping, message: Mapping[str, Any]) -> dict[str, Any]:
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.queue_arn,
        "awsRegion": mapping.region,
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64_text(value["BinaryValue"])
    return attribute | {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }


def base64_text(value: bytes) -> str:
    """Return bytes as the base64 text that an event carries."""
    return base64.b64encode(value).decode()


def failed_messages(answer: bytes, message_ids: Sequence[str]) -> set[str]:
    """Return the ids of the messages that an answer with batch item failures gives back.

    An answer that is not of the documented form, or names a message that was not in the batch,
    fails the whole batch. An empty one fails nothing.
    """
    everything = set(message_ids)
    try:
        said = orjson.loads(answer or b"null")
    except orjson.JSONDecodeError:
        return everything
    if said is None or said == {}:
        return set()
    if not isinstance(said, dict) or "batchItemFailures" not in said:
        return everything
    items = said["batchItemFailures"]
    if items is None:
        return set()
    if not isinstance(items, list):
        return everything
    named = [item.get("itemIdentifier") if isinstance(item, dict) else None for item in items]
    if any(name not in everything for name in named):
        return everything
    return {str(name) for name in named}
