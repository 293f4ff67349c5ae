"""The state machine's input: what ingest writes and the other functions read.

Carries references, size and hash of the payload, never the payload: Step Functions takes 256 KiB.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from date_time import parse_date_time
from errors import InvalidExecutionInputError
from message import META_FIELDS, MessageMetaData, archive_key

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Payload:
    """What identifies the acknowledged bytes: their number and their SHA-256 (hex)."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StorageReferences:
    """Where the first write put the payload: exactly one of the two is set."""

    redis: str | None = None
    s3: str | None = None


@dataclass(frozen=True, slots=True)
class ExecutionInput:
    """Everything that the state machine is told about one message."""

    message_id: str
    meta_data: MessageMetaData
    payload: Payload
    references: StorageReferences

    @property
    def archive_key(self) -> str:
        """Key of the message's object in the archive bucket."""
        return archive_key(self.meta_data, self.message_id)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON value that StartExecution gets."""
        return {
            "messageID": self.message_id,
            "messageMetaData": self.meta_data.as_dict(),
            "payload": {"bytes": self.payload.size_bytes, "sha256": self.payload.sha256},
            "storageContext": {
                "redisReference": self.references.redis,
                "S3Reference": self.references.s3,
                "metaDataReference": None,
                "persistence": {"S3": False, "metaData": False},
            },
        }


def read_execution_input(event: Mapping[str, Any]) -> ExecutionInput:
    """Return the input that a task was invoked with.

    Raises
    ------
    InvalidExecutionInputError
        Naming the first field that is missing, of another type, or of no use to the tasks.
    """
    values = {name: str(_field(event, str, "messageMetaData", name)) for name in META_FIELDS}
    payload = Payload(
        size_bytes=_field(event, int, "payload", "bytes"),
        sha256=_field(event, str, "payload", "sha256"),
    )
    references = StorageReferences(
        redis=_field(event, (str, type(None)), "storageContext", "redisReference"),
        s3=_field(event, (str, type(None)), "storageContext", "S3Reference"),
    )
    try:
        parse_date_time(values["dateTime"])
    except ValueError as error:
        raise InvalidExecutionInputError(f"messageMetaData.dateTime {error}.") from error
    if not _SHA256.fullmatch(payload.sha256):
        raise InvalidExecutionInputError("payload.sha256 is not 64 lower-case hex digits.")
    if (references.redis is None) == (references.s3 is None):
        raise InvalidExecutionInputError(
            "storageContext has both or none of redisReference and S3Reference: set one."
        )
    return ExecutionInput(
        message_id=_field(event, str, "messageID"),
        meta_data=MessageMetaData(*values.values()),
        payload=payload,
        references=references,
    )


def _field(event: Mapping[str, Any], kind: type | tuple[type, ...], *path: str) -> Any:
    value: Any = event
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            raise InvalidExecutionInputError(
                f"{'.'.join(path)} is missing: pass the execution's input on."
            )
        value = value[name]
    if not isinstance(value, kind):
        raise InvalidExecutionInputError(
            f"{'.'.join(path)} is {type(value).__name__}: pass the execution's input on unchanged."
        )
    return value
