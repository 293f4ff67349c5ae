"""Finds what the system keeps of messages that nobody holds a receipt for.

What a request left behind is told by the payload's SHA-256, which no two requests of a run share: a
sender that was refused, or got no answer, knows no messageID.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.collect.archive_check import READ_BYTES, StoredObject
from bench.collect.metadata_check import scan_rows

_PAGE_EXECUTIONS = 1000
"""AWS's maximum for `maxResults`."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that was found.

    Parameters
    ----------
    place
        Its address.
    execution_status
        For an execution; None for what is stored.
    """

    payload_sha256: str
    message_id: str
    place: str
    execution_status: str | None = None


def strangers(
    objects: Mapping[str, Sequence[StoredObject]],
    message_ids: Collection[str],
    since: datetime | None,
) -> list[StoredObject]:
    """Return the objects, not older than `since`, whose message is not among `message_ids`."""
    # S3 tells when an object was stored in whole seconds.
    from_s = None if since is None else since.replace(microsecond=0)
    return [
        stored
        for message_id, entries in objects.items()
        if message_id not in message_ids
        for stored in entries
        if from_s is None or stored.modified >= from_s
    ]


def object_traces(
    s3: Any,
    bucket: str,
    stored: Iterable[StoredObject],
    sizes: Collection[int],
    looked: Callable[[], None],
) -> Iterator[Trace]:
    """Yield the objects whose length is one of `sizes`: no call is made for others."""
    for entry in stored:
        if entry.bytes in sizes:
            sha256 = _object_sha256(s3, bucket, entry.key)
            yield Trace(sha256, entry.message_id, f"s3://{bucket}/{entry.key}")
        looked()


def row_traces(dynamodb: Any, table: str, looked: Callable[[], None]) -> Iterator[Trace]:
    """Yield every row of the table."""
    for row in scan_rows(dynamodb, table, looked):
        message_id = str(row["messageID"])
        yield Trace(
            str(row.get("payloadSHA256", "")), message_id, f"dynamodb://{table}/{message_id}"
        )


def execution_traces(
    stepfunctions: Any,
    state_machine_arn: str,
    known: Collection[str],
    since: datetime | None,
    looked: Callable[[], None],
) -> Iterator[Trace]:
    """Yield the executions, not older than `since`, whose names are not `known`."""
    pages = stepfunctions.get_paginator("list_executions").paginate(
        stateMachineArn=state_machine_arn, PaginationConfig={"PageSize": _PAGE_EXECUTIONS}
    )
    for page in pages:
        looked()
        for listed in page["executions"]:
            if listed["name"] in known or (since is not None and listed["startDate"] < since):
                continue
            execution = stepfunctions.describe_execution(executionArn=listed["executionArn"])
            yield Trace(
                payload_sha256=_payload_sha256(execution.get("input", "")),
                message_id=listed["name"],
                place=listed["executionArn"],
                execution_status=execution["status"],
            )
            looked()


def cache_traces(cache: Any, sizes: Collection[int], looked: Callable[[], None]) -> Iterator[Trace]:
    """Yield the payloads in the cache whose length is one of `sizes`.

    Parameters
    ----------
    cache
        A `redis.Redis`.
    """
    for key in cache.scan_iter("message:*", count=1000):
        looked()
        payload = cache.get(key) if cache.strlen(key) in sizes else None
        if payload is not None:
            name = key.decode()
            sha256 = hashlib.sha256(payload).hexdigest()
            yield Trace(sha256, name.removeprefix("message:"), f"the cache's {name}")


def _object_sha256(s3: Any, bucket: str, key: str) -> str:
    """Return the SHA-256 (hex) of an object: that which S3 keeps, else that of its bytes."""
    head = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    kept = head.get("ChecksumSHA256", "")
    if kept and "-" not in kept:  # "-<parts>" marks a checksum of checksums, of a multipart upload
        return base64.b64decode(kept).hex()
    sha256 = hashlib.sha256()
    for chunk in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(READ_BYTES):
        sha256.update(chunk)
    return sha256.hexdigest()


def _payload_sha256(execution_input: str) -> str:
    """Return `payload.sha256` of an execution's input; "" if it is not one of ingest's."""
    try:
        content = json.loads(execution_input)
    except ValueError:
        return ""
    payload = content.get("payload") if isinstance(content, dict) else None
    return str(payload.get("sha256", "")) if isinstance(payload, dict) else ""
