"""What an asynchronous invocation's destination receives.

Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
"""

from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from sim.lambda_service.invocation import Outcome

Condition = Literal["Success", "RetriesExhausted", "EventAgeExceeded"]


def event_record(
    *,
    time_s: float,
    request_id: str,
    function_arn: str,
    condition: Condition,
    invoke_count: int,
    payload: bytes,
    outcome: Outcome | None,
) -> bytes:
    """Return the invocation record as JSON.

    *outcome* is the last attempt's; `None` when no attempt was made.
    """
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.fromtimestamp(time_s, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{function_arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": invoke_count,
        },
        "requestPayload": orjson.loads(payload),
    }
    if outcome is not None:
        context: dict[str, Any] = {"statusCode": 200, "executedVersion": "$LATEST"}
        if outcome.function_error:
            context["functionError"] = outcome.function_error
        record["responseContext"] = context
        record["responsePayload"] = orjson.loads(outcome.payload or b"null")
    return orjson.dumps(record)
