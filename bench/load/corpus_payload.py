"""A file of the user's own as a payload: its bytes, then a nonce that each message fills."""

from pathlib import Path

from bench.load.errors import PlanError
from bench.load.payload_template import NONCE_BYTES, PayloadTemplate


def corpus_payload_bytes(file_bytes: int) -> int:
    """Return the length of the payload that a file of `file_bytes` bytes becomes."""
    return _padded(file_bytes) + NONCE_BYTES


def corpus_payload(path: Path) -> PayloadTemplate:
    """Return a file's bytes, spaces to a multiple of three, and a blank nonce.

    Raises
    ------
    PlanError
        If it cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlanError(f"{path} cannot be read ({error.strerror}); leave it out") from error
    offset = _padded(len(content))
    return PayloadTemplate(content.ljust(offset) + b"0" * NONCE_BYTES, offset)


def _padded(file_bytes: int) -> int:
    return -(-file_bytes // 3) * 3
