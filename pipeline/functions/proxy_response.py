"""Answers in the shape that an API Gateway REST API expects from a proxy integration."""

import json
from collections.abc import Mapping
from typing import Any

from errors import InvalidMessageError
from server_timing import ServerTiming


def json_response(
    status: int, body: Mapping[str, str | None], timing: ServerTiming
) -> dict[str, Any]:
    """Return a proxy response with a JSON body and the Server-Timing header.

    Source: Amazon API Gateway Developer Guide, "Output format of a Lambda function for proxy
    integration".
    """
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", "Server-Timing": timing.header()},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def receipt(message_id: str, timing: ServerTiming) -> dict[str, Any]:
    """Return 200 with the messageID."""
    return json_response(200, {"messageID": message_id}, timing)


def refusal(error: InvalidMessageError, timing: ServerTiming) -> dict[str, Any]:
    """Return 400 that names the field and its problem."""
    body = {"message": "Bad Request", "field": error.field, "problem": error.problem}
    return json_response(400, body, timing)
