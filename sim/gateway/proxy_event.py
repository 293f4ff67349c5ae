"""The Lambda proxy event of API Gateway REST (payload format 1.0), as JSON bytes.

The body is by far the largest part. It has been escaped as it came (see `ReceivedBody`), and is
joined to the envelope; it is never parsed here.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from sim.gateway.received_body import ReceivedBody


@dataclass(frozen=True, slots=True)
class GatewayRequest:
    """An HTTP request as the gateway sees it.

    `headers` and `query` hold every name and value in the order they came; `received_at` is in
    seconds since the epoch.
    """

    api_id: str
    stage: str
    resource: str
    path: str
    method: str
    headers: Sequence[tuple[str, str]]
    query: Sequence[tuple[str, str]]
    path_parameters: Mapping[str, str]
    source_ip: str
    request_id: str
    trace_id: str
    received_at: float
    extended_request_id: str = ""
    account_id: str = "000000000000"
    region: str = "us-east-1"
    api_key: str | None = None
    api_key_id: str | None = None
    stage_variables: Mapping[str, str] = field(default_factory=dict)


def proxy_event(request: GatewayRequest, body: ReceivedBody, *, binary: bool = False) -> bytes:
    """Return the event for *request* with *body* as text, or as base64 when it is *binary*.

    Bytes that are not UTF-8 become U+FFFD, as they do when a REST API has no binary media type for
    them.
    """
    if binary and body.size_bytes:
        encoded = base64.b64encode(body.whole())
        return b"".join(
            (_envelope(request)[:-1], b',"body":"', encoded, b'","isBase64Encoded":true}')
        )
    return b"".join(
        (_envelope(request)[:-1], b',"body":', *body.json_text(), b',"isBase64Encoded":false}')
    )


def envelope_bytes(request: GatewayRequest) -> int:
    """Return the size of the event without the body's JSON text."""
    return len(proxy_event(request, ReceivedBody())) - len(b"null")


def _envelope(request: GatewayRequest) -> bytes:
    now = datetime.fromtimestamp(request.received_at, UTC)
    traced = "x-amzn-trace-id"
    forwarded = [
        *((name, value) for name, value in request.headers if name.lower() != traced),
        ("X-Amzn-Trace-Id", request.trace_id),
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ]
    return orjson.dumps(
        {
            "resource": request.resource,
            "path": request.path,
            "httpMethod": request.method,
            "headers": dict(forwarded),
            "multiValueHeaders": _grouped(forwarded),
            "queryStringParameters": dict(request.query) or None,
            "multiValueQueryStringParameters": _grouped(request.query) or None,
            "pathParameters": dict(request.path_parameters) or None,
            "stageVariables": dict(request.stage_variables) or None,
            "requestContext": {
                "resourceId": f"{_stable_id(request.resource)}",
                "resourcePath": request.resource,
                "httpMethod": request.method,
                "extendedRequestId": request.extended_request_id,
                "requestTime": f"{now:%d/%b/%Y:%H:%M:%S +0000}",
                "path": f"/{request.stage}{request.path}",
                "accountId": request.account_id,
                "protocol": "HTTP/1.1",
                "stage": request.stage,
                "domainPrefix": request.api_id,
                "requestTimeEpoch": int(request.received_at * 1000),
                "requestId": request.request_id,
                "identity": {
                    "cognitoIdentityPoolId": None,
                    "accountId": None,
                    "cognitoIdentityId": None,
                    "caller": None,
                    "apiKey": request.api_key,
                    "apiKeyId": request.api_key_id,
                    "sourceIp": request.source_ip,
                    "principalOrgId": None,
                    "accessKey": None,
                    "cognitoAuthenticationType": None,
                    "cognitoAuthenticationProvider": None,
                    "userArn": None,
                    "userAgent": dict(request.headers).get("User-Agent"),
                    "user": None,
                },
                "domainName": f"{request.api_id}.execute-api.{request.region}.amazonaws.com",
                "deploymentId": _stable_id(request.api_id),
                "apiId": request.api_id,
            },
        }
    )


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _stable_id(text: str) -> str:
    """Return six characters that are always the same for *text*, in the form of a resource id."""
    return f"{sum((i + 1) * byte for i, byte in enumerate(text.encode())) % 36**6:06x}"[-6:]
