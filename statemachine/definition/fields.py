"""Reads the fields of one JSON object of a definition, and collects what is wrong with them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from statemachine.errors import Diagnostic
from statemachine.jsonpath.json_path import PathSyntaxError, check_path, reference_steps
from statemachine.jsonpath.payload_template import expression_problem, template_problems

SCHEMA: Final = "SCHEMA_VALIDATION_FAILED"

_MISSING: Final = object()


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


class Fields:
    """An object's fields; `unread` reports those that nobody has asked for.

    Parameters
    ----------
    value
        The object; anything else is reported and read as empty.
    location
        Its JSON pointer.
    diagnostics
        Where faults go.
    """

    def __init__(self, value: Any, location: str, diagnostics: list[Diagnostic]) -> None:
        self.location = location
        self.diagnostics = diagnostics
        if not isinstance(value, dict):
            self.report("an object is needed here")
            value = {}
        self._values: Mapping[str, Any] = value
        self._read: set[str] = set()

    def report(self, message: str, name: str = "", code: str = SCHEMA) -> None:
        """Report a fault of the object, or of one of its fields."""
        where = f"{self.location}/{name}" if name else self.location
        self.diagnostics.append(Diagnostic(code, where or "/", message))

    def has(self, name: str) -> bool:
        """Return whether the field is there."""
        return name in self._values

    def raw(self, name: str, default: Any = None) -> Any:
        """Return a field as it is."""
        self._read.add(name)
        return self._values.get(name, default)

    def _checked(self, name: str, default: Any, is_right: Callable[[Any], bool], kind: str) -> Any:
        value = self.raw(name, _MISSING)
        if value is _MISSING:
            return default
        if not is_right(value):
            self.report(f"{name} has to be {kind}", name)
            return default
        return value

    def text(self, name: str, default: str | None = None, *, required: bool = False) -> str | None:
        """Return a string."""
        if required and not self.has(name):
            self.report(f"These fields are required: [{name}]")
        found: str | None = self._checked(
            name, default, lambda value: isinstance(value, str), "a string"
        )
        return found

    def number(
        self,
        name: str,
        default: float | None = None,
        *,
        least: float = 0,
        most: float = 99_999_999,
        whole: bool = True,
    ) -> float | None:
        """Return a number between bounds."""
        kinds = (int,) if whole else (int, float)
        found: float | None = self._checked(
            name,
            default,
            lambda value: (
                isinstance(value, kinds) and not isinstance(value, bool) and least <= value <= most
            ),
            f"{'a whole number' if whole else 'a number'} from {least:g} to {most:g}",
        )
        return found

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a boolean."""
        return bool(
            self._checked(name, default, lambda value: isinstance(value, bool), "true or false")
        )

    def path(self, name: str, default: str | None = None, *, nullable: bool = False) -> str | None:
        """Return a JSONPath; null, where it may be, is None."""
        return self._path(name, default, check_path, nullable=nullable)

    def reference_path(self, name: str, default: str | None = None) -> str | None:
        """Return a reference path; null is None."""
        return self._path(name, default, reference_steps, nullable=True)

    def _path(
        self, name: str, default: str | None, check: Callable[[str], Any], *, nullable: bool
    ) -> str | None:
        if nullable and name in self._values and self._values[name] is None:
            self._read.add(name)
            return None
        found = self.text(name, default)
        if found is None:
            return default
        try:
            check(found)
        except PathSyntaxError as error:
            self.report(f"The value for the field '{name}' must be a valid path. {error}", name)
            return default
        return found

    def expression(self, name: str) -> str | None:
        """Return a path or an intrinsic function."""
        found = self.text(name)
        problem = expression_problem(found) if found is not None else None
        if problem:
            self.report(f"The value for the field '{name}' is not valid: {problem}", name)
            return None
        return found

    def template(self, name: str) -> Any:
        """Return a payload template."""
        found = self.raw(name)
        for where, problem in template_problems(found, f"{self.location}/{name}"):
            field = where.rsplit("/", 1)[-1]
            message = f"The value for the field '{field}' must be a valid JSONPath: {problem}"
            self.diagnostics.append(Diagnostic(SCHEMA, where, message))
        return found

    def items(self, name: str, *, required: bool = False) -> list["Fields"]:
        """Return an array of objects."""
        if required and not self.has(name):
            self.report(f"These fields are required: [{name}]")
        found = self._checked(name, [], lambda value: isinstance(value, list), "an array")
        if required and self.has(name) and not found:
            self.report(f"{name} has to hold something", name)
        return [
            Fields(item, f"{self.location}/{name}[{place}]", self.diagnostics)
            for place, item in enumerate(found)
        ]

    def object(self, name: str) -> "Fields":
        """Return an object."""
        return Fields(self.raw(name, {}), f"{self.location}/{name}", self.diagnostics)

    def names(self, name: str) -> tuple[str, ...]:
        """Return an array of strings that may not be empty."""
        found = self._checked(
            name,
            [],
            _is_list_of_text,
            "an array of strings, at least one",
        )
        if not self.has(name):
            self.report(f"These fields are required: [{name}]")
        return tuple(found)

    def keys(self) -> list[str]:
        """Return the names of all fields."""
        return list(self._values)

    def unread(self) -> None:
        """Report every field that has not been read."""
        for name in self._values:
            if name not in self._read:
                self.report(f"Field '{name}' is not supported here", name)
