"""A JSON audit trail: events as a core business system would log them, in UTF-8."""

import json

import numpy as np

from bench.load.errors import PayloadSizeError
from bench.load.payload_template import NONCE_BYTES, PayloadTemplate

_ACTORS = (
    "maria.gonzález", "jürgen.weiß", "søren.østergaard", "李娜", "aisha.khan", "o.brien",
    "françois.lefèvre", "たなか.はるか", "batch-nightly", "svc-ledger",
)  # fmt: skip
_ACTIONS = ("account.open", "account.close", "limit.raise", "payment.approve", "payment.release",
            "mandate.amend", "login", "report.export")  # fmt: skip
_OUTCOMES = ("SUCCESS", "SUCCESS", "SUCCESS", "DENIED", "ERROR")
_CHANNELS = ("branch", "web", "mobile", "api")

_HEAD = '{"schema":"audit-trail/1.0","events":['
_PADDING = '],"padding":"'
_CORRELATION = '","correlationID":"'
_TAIL = b'"}\n'
"""Three bytes, so that the nonce before them begins at a multiple of three."""


def _event(number: int, draw: np.ndarray) -> str:
    before = int(draw[4]) % 1_000_000
    return json.dumps(
        {
            "eventID": f"{int(draw[0]):016x}",
            "sequence": number,
            "actor": _ACTORS[draw[1] % len(_ACTORS)],
            "action": _ACTIONS[draw[2] % len(_ACTIONS)],
            "outcome": _OUTCOMES[draw[3] % len(_OUTCOMES)],
            "channel": _CHANNELS[draw[5] % len(_CHANNELS)],
            "client": {"address": f"198.51.100.{draw[6] % 256}", "session": f"{int(draw[7]):x}"},
            "object": {"type": "account", "id": f"ACC-{int(draw[0]) % 10**10:010d}"},
            "change": {"before": before / 100, "after": (before + int(draw[6]) % 5000) / 100},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def json_payload(payload_bytes: int, rng: np.random.Generator) -> PayloadTemplate:
    """Return a JSON document of exactly `payload_bytes` bytes of UTF-8.

    It holds as many audit events as fit; a `padding` text of less than one event's length brings
    it to the exact size, and `correlationID` carries the nonce.

    Raises
    ------
    PayloadSizeError
        If `payload_bytes` is too small for an empty trail, or not a multiple of three.
    """
    frame_bytes = len(_HEAD + _PADDING + _CORRELATION) + NONCE_BYTES + len(_TAIL)
    if payload_bytes < frame_bytes or payload_bytes % 3:
        raise PayloadSizeError(
            f"payload_bytes (={payload_bytes}) of a json payload must be a multiple of 3 and at"
            f" least {frame_bytes}; ask for a larger body"
        )
    events: list[bytes] = []
    room = payload_bytes - frame_bytes
    while True:
        draw = rng.integers(0, 2**48, size=8)
        event = _event(len(events) + 1, draw).encode()
        needed = len(event) + bool(events)
        if needed > room:
            break
        events.append(event)
        room -= needed
    data = b"".join(
        (
            _HEAD.encode(),
            b",".join(events),
            _PADDING.encode(),
            b"." * room,
            _CORRELATION.encode(),
            b"0" * NONCE_BYTES,
            _TAIL,
        )
    )
    return PayloadTemplate(data, payload_bytes - NONCE_BYTES - len(_TAIL))
