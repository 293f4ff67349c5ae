"""Reads the fields of one JSON object of a definition, and collects what is wrong with them."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from statemachine.definition.findings import SCHEMA, Findings
from statemachine.definition.languages import JSONATA, JSONPATH, unsupported
from statemachine.jsonata import compile_expression, is_expression
from statemachine.jsonata import template_problems as jsonata_problems
from statemachine.jsonpath.json_path import PathSyntaxError, check_path, reference_steps
from statemachine.jsonpath.payload_template import expression_problem, template_problems
from statemachine.scope import ABSENT

INPUT: Final = frozenset({"input", "context"})
RESULT: Final = INPUT | {"result"}
ERROR_OUTPUT: Final = INPUT | {"errorOutput"}
"""What `$states` has: everywhere, in Output and Assign of a state with a result, in a catcher.
Source: Step Functions Developer Guide, "Passing data between states with variables", reserved
variable."""

_OF_TYPE: Final = "Expected value of type {}"
_NO_PATH: Final = "Value must be a valid JSONPath."
_NO_REFERENCE_PATH: Final = "Value is not a Reference Path: {}"


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


class Fields:
    """An object's fields; `unread` reports those that nobody has asked for.

    Parameters
    ----------
    value
        The object; anything else is reported and read as empty.
    location
        Where it stands in the definition.
    findings
        Where faults go.
    language
        The query language of the state that the object belongs to.
    """

    def __init__(
        self, value: Any, location: str, findings: Findings, language: str = JSONPATH
    ) -> None:
        self.location = location
        self.findings = findings
        self.language = language
        if not isinstance(value, dict):
            self.report(_OF_TYPE.format("Object"))
            value = {}
        self._values: Mapping[str, Any] = value
        self._read: set[str] = set()

    @property
    def is_jsonata(self) -> bool:
        """Whether the fields are of a JSONata state."""
        return self.language == JSONATA

    def report(self, message: str, name: str = "", code: str = SCHEMA, *, reason: str = "") -> None:
        """Report a fault of the object, or of one of its fields."""
        where = f"{self.location}/{name}" if name else self.location
        self.findings.add(code, where, message, reason=reason)

    def has(self, name: str) -> bool:
        """Return whether the field is there."""
        return name in self._values

    def raw(self, name: str, default: Any = None) -> Any:
        """Return a field as it is."""
        self._read.add(name)
        return self._values.get(name, default)

    def required(self, *names: str) -> None:
        """Report those of the fields that are not there."""
        missing = [name for name in names if not self.has(name)]
        if missing:
            self.report(f"These fields are required: [{', '.join(missing)}]")

    def one_of(self, *names: str) -> None:
        """Report a second one of the fields."""
        given = [name for name in names if self.has(name)]
        if len(given) > 1:
            self.report(f"Only one of these fields can be set: [{', '.join(given)}]")

    def _checked(
        self, name: str, default: Any, is_right: Callable[[Any], bool], problem: str
    ) -> Any:
        value = self.raw(name, ABSENT)
        if value is ABSENT:
            return default
        if not is_right(value):
            self.report(problem, name)
            return default
        return value

    def text(self, name: str, default: str | None = None, *, required: bool = False) -> str | None:
        """Return a string."""
        if required:
            self.required(name)
        found: str | None = self._checked(
            name, default, lambda value: isinstance(value, str), _OF_TYPE.format("String")
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
        kinds, kind = (int, "Integer") if whole else (int | float, "Number")
        found: float | None = self._checked(
            name,
            None,
            lambda value: isinstance(value, kinds) and not isinstance(value, bool),
            _OF_TYPE.format(kind),
        )
        if found is None:
            return default
        if not least <= found <= most:
            self.report(f"Value must be from {least:.15g} to {most:.15g}.", name)
            return default
        return found

    def quantity(self, name: str, *, least: float = 0, most: float = 99_999_999) -> Any:
        """Return a whole number: fixed, a path to it (`…Path`), or an expression for it."""
        if self.is_jsonata:
            if is_expression(self._values.get(name)):
                return self.jsonata(name)
            return self.number(name, least=least, most=most)
        self.one_of(name, f"{name}Path")
        fixed, path = self.number(name, least=least, most=most), self.path(f"{name}Path")
        return path if path is not None else fixed

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a boolean."""
        return bool(
            self._checked(
                name, default, lambda value: isinstance(value, bool), _OF_TYPE.format("Boolean")
            )
        )

    def path(self, name: str, default: str | None = None, *, nullable: bool = False) -> str | None:
        """Return a JSONPath; null, where it may be, is None."""
        return self._path(name, default, check_path, _NO_PATH, nullable=nullable)

    def reference_path(self, name: str, default: str | None = None) -> str | None:
        """Return a reference path; null is None."""
        return self._path(name, default, reference_steps, _NO_REFERENCE_PATH, nullable=True)

    def _path(
        self,
        name: str,
        default: str | None,
        check: Callable[[str], Any],
        problem: str,
        *,
        nullable: bool,
    ) -> str | None:
        if self.is_jsonata:
            return default  # left unread, and so reported as a field of the other language
        if nullable and name in self._values and self._values[name] is None:
            self._read.add(name)
            return None
        found = self.text(name, default)
        if found is None:
            return default
        try:
            check(found)
        except PathSyntaxError as error:
            self.report(problem.format(error), name, reason=str(error))
            return default
        return found

    def expression(self, name: str) -> str | None:
        """Return a path or an intrinsic function."""
        if self.is_jsonata:
            return None
        found = self.text(name)
        problem = expression_problem(found) if found is not None else None
        if problem:
            self.report(
                f"The value for the field '{name}' must be a valid JSONPath or a valid intrinsic "
                "function call",
                name,
                reason=problem,
            )
            return None
        return found

    def jsonata(self, name: str) -> Any:
        """Return a compiled JSONata expression, or None if it is none, which is reported."""
        found = self.text(name)
        if found is None or self._jsonata_faults(found, name, INPUT):
            return None
        return compile_expression(found)

    def _jsonata_faults(self, template: Any, name: str, states: Collection[str]) -> bool:
        problems = jsonata_problems(template, f"{self.location}/{name}", states)
        for at, code, problem in problems:
            self.findings.add(code, at, problem)
        return bool(problems)

    def text_or_jsonata(self, name: str) -> Any:
        """Return a string; of a JSONata state an expression where it is one."""
        if self.is_jsonata and is_expression(self._values.get(name)):
            return self.jsonata(name)
        return self.text(name)

    def template(self, name: str, default: Any = None, *, states: Collection[str] = INPUT) -> Any:
        """Return a payload template of the state's language.

        *states* are the members that `$states` has where it is evaluated.
        """
        found = self.raw(name, default)
        if found is default:
            return found
        if self.is_jsonata:
            self._jsonata_faults(found, name, states)
        else:
            for at, problem in template_problems(found, f"{self.location}/{name}"):
                field = at.rsplit("/", 1)[-1]
                self.findings.add(
                    SCHEMA,
                    at,
                    f"The value for the field '{field}' must be a valid JSONPath or a valid "
                    "intrinsic function call",
                    reason=problem,
                )
        return found

    def items(self, name: str, *, required: bool = False) -> list["Fields"]:
        """Return an array of objects."""
        if required:
            self.required(name)
        found = self._checked(
            name, [], lambda value: isinstance(value, list), _OF_TYPE.format("Array")
        )
        if required and self.has(name) and not found:
            self.report("Value must hold at least one item.", name)
        return [
            Fields(item, f"{self.location}/{name}[{place}]", self.findings, self.language)
            for place, item in enumerate(found)
        ]

    def object(self, name: str) -> "Fields":
        """Return an object."""
        return Fields(self.raw(name, {}), f"{self.location}/{name}", self.findings, self.language)

    def names(self, name: str) -> tuple[str, ...]:
        """Return an array of strings that may not be empty."""
        self.required(name)
        found = self._checked(name, [], _is_list_of_text, "Value must be an array of strings.")
        return tuple(found)

    def keys(self) -> list[str]:
        """Return the names of all fields."""
        return list(self._values)

    def unread(self) -> None:
        """Report every field that has not been read."""
        for name in self._values:
            if name not in self._read:
                # AWS names the object and not the field as the place.
                self.findings.add(
                    SCHEMA,
                    self.location,
                    unsupported(name, self.language),
                    place=f"{self.location}/{name}",
                )
