"""A file of any type, wrapped as a message."""

import base64
import hashlib
import json
import mimetypes
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.send.errors import SendError

SOURCE_SYSTEM_ID: Final = "firstwrite-send"
DEFAULT_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file and the HTTP body that carries it; `payload_sha256` is that of the file's bytes."""

    path: Path
    body: bytes
    payload_bytes: int
    payload_sha256: str
    date_time: str


def read_message_file(path: Path, now: datetime | None = None) -> MessageFile:
    """Read a file and wrap it; its media type becomes the message's type.

    Parameters
    ----------
    now
        The message's `dateTime`, with a time zone; the current time by default.

    Raises
    ------
    SendError
        If the file is missing, a folder, unreadable or empty.
    """
    if path.is_dir():
        raise SendError(f"{path} is a folder: give files, for example {path}/*")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SendError(
            f"{path} cannot be read ({error.strerror}): give the path of a file that you may read"
        ) from error
    if not content:
        raise SendError(f"{path} is empty: a message needs a payload of at least one byte")
    return wrap(path, content, now)


def wrap(path: Path, content: bytes, now: datetime | None = None) -> MessageFile:
    """Wrap bytes as the message of a file of that name; see `read_message_file`."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    date_time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = {
        "messageMetaData": {
            "messageType": mimetypes.guess_type(path.name)[0] or DEFAULT_TYPE,
            "sourceSystemID": SOURCE_SYSTEM_ID,
            "sourceTransactionID": str(uuid.uuid4()),
            "dateTime": date_time,
        },
        "messagePayload": base64.b64encode(content).decode("ascii"),
    }
    return MessageFile(
        path=path,
        body=json.dumps(message).encode(),
        payload_bytes=len(content),
        payload_sha256=hashlib.sha256(content).hexdigest(),
        date_time=date_time,
    )
