"""Body sizes by name or in bytes, and the label that a number of bytes gets."""

from typing import Final

from bench.load.errors import PlanError
from bench.load.payloads import SIZES_BYTES
from sim.workload.body_size import body_bytes_of as named_body_bytes

TRACE_STEP_BYTES: Final = 262_144
"""Sizes in bytes are rounded up to whole ones of these: each exact size is a template of its own,
which costs its making and its memory."""


def body_bytes_of(size: str, largest_bytes: int) -> int:
    """Return the bytes of the body that is called `size`: see `sim.workload.body_size`.

    Raises
    ------
    PlanError
        If it is no size, or one that does not fit.
    """
    try:
        return named_body_bytes(size, largest_bytes)
    except ValueError as error:
        raise PlanError(str(error)) from error


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
