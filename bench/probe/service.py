"""What is probed: services under one face, each with what AWS takes and the sizes that make sense.

A service works on one resource of its own, under a name that nobody else has, and removes it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from sim.preflight.hops import (
    MAX_ITEM_BYTES,
    MAX_PUT_BYTES,
    MAX_REDIS_BYTES,
    MAX_SNS_BYTES,
    MAX_SQS_BYTES,
)

KB: Final = 1024
MB: Final = 1024**2
"""Binary, as AWS's quotas count. Source: Lambda quotas, where 6 MB are 6,291,456 bytes."""

LARGEST_RECORD_BYTES: Final = 6 * MB
"""Records are smaller: Lambda takes events below 6,291,456 bytes. Source: Lambda quotas."""

LARGEST_BODY_BYTES: Final = 10 * MB
"""The most that API Gateway lets in at all, so that a larger object is not tried. Source: API
Gateway quotas, "Payload size"."""


@dataclass(frozen=True, slots=True)
class ServiceTraits:
    """What is known of a service before it is probed.

    Attributes
    ----------
    name
        For people.
    operation
        The probed operation, as latency profiles call it.
    aws_limit_bytes
        The most that AWS takes in one call.
    taken_bytes
        Sizes to try that AWS takes, ascending.
    refused_bytes
        A size to try that AWS refuses; `None` where that would take too long.
    latency_bytes
        Three sizes to time, ascending; throughput is taken at the middle one.
    compared_bytes
        Of these, the sizes at which a run compares this service with what AWS takes: of whole
        records, or only of the pointers to them.
    """

    name: str
    operation: str
    aws_limit_bytes: int
    taken_bytes: tuple[int, ...]
    refused_bytes: int | None
    latency_bytes: tuple[int, int, int]
    compared_bytes: tuple[int, ...]

    @property
    def stores_records(self) -> bool:
        """Whether whole records go there, and not only pointers to them."""
        return LARGEST_RECORD_BYTES in self.compared_bytes


class Service(Protocol):
    """A service that can be called."""

    traits: ServiceTraits

    def make(self) -> None:
        """Make the resource that calls work on.

        Raises
        ------
        CallRefused
            When it cannot be made.
        """

    def prepared(self, size_bytes: int) -> Callable[[], None]:
        """Return a call that writes so many bytes; it raises `CallRefused` when it fails.

        The content is made here, so that only the call is timed. Threads may share it.
        """

    def remove(self) -> None:
        """Remove the resource; nothing happens when it is not there.

        Raises
        ------
        CallRefused
            When it cannot be removed.
        """


_RECORD_SIZES: Final = (256 * KB, MB, LARGEST_RECORD_BYTES)
_MESSAGE_SIZES: Final = (KB, 64 * KB, 256 * KB)
_ITEM_SIZES: Final = (KB, 64 * KB, 350 * KB)

S3: Final = ServiceTraits(
    name="S3",
    operation="s3.PutObject",
    aws_limit_bytes=MAX_PUT_BYTES,
    taken_bytes=(LARGEST_RECORD_BYTES, LARGEST_BODY_BYTES),
    # 5 GiB would have to be sent.
    refused_bytes=None,
    latency_bytes=_RECORD_SIZES,
    compared_bytes=_RECORD_SIZES,
)
REDIS: Final = ServiceTraits(
    name="Redis",
    operation="elasticache.SET",
    aws_limit_bytes=MAX_REDIS_BYTES,
    taken_bytes=(LARGEST_RECORD_BYTES, LARGEST_BODY_BYTES),
    refused_bytes=MAX_REDIS_BYTES + 1,
    latency_bytes=_RECORD_SIZES,
    compared_bytes=_RECORD_SIZES,
)
SQS: Final = ServiceTraits(
    name="SQS",
    operation="sqs.SendMessage",
    aws_limit_bytes=MAX_SQS_BYTES,
    taken_bytes=(MAX_SQS_BYTES,),
    refused_bytes=MAX_SQS_BYTES + 1,
    latency_bytes=_MESSAGE_SIZES,
    compared_bytes=_MESSAGE_SIZES[:1],
)
SNS: Final = ServiceTraits(
    name="SNS",
    operation="sns.Publish",
    aws_limit_bytes=MAX_SNS_BYTES,
    taken_bytes=(MAX_SNS_BYTES,),
    refused_bytes=MAX_SNS_BYTES + 1,
    latency_bytes=_MESSAGE_SIZES,
    compared_bytes=_MESSAGE_SIZES[:1],
)
DYNAMODB: Final = ServiceTraits(
    name="DynamoDB",
    operation="dynamodb.PutItem",
    aws_limit_bytes=MAX_ITEM_BYTES,
    taken_bytes=(MAX_ITEM_BYTES,),
    refused_bytes=MAX_ITEM_BYTES + 1,
    latency_bytes=_ITEM_SIZES,
    compared_bytes=_ITEM_SIZES[:1],
)
ALL_TRAITS: Final = (S3, REDIS, SQS, SNS, DYNAMODB)
