"""Checks that each acknowledged message has its row, both flags true and its references set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from bench.collect.findings import Finding
from bench.collect.sent_message import SentMessage

Row = Mapping[str, Any]


def check_metadata(
    dynamodb: Any,
    table: str,
    bucket: str,
    messages: Sequence[SentMessage],
    *,
    threads: int,
    checked: Callable[[], None],
) -> list[Finding]:
    """Return what is wrong with the messages' rows.

    Parameters
    ----------
    bucket
        The archive bucket, which `S3Reference` has to name.
    checked
        Called after each message.
    """

    def problems(message: SentMessage) -> list[str]:
        row = _row(dynamodb, table, message.message_id)
        return list(_problems(message, row, table, bucket))

    findings: list[Finding] = []
    with ThreadPoolExecutor(threads) as pool:
        for message, found in zip(messages, pool.map(problems, messages), strict=True):
            findings.extend(
                Finding(message.message_id, message.strategy, "metadata row", problem)
                for problem in found
            )
            checked()
    return findings


def scan_rows(dynamodb: Any, table: str, looked: Callable[[], None]) -> Iterable[Row]:
    """Yield `messageID` and `payloadSHA256` of every row of the table; `looked` after each page."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table, ProjectionExpression="messageID, payloadSHA256"
    )
    for page in pages:
        yield from (_plain(item) for item in page["Items"])
        looked()


def _row(dynamodb: Any, table: str, message_id: str) -> Row | None:
    answer = dynamodb.get_item(
        TableName=table, Key={"messageID": {"S": message_id}}, ConsistentRead=True
    )
    item = answer.get("Item")
    return None if item is None else _plain(item)


def _plain(item: Mapping[str, Any]) -> Row:
    deserializer = TypeDeserializer()
    return {name: deserializer.deserialize(value) for name, value in item.items()}


def _problems(message: SentMessage, row: Row | None, table: str, bucket: str) -> Iterable[str]:
    if row is None:
        yield f"not found: the table {table} has no row for it"
        return
    redis_first = message.strategy == "redis-first"
    expected: dict[str, Any] = {
        "dateTime": message.date_time,
        "persistenceS3": True,
        "persistenceMetaData": True,
        "state": "COMPLETED",
        "redisReference": f"message:{message.message_id}" if redis_first else None,
        "S3Reference": f"s3://{bucket}/{message.archive_key}",
        "metaDataReference": f"dynamodb://{table}/{message.message_id}",
        "payloadBytes": message.payload_bytes,
        "payloadSHA256": message.payload_sha256,
    }
    for name, value in expected.items():
        found = row.get(name)
        if found != value:
            yield f"{name} is {found!r}, not {value!r}"
