"""Random bytes: the payload that nothing can compress or parse."""

import numpy as np

from bench.load.errors import PayloadSizeError
from bench.load.payload_template import NONCE_BYTES, PayloadTemplate


def binary_payload(payload_bytes: int, rng: np.random.Generator) -> PayloadTemplate:
    """Return `payload_bytes` random bytes, the last `NONCE_BYTES` of them the nonce's.

    Raises
    ------
    PayloadSizeError
        If `payload_bytes` is below `NONCE_BYTES` or not a multiple of three.
    """
    if payload_bytes < NONCE_BYTES or payload_bytes % 3:
        raise PayloadSizeError(
            f"payload_bytes (={payload_bytes}) of a binary payload must be a multiple of 3 and at"
            f" least {NONCE_BYTES}; ask for a larger body"
        )
    offset = payload_bytes - NONCE_BYTES
    return PayloadTemplate(rng.bytes(offset) + b"0" * NONCE_BYTES, offset)
