"""Keep a record that ingest could not finish: record to the failure bucket, pointer to the queue.

The pointer never holds the record: SQS takes 1 MB, and its readers need not see the content.
"""

import base64
import functools
import json
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import environment as env
from date_time import date_prefix
from errors import InvalidFailureRequestError
from lambda_context import LambdaContext
from log import write_log
from service_call import CallBudget, make_client

# The function's time-out is shorter than both calls' worst case together: ingest does not wait
# longer, and a quick second attempt is worth more than a late answer.
PUT_BUDGET = CallBudget(connect_s=1.0, answer_s=2.0)
SEND_BUDGET = CallBudget(connect_s=0.5, answer_s=1.0)

FACTS = ("messageID", "step", "errorType", "reason")


@dataclass(frozen=True, slots=True)
class FailureArchive:
    """The failure bucket and the dead-letter queue of ingest.

    Parameters
    ----------
    s3, sqs
        boto3 clients.
    bucket
        Bucket name.
    queue_url
        URL of the dead-letter queue.
    now
        Current time in UTC.
    new_id
        Source of failureIDs.
    """

    s3: Any
    sqs: Any
    bucket: str
    queue_url: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    new_id: Callable[[], uuid.UUID] = uuid.uuid4

    def keep(self, event: Mapping[str, Any]) -> dict[str, str]:
        """Store the record and announce it; return its failureID.

        Parameters
        ----------
        event
            `messageID`, `step`, `errorType`, `reason`, `body`, `isBase64Encoded`: what
            `FailureChannel.record` sends. `body` is the request's raw body.

        Raises
        ------
        InvalidFailureRequestError
            If the event lacks one of them, or has it in another type.
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError
            If the record could not be stored, or the pointer not be sent.
        """
        facts = {name: _text(event, name) for name in FACTS}
        record = _record(event)
        failure_id = str(self.new_id())
        key = f"failures/{date_prefix(self.now())}/{failure_id}"
        self.s3.put_object(
            Bucket=self.bucket,
            Key=key,
            Body=record,
            ContentType="application/json",
            Metadata={name: _header_value(value) for name, value in facts.items()},
        )
        pointer = {
            "failureID": failure_id,
            "bucket": self.bucket,
            "key": key,
            "bytes": len(record),
            **facts,
        }
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=json.dumps(pointer))
        write_log("INFO", "failure recorded", failureID=failure_id, messageID=facts["messageID"])
        return {"failureID": failure_id}


def open_failure_archive(environment: Mapping[str, str]) -> FailureArchive:
    """Return the archive that the environment variables describe.

    Raises
    ------
    ConfigurationError
        If one is missing.
    """
    return FailureArchive(
        s3=make_client("s3", PUT_BUDGET),
        sqs=make_client("sqs", SEND_BUDGET),
        bucket=env.text(environment, "FAILURE_BUCKET"),
        queue_url=env.text(environment, "INGEST_DEAD_LETTER_QUEUE_URL"),
    )


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str):
        raise InvalidFailureRequestError(f"{name} is not a string: invoke it as ingest does.")
    return value


def _record(event: Mapping[str, Any]) -> bytes:
    """Return the request's body as it came over the wire."""
    body = _text(event, "body")
    try:
        if event.get("isBase64Encoded"):
            return base64.b64decode(body, validate=True)
        return body.encode()
    except ValueError:
        # Not chained: the error's context holds the body.
        raise InvalidFailureRequestError(
            "body is neither text nor base64: hand the proxy event's body over unchanged."
        ) from None


def _header_value(value: str) -> str:
    """Return a text fit for user metadata, which travels in HTTP headers: printable ASCII."""
    ascii_text = value.encode("ascii", "replace").decode()
    return "".join(c if c.isprintable() else "?" for c in ascii_text).strip()


@functools.cache
def _failure_archive() -> FailureArchive:
    return open_failure_archive(os.environ)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Lambda entry point; see `FailureArchive.keep`."""
    del context
    return _failure_archive().keep(event)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:  # in Lambda: make the clients in the init phase
    _failure_archive()
