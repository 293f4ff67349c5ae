"""Data on its way into a task or a branch."""

from typing import Any

from statemachine.data_limit import check_length
from statemachine.history import json_text


def check_size(value: Any, name: str) -> None:
    """Refuse what is too large to be passed on; *name* is the state's or the task's.

    Raises
    ------
    ExecutionError
        `States.DataLimitExceeded`.
    """
    check_length(json_text(value), name)
