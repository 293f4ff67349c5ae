"""What a function returns to API Gateway, checked and turned into an HTTP answer.

Source: API Gateway Developer Guide, "Output format of a Lambda function for proxy integration".
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson


class MalformedProxyResponse(Exception):
    """The function's answer is not a proxy response; the gateway answers 502."""


@dataclass(frozen=True, slots=True)
class ProxyResponse:
    """An HTTP answer; `headers` may name a header more than once."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def read_proxy_response(payload: bytes, *, decode: bool = True) -> ProxyResponse:
    """Return the HTTP answer in *payload*; base64 in it is decoded only when *decode* is true.

    Raises
    ------
    MalformedProxyResponse
        When it is not of the documented form.
    """
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise MalformedProxyResponse(f"not JSON: {error}") from error
    if not isinstance(answer, dict):
        raise MalformedProxyResponse("not a JSON object")
    unknown = answer.keys() - _KEYS
    if unknown:
        raise MalformedProxyResponse(f"unknown keys: {', '.join(sorted(unknown))}")
    return ProxyResponse(_status(answer), _headers(answer), _body(answer, decode))


_KEYS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}


def _status(answer: dict[str, Any]) -> int:
    status = answer.get("statusCode")
    if isinstance(status, str) and status.isdigit():
        status = int(status)
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise MalformedProxyResponse(f"statusCode is {status!r}")
    return status


def _headers(answer: dict[str, Any]) -> list[tuple[str, str]]:
    single = answer.get("headers") or {}
    several = answer.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(several, dict):
        raise MalformedProxyResponse("headers are not an object")
    pairs: list[tuple[str, str]] = []
    for name, values in several.items():
        if not isinstance(values, list):
            raise MalformedProxyResponse(f"multiValueHeaders.{name} is not a list")
        pairs += [(name, _header_value(name, value)) for value in values]
    named = {name.lower() for name, _ in pairs}
    pairs += [
        (name, _header_value(name, value))
        for name, value in single.items()
        if name.lower() not in named
    ]
    return pairs


def _header_value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise MalformedProxyResponse(f"the header {name} is not text")
    text = str(value)
    if any(character in text for character in "\r\n\0"):
        raise MalformedProxyResponse(f"the header {name} holds a line break")
    return text


def _body(answer: dict[str, Any], decode: bool) -> bytes:
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedProxyResponse("body is not a string")
    if decode and answer.get("isBase64Encoded"):
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise MalformedProxyResponse(f"body is not base64: {error}") from error
    return body.encode()
