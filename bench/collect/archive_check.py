"""Checks that each acknowledged payload is in the archive bucket once, byte for byte."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bench.collect.findings import Finding
from bench.collect.sent_message import SentMessage

READ_BYTES = 1024 * 1024
"""How much of an object is in memory at a time."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as the bucket's listing has it."""

    key: str
    bytes: int
    modified: datetime

    @property
    def message_id(self) -> str:
        """Last part of the key."""
        return self.key.rsplit("/", 1)[-1]


def list_objects(s3: Any, bucket: str, looked: Callable[[], None]) -> dict[str, list[StoredObject]]:
    """Return message id → its objects, from one listing of the whole bucket.

    Parameters
    ----------
    looked
        Called after each page.
    """
    objects: dict[str, list[StoredObject]] = defaultdict(list)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", ()):
            stored = StoredObject(entry["Key"], entry["Size"], entry["LastModified"])
            objects[stored.message_id].append(stored)
        looked()
    return dict(objects)


def check_archive(
    s3: Any,
    bucket: str,
    messages: Sequence[SentMessage],
    objects: Mapping[str, Sequence[StoredObject]],
    *,
    threads: int,
    checked: Callable[[], None],
) -> list[Finding]:
    """Return what is wrong with the messages' objects; each object is read and hashed.

    Parameters
    ----------
    checked
        Called after each message.
    """

    def problems(message: SentMessage) -> list[str]:
        return list(_problems(s3, bucket, message, objects.get(message.message_id, ())))

    findings: list[Finding] = []
    with ThreadPoolExecutor(threads) as pool:
        for message, found in zip(messages, pool.map(problems, messages), strict=True):
            findings.extend(
                Finding(message.message_id, message.strategy, "archived object", problem)
                for problem in found
            )
            checked()
    return findings


def _problems(
    s3: Any, bucket: str, message: SentMessage, stored: Sequence[StoredObject]
) -> Iterable[str]:
    if not stored:
        yield f"not found: the bucket {bucket} has no object {message.archive_key}"
        return
    if len(stored) > 1:
        keys = ", ".join(sorted(entry.key for entry in stored))
        yield f"stored {len(stored)} times in {bucket}: {keys}"
    for entry in stored:
        if entry.key != message.archive_key:
            yield f"stored under {entry.key} instead of {message.archive_key}"
        try:
            body = s3.get_object(Bucket=bucket, Key=entry.key)["Body"]
            sha256 = hashlib.sha256()
            for chunk in body.iter_chunks(READ_BYTES):
                sha256.update(chunk)
        except (ClientError, BotoCoreError) as error:
            yield f"{entry.key} cannot be read: {error}"
            continue
        if sha256.hexdigest() != message.payload_sha256:
            yield (
                f"{entry.key} has other bytes than were sent: {entry.bytes} bytes with SHA-256"
                f" {sha256.hexdigest()}, sent {message.payload_bytes} with {message.payload_sha256}"
            )
