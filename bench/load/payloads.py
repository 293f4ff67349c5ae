"""Message bodies of an exact number of bytes, each with a payload that no other message has.

Sizes are the bytes of the HTTP request body: base64 makes four characters of three bytes, so the
payload is the longest that fits, and spaces behind the closing brace (JSON allows them, RFC 8259
section 2) make up the last 0 to 3 bytes.

The costly part, content and base64, is done once for each kind and size. A message then only
splices its nonce, transaction and date into it and hashes from the nonce on: about one copy of the
body, so bodies can be made shortly before they are sent and need not all be held.
"""

import base64
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.load.binary_payload import binary_payload
from bench.load.corpus_payload import corpus_payload
from bench.load.errors import PayloadSizeError
from bench.load.jpeg_payload import jpeg_payload
from bench.load.json_payload import json_payload
from bench.load.payload_template import NONCE_BYTES, PayloadTemplate
from bench.load.text_payload import text_payload
from sim.workload.kind import Kind

if TYPE_CHECKING:
    from hashlib import _Hash

SIZES_BYTES: dict[str, int] = {"256 KB": 262_144, "1 MB": 1_048_576, "3 MB": 3_145_728}
"""Body sizes with a fixed number of bytes; `largest` is the deployment's and is handed in."""

DATE_TIME_LENGTH = len("2026-01-31T23:59:59.999Z")

_MAKERS: dict[Kind, Callable[[int, np.random.Generator], PayloadTemplate]] = {
    "image": jpeg_payload,
    "json": json_payload,
    "binary": binary_payload,
    "text": text_payload,
}
_MESSAGE_TYPES: dict[Kind, str] = {
    "image": "audit.document-image",
    "json": "audit.event-trail",
    "binary": "audit.sealed-archive",
    "text": "audit.event-log",
}
_SOURCE_SYSTEM_ID = "core-ledger-07"
_AFTER_PAYLOAD = b'"}'


@dataclass(frozen=True, slots=True)
class Body:
    """One message as it will be posted.

    Parameters
    ----------
    content
        The HTTP request body.
    payload_bytes, payload_sha256
        Length and SHA-256 (hex) of the decoded payload: what the archive must hold.
    """

    content: bytes
    payload_bytes: int
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class _BodyTemplate:
    payload_bytes: int
    before_nonce: bytes
    after_nonce: bytes
    hash_before_nonce: "_Hash"
    payload_after_nonce: bytes


def _head(kind: Kind, transaction: str, date_time: str) -> bytes:
    return (
        f'{{"messageMetaData":{{"messageType":"{_MESSAGE_TYPES[kind]}",'
        f'"sourceSystemID":"{_SOURCE_SYSTEM_ID}","sourceTransactionID":"txn-{transaction}",'
        f'"dateTime":"{date_time}"}},"messagePayload":"'
    ).encode()


def payload_bytes_within(kind: Kind, body_bytes: int) -> int:
    """Return the longest payload, in bytes, whose message fits a body of `body_bytes`."""
    envelope = len(_head(kind, "0" * NONCE_BYTES, "0" * DATE_TIME_LENGTH)) + len(_AFTER_PAYLOAD)
    return max(0, (body_bytes - envelope) // 4 * 3)


def body_bytes_for(kind: Kind, payload_bytes: int) -> int:
    """Return the bytes of the body that a payload of whole groups of three bytes makes."""
    envelope = len(_head(kind, "0" * NONCE_BYTES, "0" * DATE_TIME_LENGTH)) + len(_AFTER_PAYLOAD)
    return envelope + payload_bytes // 3 * 4


class BodyFactory:
    """Makes bodies from a seed; the same seed, tag and number give the same bytes.

    Parameters
    ----------
    seed
        Of the content.
    run_tag
        Told apart in every nonce, so that two runs with one seed share no payload.
    corpus
        The folder of the files that `source` names; see `bench.load.corpus`.
    """

    def __init__(self, seed: int, run_tag: str, corpus: Path | None = None) -> None:
        self._seed = seed
        self._run_tag = run_tag
        self._corpus = corpus
        self._templates: dict[tuple[Kind, int, str], _BodyTemplate] = {}

    def prepare(self, kind: Kind, body_bytes: int, source: str = "") -> bool:
        """Build a template, which is the costly part; False if it had been built before.

        Raises
        ------
        PayloadSizeError
            If the kind cannot be made that small, or the file's size is another by now.
        """
        if (kind, body_bytes, source) in self._templates:
            return False
        self._template(kind, body_bytes, source)
        return True

    def compressible_share(self, kind: Kind, body_bytes: int, source: str = "") -> float:
        """Return which share of the payload zlib takes away at its default level, 6."""
        template = self._template(kind, body_bytes, source)
        before = base64.b64decode(template.before_nonce)
        payload = b"".join((before, b"0" * NONCE_BYTES, template.payload_after_nonce))
        return max(0.0, 1 - len(zlib.compress(payload, 6)) / len(payload))

    def body(
        self, kind: Kind, body_bytes: int, number: int, date_time: str, source: str = ""
    ) -> Body:
        """Return message `number` of the run.

        Parameters
        ----------
        body_bytes
            Exact length of the HTTP body.
        number
            Unique within the run; the nonce is made from it.
        date_time
            The message's `dateTime`, as `2026-01-31T23:59:59.999Z`.
        source
            Name of a file within the corpus; "" for content that is made up.

        Raises
        ------
        PayloadSizeError
            If the body cannot be made that small, or `date_time` has another length.
        """
        if len(date_time) != DATE_TIME_LENGTH:
            raise PayloadSizeError(
                f"date_time (={date_time!r}) must have {DATE_TIME_LENGTH} characters, as in"
                " 2026-01-31T23:59:59.999Z, or the body would not have its exact size"
            )
        template = self._template(kind, body_bytes, source)
        nonce = hashlib.blake2b(
            f"{self._seed}/{self._run_tag}/{number}".encode(), digest_size=NONCE_BYTES // 2
        ).hexdigest()
        sha256 = template.hash_before_nonce.copy()
        sha256.update(nonce.encode())
        sha256.update(template.payload_after_nonce)
        content = b"".join(
            (
                _head(kind, nonce, date_time),
                template.before_nonce,
                base64.b64encode(nonce.encode()),
                template.after_nonce,
            )
        )
        return Body(content, template.payload_bytes, sha256.hexdigest())

    def _template(self, kind: Kind, body_bytes: int, source: str) -> _BodyTemplate:
        key = (kind, body_bytes, source)
        if key not in self._templates:
            payload = self._payload(kind, body_bytes, source)
            self._templates[key] = _body_template(kind, body_bytes, payload)
        return self._templates[key]

    def _payload(self, kind: Kind, body_bytes: int, source: str) -> PayloadTemplate:
        if source:
            payload = corpus_payload((self._corpus or Path()) / source)
            if body_bytes_for(kind, len(payload.data)) != body_bytes:
                raise PayloadSizeError(
                    f"{source} has changed its size since the plan was made; start the run again"
                )
            return payload
        payload_bytes = payload_bytes_within(kind, body_bytes)
        rng = np.random.default_rng([self._seed, zlib.crc32(kind.encode()), body_bytes])
        try:
            return _MAKERS[kind](payload_bytes, rng)
        except PayloadSizeError as error:
            raise PayloadSizeError(f"body_bytes (={body_bytes}) is too small: {error}") from error


def _body_template(kind: Kind, body_bytes: int, payload: PayloadTemplate) -> _BodyTemplate:
    offset, end = payload.nonce_offset, payload.nonce_offset + NONCE_BYTES
    before = base64.b64encode(payload.data[:offset])
    after = base64.b64encode(payload.data[end:]) + _AFTER_PAYLOAD
    head_bytes = len(_head(kind, "0" * NONCE_BYTES, "0" * DATE_TIME_LENGTH))
    spaces = body_bytes - head_bytes - len(before) - NONCE_BYTES // 3 * 4 - len(after)
    return _BodyTemplate(
        payload_bytes=len(payload.data),
        before_nonce=before,
        after_nonce=after + b" " * spaces,
        hash_before_nonce=hashlib.sha256(payload.data[:offset]),
        payload_after_nonce=payload.data[end:],
    )
