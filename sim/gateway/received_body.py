"""A request's body as it comes, made into JSON text on the way.

Most bodies are JSON of ASCII characters, in which only quotation marks and backslashes need an
escape. Each chunk is looked at while it is in the processor's cache and the next is still under
way; a chunk that needs no escape, as most of a base64 payload, is not copied.
"""

from typing import Final, Self

import numpy as np
import orjson

_FIRST_PRINTABLE: Final = 0x20
"""JSON escapes every character below. Source: RFC 8259 section 7."""


class ReceivedBody:
    """The chunks of a body, and what they are as JSON text."""

    def __init__(self) -> None:
        self.size_bytes = 0
        self._chunks: list[bytes] = []
        self._escaped: list[bytes] | None = []

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Return the body that has come as one chunk."""
        body = cls()
        body.add(content)
        return body

    def add(self, chunk: bytes) -> None:
        """Take what has come."""
        if not chunk:
            return
        self.size_bytes += len(chunk)
        self._chunks.append(chunk)
        if self._escaped is None:
            return
        if chunk.isascii() and np.frombuffer(chunk, np.uint8).min() >= _FIRST_PRINTABLE:
            self._escaped.append(chunk.replace(b"\\", b"\\\\").replace(b'"', b'\\"'))
        else:
            self._escaped = None  # a character may stand across two chunks: as a whole, later

    def whole(self) -> bytes:
        """Return the body in one piece."""
        return b"".join(self._chunks)

    def json_text(self) -> tuple[bytes, ...]:
        """Return the body as a JSON string, in pieces; of no body, null.

        Bytes that are not UTF-8 become U+FFFD.
        """
        if not self._chunks:
            return (b"null",)
        if self._escaped is not None:
            return b'"', *self._escaped, b'"'
        return (orjson.dumps(self.whole().decode("utf-8", errors="replace")),)
