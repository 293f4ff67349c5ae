"""Text of the request body, from an API Gateway REST proxy event (format 1.0).

Refuses what the headers say the body is not: compressed, or in another charset than UTF-8.
"""

import base64
import binascii
from collections.abc import Mapping
from email.message import Message as HeaderParser
from typing import Any

from errors import InvalidMessageError


def body_text(event: Mapping[str, Any]) -> str:
    """Return the request body as text.

    Parameters
    ----------
    event
        Proxy event: `headers`, `multiValueHeaders`, `body`, `isBase64Encoded`.

    Raises
    ------
    InvalidMessageError
        If there is no body, a header announces another encoding, or the bytes are not UTF-8.
    """
    _check_content_encoding(event)
    _check_charset(event)
    body = event.get("body")
    if not isinstance(body, str) or not body:
        raise InvalidMessageError("body", "is empty: send a JSON object.")
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except binascii.Error as error:
        raise InvalidMessageError("body", "is not base64 as the gateway announced.") from error
    except UnicodeDecodeError as error:
        raise InvalidMessageError("body", "is not UTF-8: send JSON text in UTF-8.") from error


def _header_values(event: Mapping[str, Any], name: str) -> list[str]:
    """Return all values of a header; names are compared without case."""
    multiple = event.get("multiValueHeaders") or {}
    single = event.get("headers") or {}
    found = [value for key, values in multiple.items() if key.lower() == name for value in values]
    return found or [value for key, value in single.items() if key.lower() == name]


def _check_content_encoding(event: Mapping[str, Any]) -> None:
    for value in _header_values(event, "content-encoding"):
        if any(coding.strip().lower() not in {"", "identity"} for coding in value.split(",")):
            raise InvalidMessageError(
                "Content-Encoding", "is not supported: send the body uncompressed (identity)."
            )


def _check_charset(event: Mapping[str, Any]) -> None:
    for value in _header_values(event, "content-type"):
        header = HeaderParser()
        header["content-type"] = value
        charset = header.get_param("charset", "utf-8")
        if not isinstance(charset, str) or charset.strip().lower() not in {"utf-8", "utf8"}:
            raise InvalidMessageError(
                "Content-Type", "names a charset other than UTF-8: send JSON text in UTF-8."
            )
