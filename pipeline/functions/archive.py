"""Task of the state machine: bring the payload into the archive, or confirm that it is there."""

import functools
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import environment as env
from archive_object import ArchiveBucket
from errors import (
    ArchiveMismatchError,
    ArchiveObjectMissingError,
    InvalidExecutionInputError,
    PayloadExpiredError,
    PayloadMismatchError,
)
from execution_input import ExecutionInput, Payload, read_execution_input
from lambda_context import LambdaContext
from log import write_log
from service_call import CallBudget, make_client

if TYPE_CHECKING:  # at run time only when a message needs it: see `open_archive`
    from cache import Cache

S3_BUDGET = CallBudget(connect_s=2.0, answer_s=5.0)
GET_TRANSFER_S = 5.0


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive and the cache.

    Parameters
    ----------
    bucket
        The archive bucket.
    cache
        Returns the environment's one cache connection, opened at the first call.
    """

    bucket: ArchiveBucket
    cache: Callable[[], "Cache"]

    def store(self, event: Mapping[str, Any]) -> dict[str, str]:
        """Archive one message and return `{"S3Reference": "s3://bucket/key"}`.

        Safe to repeat: the key follows from the message and the content is checked.

        Parameters
        ----------
        event
            The execution's input.

        Raises
        ------
        InvalidExecutionInputError
            If the input is not ingest's, or its S3Reference is not the message's own.
        PayloadExpiredError
            If the cache no longer holds the payload and the archive does not either.
        PayloadMismatchError
            If the cache holds other bytes than were acknowledged.
        ArchiveObjectMissingError, ArchiveMismatchError
            If the archive does not hold exactly the acknowledged bytes in the end.
        """
        message = read_execution_input(event)
        reference = self.bucket.reference(message.archive_key)
        if message.references.redis is not None:
            self._copy(message, message.references.redis)
        elif message.references.s3 != reference:
            raise InvalidExecutionInputError(
                f"storageContext.S3Reference is not {reference}, which follows from the message."
            )
        self.bucket.confirm(message.archive_key, message.payload)
        write_log("INFO", "payload archived", messageID=message.message_id, S3Reference=reference)
        return {"S3Reference": reference}

    def _copy(self, message: ExecutionInput, redis_reference: str) -> None:
        content = self.cache().get(redis_reference)
        if content is None:
            self._require_archived(message)
            return
        _check(content, message.payload)
        self.bucket.put(message.archive_key, content, message.payload)

    def _require_archived(self, message: ExecutionInput) -> None:
        """Accept an expired payload only if an earlier attempt has archived it."""
        try:
            self.bucket.confirm(message.archive_key, message.payload)
        except (ArchiveObjectMissingError, ArchiveMismatchError) as error:
            raise PayloadExpiredError(
                f"the cache no longer holds message:{message.message_id} and the archive does not "
                "hold it either: the sender has to send it again."
            ) from error


def open_archive(environment: Mapping[str, str]) -> Archive:
    """Return the handler that the environment variables describe.

    Raises
    ------
    ConfigurationError
        If ARCHIVE_BUCKET is missing.
    """
    bucket = ArchiveBucket(make_client("s3", S3_BUDGET), env.text(environment, "ARCHIVE_BUCKET"))

    @functools.cache
    def cache() -> "Cache":
        # An environment that sees only S3-first messages neither imports redis nor connects.
        from cache import open_cache

        return open_cache(environment, GET_TRANSFER_S)

    return Archive(bucket, cache)


def _check(content: bytes, payload: Payload) -> None:
    if len(content) != payload.size_bytes:
        raise PayloadMismatchError(
            f"the cache holds {len(content)} bytes, acknowledged were {payload.size_bytes}."
        )
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != payload.sha256:
        raise PayloadMismatchError(
            f"the cache's bytes have SHA-256 {sha256}, acknowledged was {payload.sha256}."
        )


@functools.cache
def _archive() -> Archive:
    return open_archive(os.environ)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Lambda entry point; see `Archive.store`."""
    del context
    return _archive().store(event)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:  # in Lambda: make the client in the init phase
    _archive()
