"""Hand-over of a record that ingest could not finish to the function ingest_failure.

Synchronous, since an asynchronous invocation takes 1 MB and the record may have 6 MB; and the
sender is to learn the failureID.
"""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

import environment as env
from errors import FailureNotRecordedError, IngestStepError
from service_call import CallBudget, error_reason, make_client

INVOKE_BUDGET = CallBudget(connect_s=1.5, answer_s=6.0, attempts=1)
"""The answer may take ingest_failure's time-out (4 s) and its cold start. One attempt: a second
would write the record twice and not fit in the time that is left."""

MAX_REASON_CHARACTERS = 200
"""Keeps the event below ingest's own: what is added here is less than the proxy event's envelope,
which is left out, so a record that came in also goes through Lambda's limit of 6 MB again."""


@dataclass(frozen=True, slots=True)
class FailureChannel:
    """The function ingest_failure.

    Parameters
    ----------
    client
        Returns the boto3 Lambda client, held to `INVOKE_BUDGET`.
    function_name
        Name or ARN.
    """

    client: Callable[[], Any]
    function_name: str

    def record(self, event: Mapping[str, Any], message_id: str, error: IngestStepError) -> str:
        """Hand over the proxy event's body as it came and return the failureID.

        Raises
        ------
        FailureNotRecordedError
            If ingest_failure does not confirm.
        """
        request = {
            "messageID": message_id,
            "step": error.step,
            "errorType": type(error.__cause__ or error).__name__,
            "reason": error.reason[:MAX_REASON_CHARACTERS],
            "isBase64Encoded": bool(event.get("isBase64Encoded")),
            "body": event["body"],
        }
        # ensure_ascii would turn two bytes into six, and a record in the limit into one beyond it.
        document = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            answer = self.client().invoke(
                FunctionName=self.function_name,
                InvocationType="RequestResponse",
                Payload=document,
            )
            result = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError) as failure:
            raise FailureNotRecordedError(error_reason(failure)) from failure
        except ValueError as failure:
            raise FailureNotRecordedError("ingest_failure did not answer with JSON") from failure
        # A function that raises answers with status 200 and FunctionError.
        if answer.get("FunctionError"):
            error_type = result.get("errorType") if isinstance(result, dict) else None
            raise FailureNotRecordedError(f"ingest_failure failed: {error_type}")
        if not isinstance(result, dict) or not isinstance(result.get("failureID"), str):
            raise FailureNotRecordedError("ingest_failure answered without a failureID")
        return str(result["failureID"])


def open_failure_channel(environment: Mapping[str, str]) -> FailureChannel:
    """Return the channel to the function that INGEST_FAILURE_FUNCTION names.

    Raises
    ------
    ConfigurationError
        If it is missing.
    """
    name = env.text(environment, "INGEST_FAILURE_FUNCTION")
    # Made at the first failure: a fifteenth of the cold start, which most environments never need.
    client = functools.cache(lambda: make_client("lambda", INVOKE_BUDGET))
    return FailureChannel(client, name)
