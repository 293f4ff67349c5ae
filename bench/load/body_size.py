"""Names of body sizes: `256 KB`, `2.5 MB`, `largest`; and the label that a number of bytes gets."""

import re
from typing import Final

from bench.load.errors import PlanError
from bench.load.payloads import SIZES_BYTES

LARGEST: Final = "largest"
LEAST_BYTES: Final = 2048
"""Below it the smallest JPEG, with its envelope, has no room."""

TRACE_STEP_BYTES: Final = 262_144
"""Sizes in bytes are rounded up to whole ones of these: each exact size is a template of its own,
which costs its making and its memory."""

_NAME: Final = re.compile(r"(\d+(?:\.\d+)?) (KB|MB)")
_UNITS: Final = {"KB": 1024, "MB": 1_048_576}


def body_bytes_of(size: str, largest_bytes: int) -> int:
    """Return the bytes of the body that is called `size`; 1 MB is 1,048,576 bytes, as AWS's is.

    Raises
    ------
    PlanError
        If it is no size, or one that does not fit.
    """
    if size == LARGEST:
        return largest_bytes
    found = _NAME.fullmatch(size)
    if not found:
        raise PlanError(f"size {size!r} is unknown: write it as in 256 KB or 2.5 MB, or {LARGEST}")
    body_bytes = round(float(found[1]) * _UNITS[found[2]])
    if not LEAST_BYTES <= body_bytes <= largest_bytes:
        raise PlanError(
            f"size {size!r} is {body_bytes} bytes; a body has {LEAST_BYTES} to {largest_bytes}"
        )
    return body_bytes


def body_bytes_in_trace(size: str, largest_bytes: int) -> tuple[str, int]:
    """Return label and bytes of a trace's size: a name, or bytes that are rounded up.

    Raises
    ------
    PlanError
        If it is neither, or does not fit.
    """
    if not size.isdigit():
        return size, body_bytes_of(size, largest_bytes)
    if int(size) > largest_bytes:
        raise PlanError(f"a body of {size} bytes does not fit: the largest has {largest_bytes}")
    steps = max(1, -(-int(size) // TRACE_STEP_BYTES))
    body_bytes = min(steps * TRACE_STEP_BYTES, largest_bytes)
    return label_of(body_bytes), body_bytes


def label_of(body_bytes: int) -> str:
    """Return the stratum of a size that has no name: figures are pooled within one only.

    Examples
    --------
    >>> label_of(700_000)
    'up to 1 MB'
    """
    for name, bound in SIZES_BYTES.items():
        if body_bytes <= bound:
            return f"up to {name}"
    return f"above {list(SIZES_BYTES)[-1]}"
