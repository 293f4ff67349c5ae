"""Variables of an execution: who sees which, and how much they may hold.

Source: Step Functions Developer Guide, "Passing data between states with variables".
"""

from collections.abc import Mapping
from typing import Any, Final

from statemachine.data_limit import utf8_length
from statemachine.errors import DATA_LIMIT_EXCEEDED, StateFault
from statemachine.history import json_text

MAX_VARIABLE_BYTES: Final = 262_144
"""One variable, and also what one state assigns in all. Source: the guide, "Limits"."""
MAX_STORED_BYTES: Final = 10_485_760
"""All variables of an execution. Source: the guide, "Limits"."""


class Variables:
    """Variables of one scope: the state machine's, a branch's or an iteration's.

    What an outer scope holds can be read; what is assigned here is seen here and further in.

    Parameters
    ----------
    seen
        Values that can be read to begin with, by name without `$`.
    stored_bytes
        What those take.
    """

    def __init__(self, seen: Mapping[str, Any] | None = None, stored_bytes: int = 0) -> None:
        self.values: Mapping[str, Any] = seen or {}
        self._stored_bytes = stored_bytes
        self._sizes: dict[str, int] = {}

    def inner(self) -> "Variables":
        """Return the scope of a branch or of an iteration."""
        return Variables(self.values, self._stored_bytes)

    def assign(self, assigned: Mapping[str, Any]) -> dict[str, str]:
        """Set variables, and return their JSON texts by name.

        Raises
        ------
        StateFault
            `States.DataLimitExceeded`.
        """
        texts = {name: json_text(value) for name, value in assigned.items()}
        sizes = {name: utf8_length(text) for name, text in texts.items()}
        for name, size in sizes.items():
            if size > MAX_VARIABLE_BYTES:
                raise StateFault(
                    DATA_LIMIT_EXCEEDED,
                    f"The variable '{name}' has a size exceeding the maximum number of bytes "
                    "service limit.",
                )
        if sum(sizes.values()) > MAX_VARIABLE_BYTES:
            raise StateFault(
                DATA_LIMIT_EXCEEDED,
                "The variables that the state assigns have a size exceeding the maximum number of "
                "bytes service limit.",
            )
        stored = self._stored_bytes + sum(
            size - self._sizes.get(name, 0) for name, size in sizes.items()
        )
        if stored > MAX_STORED_BYTES:
            raise StateFault(
                DATA_LIMIT_EXCEEDED,
                "The variables of the execution have a size exceeding the maximum number of bytes "
                "service limit.",
            )
        self._sizes.update(sizes)
        self._stored_bytes = stored
        # A new mapping: scopes further in and expressions under way keep the one they have.
        self.values = {**self.values, **assigned}
        return texts
