"""A plain text audit log, one line an event, in UTF-8: what older systems write."""

from datetime import UTC, datetime, timedelta

import numpy as np

from bench.load.errors import PayloadSizeError
from bench.load.payload_template import NONCE_BYTES, PayloadTemplate

_FIRST_LINE_AT = datetime(2026, 1, 1, tzinfo=UTC)
_LEVELS = ("INFO", "INFO", "INFO", "NOTICE", "WARN", "ERROR")
_SENTENCES = (
    "user maria.gonzález signed in from {address}, session {number:x}",
    "payment {number} released by jürgen.weiß, amount {amount:.2f} EUR",
    "limit of account {number} raised to {amount:.2f} EUR after approval by søren.østergaard",
    "mandate {number} amended over channel web from {address}",
    "report {number:x} exported by aisha.khan, {amount:.0f} rows",
    "李娜 was denied access to account {number} from {address}",
)
_HEAD = "# audit log, plain text, UTF-8\n"
_PADDING = "# "
_CORRELATION = "\n# correlation "
_TAIL = b" .\n"
"""Three bytes, so that the nonce before them begins at a multiple of three."""


def _line(number: int, draw: np.ndarray) -> str:
    at = _FIRST_LINE_AT + timedelta(milliseconds=37 * number + int(draw[0]) % 37)
    sentence = _SENTENCES[draw[1] % len(_SENTENCES)].format(
        address=f"198.51.100.{draw[2] % 256}",
        number=int(draw[3]) % 10**10,
        amount=int(draw[0]) % 10_000_000 / 100,
    )
    level = _LEVELS[draw[4] % len(_LEVELS)]
    stamp = at.isoformat(timespec="milliseconds")
    return f"{stamp} {level:6} [worker-{draw[5] % 16:02}] {sentence}\n"


def text_payload(payload_bytes: int, rng: np.random.Generator) -> PayloadTemplate:
    """Return a text of exactly `payload_bytes` bytes of UTF-8.

    It holds as many lines as fit; a comment of less than one line's length brings it to the exact
    size, and the last line carries the nonce.

    Raises
    ------
    PayloadSizeError
        If `payload_bytes` is too small for a log without lines, or not a multiple of three.
    """
    frame_bytes = len(_HEAD + _PADDING + _CORRELATION) + NONCE_BYTES + len(_TAIL)
    if payload_bytes < frame_bytes or payload_bytes % 3:
        raise PayloadSizeError(
            f"payload_bytes (={payload_bytes}) of a text payload must be a multiple of 3 and at"
            f" least {frame_bytes}; ask for a larger body"
        )
    lines: list[bytes] = []
    room = payload_bytes - frame_bytes
    while True:
        line = _line(len(lines), rng.integers(0, 2**48, size=6)).encode()
        if len(line) > room:
            break
        lines.append(line)
        room -= len(line)
    data = b"".join(
        (
            _HEAD.encode(),
            *lines,
            _PADDING.encode(),
            b"." * room,
            _CORRELATION.encode(),
            b"0" * NONCE_BYTES,
            _TAIL,
        )
    )
    return PayloadTemplate(data, payload_bytes - NONCE_BYTES - len(_TAIL))
