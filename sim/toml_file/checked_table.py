"""Reads values out of a TOML table, and refuses what is none by its dotted path."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table and where it is: the file's name, and the dotted path of the table within it.

    Each method raises what `refuse` makes of a message with file, path, value and mend.

    Parameters
    ----------
    refuse
        Makes the exception of the package that the file belongs to.
    """

    content: Mapping[str, Any]
    file: str
    refuse: Callable[[str], Exception]
    path: str = ""

    def where(self, key: str) -> str:
        """Return how a message names `key`."""
        return f"{self.file}: {self.path}{'.' if self.path else ''}{key}"

    def error(self, key: str, reason: str) -> Exception:
        """Return the refusal of `key`."""
        return self.refuse(f"{self.where(key)} {reason}")

    def only(self, *known: str) -> None:
        """Refuse any other key."""
        for key in self.content:
            if key not in known:
                raise self.error(key, f"is unknown; known here: {', '.join(known)}")

    def number(self, key: str, default: float | None = None, *, least: float = 0.0) -> float:
        """Return a number of at least `least`."""
        value = self.content.get(key, default)
        if value is None:
            raise self.error(key, "is missing; write a number")
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise self.error(key, f"is {value!r}; write a number")
        if value < least:
            raise self.error(key, f"is {value!r}; write {least:g} or more")
        return float(value)

    def whole(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        """Return a whole number of at least `least`."""
        value = self.number(key, default, least=least)
        if value != int(value):
            raise self.error(key, f"is {value!r}; write a whole number")
        return int(value)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty."""
        value = self.content.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f'is missing, or no text; write {key} = "…"')
        return value

    def choice(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """Return one of `known`."""
        value = self.text(key, default)
        if value not in known:
            raise self.error(key, f"is {value!r}; take one of {', '.join(known)}")
        return value

    def table(self, key: str) -> "CheckedTable":
        """Return the table at `key`; an empty one if there is none."""
        value = self.content.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"is {value!r}; write a table")
        path = f"{self.path}{'.' if self.path else ''}{key}"
        return CheckedTable(value, self.file, self.refuse, path)

    def tables(self) -> Iterator[tuple[str, "CheckedTable"]]:
        """Yield each key with the table that it must be."""
        for key in self.content:
            yield key, self.table(key)

    def weights(self) -> dict[str, float]:
        """Return all keys as names with weights, at least one above 0."""
        found = {key: self.number(key) for key in self.content}
        if not any(found.values()):
            raise self.refuse(f"{self.file}: {self.path} has no weight above 0; write one")
        return found
