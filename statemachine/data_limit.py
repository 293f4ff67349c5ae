"""How much data one state passes to the next."""

from typing import Final

from statemachine.errors import DATA_LIMIT_EXCEEDED, ExecutionError

MAX_DATA_BYTES: Final = 262_144
"""Input or output of a state or task, as UTF-8. Source: Step Functions quotas, "Maximum input or
output size"."""


def utf8_length(text: str) -> int:
    """Return how many bytes a text has in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def check_length(text: str, name: str) -> None:
    """Refuse JSON text that is too long to be passed on; *name* is the state's or the task's.

    Raises
    ------
    ExecutionError
        `States.DataLimitExceeded`.
    """
    # No character takes more than four bytes.
    if 4 * len(text) > MAX_DATA_BYTES and utf8_length(text) > MAX_DATA_BYTES:
        raise ExecutionError(
            DATA_LIMIT_EXCEEDED,
            f"The state/task '{name}' returned a result with a size exceeding the maximum number "
            "of bytes service limit.",
        )
