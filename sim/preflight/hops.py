"""The hops of the pipeline, what each takes at most, and the exact words of its refusal.

The errors are the service's own; behind each stands how sure that is: `documented`, `reported` by
users, `recalled` and not verified, or `enforced here` by the local service that stands for it.
"""

from dataclasses import dataclass
from typing import Final

from sim.gateway.gateway_response import MAX_BODY_BYTES
from sim.lambda_service.invocation import MAX_EVENT_BYTES, MAX_REQUEST_BYTES

MAX_STATE_BYTES: Final = 262_144
"""Input and output of an execution, a state or a task. Source: Step Functions quotas."""

MAX_SQS_BYTES: Final = 1_048_576
"""An SQS message with its attributes. Source: SQS message quotas; 262,144 until August 2025."""

MAX_SNS_BYTES: Final = 262_144
"""An SNS message. Source: SNS quotas."""

MAX_ITEM_BYTES: Final = 409_600
"""A DynamoDB item with its attributes' names. Source: DynamoDB constraints."""

MAX_REDIS_BYTES: Final = 536_870_912
"""A string value of Redis and Valkey. Source: their configuration, `proto-max-bulk-len`."""

MAX_PUT_BYTES: Final = 5_368_709_120
"""An object of one PutObject. Source: S3 User Guide, "Uploading objects"."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One place that a record, or a pointer to it, passes.

    `limit_bytes` is the most it takes; `status` is the HTTP status of its refusal, `error` the
    error's name, and `message` its text, in which ``{size}`` stands for the bytes that came.
    `sure` is the source of these words.
    """

    name: str
    carries: str
    limit_bytes: int
    status: int
    error: str
    message: str
    sure: str

    def refusal(self, size_bytes: int) -> str:
        """Return the text of the refusal of so many bytes."""
        return self.message.replace("{size}", str(size_bytes))


def carried_hops() -> list[tuple[str, Hop]]:
    """Return the hops that the record itself passes, each with what is counted there.

    What is counted: ``body``, ``event`` or ``payload``.
    """
    return [
        (
            "body",
            Hop(
                "API Gateway",
                "HTTP body",
                MAX_BODY_BYTES,
                413,
                "RequestTooLargeException",
                f"HTTP content length exceeded {MAX_BODY_BYTES} bytes.",
                "documented",
            ),
        ),
        (
            "event",
            Hop(
                "Lambda, synchronous invoke",
                "proxy event: envelope and escaped body",
                MAX_REQUEST_BYTES - 1,
                413,
                "RequestTooLargeException",
                '{"message":"Request Too Long"}',
                "reported",
            ),
        ),
        (
            "payload",
            Hop(
                "Redis SET (Redis-first)",
                "payload",
                MAX_REDIS_BYTES,
                0,
                "ERR",
                "Protocol error: invalid bulk length",
                "recalled",
            ),
        ),
        (
            "payload",
            Hop(
                "S3 PutObject",
                "payload",
                MAX_PUT_BYTES,
                400,
                "EntityTooLarge",
                "Your proposed upload exceeds the maximum allowed size",
                "recalled",
            ),
        ),
    ]


def pointer_hops() -> list[Hop]:
    """Return the hops that only a pointer passes, with what they would say to the whole record."""
    return [
        Hop(
            "Step Functions, StartExecution",
            "pointer",
            MAX_STATE_BYTES,
            400,
            "ValidationException",
            "1 validation error detected: Value at 'input' failed to satisfy constraint: Member "
            f"must have length less than or equal to {MAX_STATE_BYTES}",
            "enforced here",
        ),
        Hop(
            "Lambda, asynchronous invoke",
            "not used",
            MAX_EVENT_BYTES,
            413,
            "RequestEntityTooLargeException",
            f"{{size}} byte payload is too large for the Event invocation type (limit "
            f"{MAX_EVENT_BYTES} bytes)",
            "reported",
        ),
        Hop(
            "SQS SendMessage",
            "pointer",
            MAX_SQS_BYTES,
            400,
            "InvalidParameterValue",
            f"One or more parameters are invalid. Reason: Message must be shorter than "
            f"{MAX_SQS_BYTES} bytes.",
            "recalled",
        ),
        Hop(
            "SNS Publish",
            "pointer",
            MAX_SNS_BYTES,
            400,
            "InvalidParameter",
            "Invalid parameter: Message too long",
            "reported",
        ),
        Hop(
            "DynamoDB PutItem",
            "row",
            MAX_ITEM_BYTES,
            400,
            "ValidationException",
            "Item size has exceeded the maximum allowed size",
            "recalled",
        ),
    ]
