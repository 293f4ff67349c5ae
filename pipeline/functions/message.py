"""A message as it is posted: strict reading of the JSON body, and the decoding of its payload.

Split in the steps that Server-Timing reports: parse, validate, decode. Knows nothing of storage.
"""

import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, NoReturn

from date_time import EXAMPLE, date_prefix, parse_date_time
from errors import InvalidMessageError

MAX_METADATA_BYTES = 1024
"""Longest messageMetaData value in UTF-8 bytes. Four of them, each byte escaped to six in JSON and
carried three times through the state machine, stay far below its 256 KiB a state and DynamoDB's
400 KB an item."""

META_FIELDS = ("messageType", "sourceSystemID", "sourceTransactionID", "dateTime")
ASSIGNED_FIELDS = frozenset({"messageID", "storageContext"})

_MAX_FIELD_CHARACTERS = 80
# Control characters break log lines, S3 metadata headers and CSV exports; lone surrogates cannot
# be encoded as UTF-8, so neither Step Functions nor DynamoDB could take them.
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class MessageMetaData:
    """The sender's description of a record, as sent. All strings are non-empty."""

    message_type: str
    source_system_id: str
    source_transaction_id: str
    date_time: str

    @property
    def instant(self) -> datetime:
        """`dateTime` in UTC."""
        return parse_date_time(self.date_time)

    def as_dict(self) -> dict[str, str]:
        """Return the four values under the message's field names."""
        return dict(zip(META_FIELDS, astuple(self), strict=True))


@dataclass(frozen=True, slots=True)
class Message:
    """A validated message; its payload is still base64 text."""

    meta_data: MessageMetaData
    payload_base64: str


def archive_key(meta_data: MessageMetaData, message_id: str) -> str:
    """Return `YYYY/MM/DD/HH/MM/SS/<messageID>`, from the message's own time in UTC."""
    return f"{date_prefix(meta_data.instant)}/{message_id}"


def parse_document(text: str) -> object:
    """Parse JSON text (RFC 8259), refusing what two readers could take differently.

    Raises
    ------
    InvalidMessageError
        If the text is not JSON, repeats a key, holds NaN or Infinity, or is nested too deeply.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidMessageError(
            "body", f"is not JSON: {error.msg} at character {error.pos}."
        ) from error
    except RecursionError as error:
        raise InvalidMessageError("body", "is nested too deeply.") from error


def validate_message(document: object) -> Message:
    """Check fields and types and return the message.

    Raises
    ------
    InvalidMessageError
        Naming the first field that is missing, unknown, of another type, empty, too long or unfit.
    """
    if not isinstance(document, dict):
        raise InvalidMessageError("body", "is not a JSON object.")
    for name in sorted(ASSIGNED_FIELDS & document.keys()):
        raise InvalidMessageError(name, "is assigned by the service: leave it out.")
    _refuse_unknown(document, ("messageMetaData", "messagePayload"), "")
    meta_data = _required(document, "messageMetaData", "")
    if not isinstance(meta_data, dict):
        raise InvalidMessageError("messageMetaData", "is not a JSON object.")
    _refuse_unknown(meta_data, META_FIELDS, "messageMetaData.")
    values = {name: _meta_value(meta_data, name) for name in META_FIELDS}
    try:
        parse_date_time(values["dateTime"])
    except ValueError as error:
        raise InvalidMessageError(
            "messageMetaData.dateTime", f"{error}: send a form such as {EXAMPLE}."
        ) from error
    payload = _required(document, "messagePayload", "")
    if not isinstance(payload, str):
        raise InvalidMessageError("messagePayload", "is not a string: send base64 text.")
    if not payload:
        raise InvalidMessageError("messagePayload", "is empty.")
    return Message(MessageMetaData(*values.values()), payload)


def decode_payload(message: Message) -> bytes:
    """Return the payload's bytes.

    Raises
    ------
    InvalidMessageError
        If the text is not canonical base64 with padding (RFC 4648, section 4).
    """
    encoded = message.payload_base64
    try:
        payload = binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError as error:  # binascii.Error, or ValueError for text beyond ASCII
        raise InvalidMessageError(
            "messagePayload", "is not base64: use the alphabet A-Z a-z 0-9 + / and = padding."
        ) from error
    # Unused bits that are not zero would be lost: a sender that encodes the archived bytes again
    # would get another text (RFC 4648, section 3.5).
    tail = encoded[-4:]
    if binascii.b2a_base64(binascii.a2b_base64(tail), newline=False).decode() != tail:
        raise InvalidMessageError("messagePayload", "is not base64: its last bits are not zero.")
    return payload


def _field_name(name: str) -> str:
    """Return a sender's field name fit to be shown: plain ASCII, short, and never nothing."""
    return name.encode("ascii", "backslashreplace").decode()[:_MAX_FIELD_CHARACTERS] or '""'


def _refuse_unknown(fields: Mapping[str, Any], known: tuple[str, ...], path: str) -> None:
    for name in fields:
        if name not in known:
            raise InvalidMessageError(
                f"{path}{_field_name(name)}",
                "is not a field of the message: leave it out.",
                named_by_sender=True,
            )


def _required(fields: Mapping[str, Any], name: str, path: str) -> Any:
    if name not in fields:
        raise InvalidMessageError(f"{path}{name}", "is missing.")
    return fields[name]


def _meta_value(meta_data: Mapping[str, Any], name: str) -> str:
    field = f"messageMetaData.{name}"
    value = _required(meta_data, name, "messageMetaData.")
    if not isinstance(value, str):
        raise InvalidMessageError(field, "is not a string.")
    if not value:
        raise InvalidMessageError(field, "is empty.")
    if _UNSTORABLE.search(value):
        raise InvalidMessageError(field, "holds a control character or half a surrogate pair.")
    if len(value.encode()) > MAX_METADATA_BYTES:
        raise InvalidMessageError(field, f"is longer than {MAX_METADATA_BYTES} bytes in UTF-8.")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise InvalidMessageError(
                _field_name(name), "occurs twice in one object.", named_by_sender=True
            )
        fields[name] = value
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidMessageError("body", f"is not JSON: {name} is not a JSON number.")


# No field is a number, so an integer needs no exact value: float also takes the digits beyond
# Python's limit of 4,300, where int would raise.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_keys, parse_constant=_refuse_constant, parse_int=float
)
