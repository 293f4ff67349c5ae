"""A stage's access log.

Source: API Gateway Developer Guide, "Variables for access logging for API Gateway".
"""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiohttp import web

COMMON_FORMAT: Final = (
    "$context.identity.sourceIp $context.identity.caller $context.identity.user "
    '[$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" '
    "$context.status $context.responseLength $context.requestId"
)
"""The console's CLF format, for stages that name none."""

_VARIABLE = re.compile(r"\$context\.([A-Za-z][A-Za-z0-9.]*)")


class AccessLog:
    """Appends one line a request to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(
        self,
        line_format: str | None,
        request: web.Request,
        response: web.Response,
        *,
        request_id: str,
        stage: str,
        resource: str,
        took_ms: float,
    ) -> None:
        """Append the line of an answered request; a variable without a value is `-`."""
        now = time.time()
        body = response.body
        variables: Mapping[str, str] = {
            "requestId": request_id,
            "extendedRequestId": response.headers.get("x-amz-apigw-id", "-"),
            "httpMethod": request.method,
            "resourcePath": resource,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "stage": stage,
            "status": str(response.status),
            "responseLength": str(len(body) if isinstance(body, bytes) else 0),
            "responseLatency": f"{took_ms:.0f}",
            "requestTime": f"{datetime.fromtimestamp(now, UTC):%d/%b/%Y:%H:%M:%S +0000}",
            "requestTimeEpoch": str(int(now * 1000)),
            "identity.sourceIp": request.remote or "-",
            "identity.userAgent": request.headers.get("User-Agent", "-"),
            "error.responseType": response.headers.get("x-amzn-ErrorType", "-"),
        }
        # A client's own text must not start a line of its own.
        line = _VARIABLE.sub(
            lambda match: variables.get(match[1], "-").replace("\n", " ").replace("\r", " "),
            line_format or COMMON_FORMAT,
        )
        with self._path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
