"""API Gateway's own answers, word for word.

Source: API Gateway Developer Guide, "Gateway response types for API Gateway", and the bodies that
clients report.
"""

from typing import Final

import orjson
from aiohttp import web

MAX_BODY_BYTES: Final = 10_485_760
"""The largest request body. Source: API Gateway REST quotas, "Payload size"."""

MAX_HEADER_BYTES: Final = 20_480
"""All headers' names, values and line ends. Source: API Gateway REST quotas, "Total combined size
of request line and header values"."""

INTEGRATION_TIMEOUT_S: Final = 29.0
"""How long an integration may take. Source: API Gateway REST quotas, "Integration timeout"."""


def missing_authentication_token() -> web.Response:
    """Unknown path or method."""
    return _json(403, "Missing Authentication Token", "MissingAuthenticationTokenException")


def forbidden() -> web.Response:
    """API key missing or not valid."""
    return _json(403, "Forbidden", "ForbiddenException")


def too_many_requests() -> web.Response:
    """The rate or the burst of a usage plan, or of the account, is exceeded."""
    return _json(429, "Too Many Requests", "TooManyRequestsException")


def limit_exceeded() -> web.Response:
    """The quota of a usage plan is used up."""
    return _json(429, "Limit Exceeded", "LimitExceededException")


def headers_too_large() -> web.Response:
    """Headers over the gateway's limit.

    The text is what clients report; the status is RFC 6585's, since no document of AWS names one.
    """
    return web.Response(
        status=431,
        text=f"HTTP header is larger than {MAX_HEADER_BYTES} bytes.",
        headers={"x-amzn-ErrorType": "RequestTooLargeException"},
    )


def body_too_large() -> web.Response:
    """A body over the gateway's own limit; plain text, unlike the others."""
    return web.Response(
        status=413,
        text=f"HTTP content length exceeded {MAX_BODY_BYTES} bytes.",
        headers={"x-amzn-ErrorType": "RequestTooLargeException"},
    )


def event_too_large() -> web.Response:
    """A body under the gateway's limit whose event is over Lambda's."""
    return _json(413, "Request Too Long", "RequestTooLargeException")


def lambda_refused() -> web.Response:
    """Lambda did not take the invocation: throttled, or no such function."""
    return _json(500, "Internal server error", "InternalServerErrorException")


def bad_gateway() -> web.Response:
    """The function failed, or its answer is not a proxy response."""
    return _json(502, "Internal server error", "InternalServerErrorException")


def endpoint_timed_out() -> web.Response:
    """The integration took longer than its timeout."""
    return _json(504, "Endpoint request timed out", "GatewayTimeoutException")


def _json(status: int, message: str, error_type: str) -> web.Response:
    # Without a space after the colon, as API Gateway writes it.
    return web.Response(
        body=orjson.dumps({"message": message}),
        status=status,
        content_type="application/json",
        headers={"x-amzn-ErrorType": error_type},
    )
