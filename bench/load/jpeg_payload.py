"""A real JPEG of seeded content, brought to an exact number of bytes.

The picture is encoded to a little under the asked size; comment segments (COM, ITU-T T.81 section
B.2.4.5) before the frame header fill the rest. Unlike trailing bytes behind the end-of-image
marker, they are part of the format: every decoder skips them, and the file stays valid to the byte.
"""

import io

import numpy as np
from PIL import Image

from bench.load.errors import PayloadSizeError
from bench.load.payload_template import NONCE_BYTES, PayloadTemplate

_COM_MARKER = b"\xff\xfe"
_COM_OVERHEAD_BYTES = 4
"""Marker (2) and the length field (2), which counts itself: T.81 section B.2.4.5."""
_COM_MAX_BYTES = 2 + 65_535
"""Marker plus the largest value of the 16-bit length field."""
_NONCE_SEGMENT_BYTES = _COM_OVERHEAD_BYTES + 2 + NONCE_BYTES
"""The nonce's own segment, with up to two bytes that bring it to a multiple of three."""
_QUALITY = 92
_SMALLEST_EDGE = 8
"""One JPEG block."""
_ENOUGH_OF_TARGET = 0.97
_ENCODINGS_AT_MOST = 8


def _picture(width: int, rng: np.random.Generator) -> Image.Image:
    """Return a 4:3 picture: soft seeded colour fields with sensor-like noise over them."""
    height = max(_SMALLEST_EDGE, width * 3 // 4)
    coarse = rng.integers(32, 224, (9, 12, 3), dtype=np.uint8)
    smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    noise = rng.integers(-24, 25, (height, width, 1), dtype=np.int16)
    pixels = np.asarray(smooth, dtype=np.int16) + noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _encode(width: int, rng: np.random.Generator) -> bytes:
    out = io.BytesIO()
    _picture(width, rng).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _largest_fitting(limit_bytes: int, seed: int) -> bytes:
    """Return the JPEG of the largest width found that has at most `limit_bytes` bytes."""
    width = max(_SMALLEST_EDGE, int((limit_bytes / 0.6 * 4 / 3) ** 0.5))
    best = b""
    for _ in range(_ENCODINGS_AT_MOST):
        encoded = _encode(width, np.random.default_rng(seed))
        if len(best) < len(encoded) <= limit_bytes:
            best = encoded
        if len(best) >= _ENOUGH_OF_TARGET * limit_bytes or (
            width == _SMALLEST_EDGE and len(encoded) > limit_bytes
        ):
            break
        # Bytes grow with the area, so the width moves with the square root of what is missing.
        width = max(_SMALLEST_EDGE, int(width * (0.985 * limit_bytes / len(encoded)) ** 0.5))
    if not best:
        # Where headers are most of the bytes, the search may step over every width that fits.
        encoded = _encode(_SMALLEST_EDGE, np.random.default_rng(seed))
        best = encoded if len(encoded) <= limit_bytes else b""
    return best


def _comment_segments(total_bytes: int, nonce_at: int) -> bytes:
    """Return COM segments of `total_bytes` in all, the first with a blank nonce at `nonce_at`."""
    segments: list[bytes] = []
    room = total_bytes
    while room:
        size = min(room, _COM_MAX_BYTES)
        if 0 < room - size < _COM_OVERHEAD_BYTES:
            size -= _COM_OVERHEAD_BYTES  # leave enough for one more whole segment
        text = b" " * nonce_at + b"0" * NONCE_BYTES if not segments else b""
        text += b"." * (size - _COM_OVERHEAD_BYTES - len(text))
        segments.append(_COM_MARKER + (len(text) + 2).to_bytes(2, "big") + text)
        room -= size
    return b"".join(segments)


def jpeg_payload(payload_bytes: int, rng: np.random.Generator) -> PayloadTemplate:
    """Return a valid JPEG of exactly `payload_bytes` bytes.

    Raises
    ------
    PayloadSizeError
        If `payload_bytes` is too small for a JPEG of one block, or not a multiple of three.
    """
    jpeg = b""
    if payload_bytes % 3 == 0 and payload_bytes > _NONCE_SEGMENT_BYTES:
        jpeg = _largest_fitting(payload_bytes - _NONCE_SEGMENT_BYTES, int(rng.integers(2**63)))
    if not jpeg:
        raise PayloadSizeError(
            f"payload_bytes (={payload_bytes}) of an image payload must be a multiple of 3 and hold"
            " the smallest JPEG, about 700 bytes; ask for a larger body"
        )
    # The application segment JFIF must stay first, right behind the start-of-image marker.
    insert_at = 2 + 2 + int.from_bytes(jpeg[4:6], "big")
    text_at = insert_at + _COM_OVERHEAD_BYTES
    nonce_at = -text_at % 3
    comments = _comment_segments(payload_bytes - len(jpeg), nonce_at)
    return PayloadTemplate(jpeg[:insert_at] + comments + jpeg[insert_at:], text_at + nonce_at)
