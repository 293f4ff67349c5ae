"""Choice rules: comparisons of a variable, and their And, Or and Not.

Source: Amazon States Language specification, "Choice State".
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from statemachine.errors import RUNTIME, StateFault
from statemachine.jsonpath.json_path import read, selects
from statemachine.scope import Scope

_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One operator on a variable; `expected` is a value, or a path where `is_path`."""

    variable: str
    operator: str
    expected: Any
    is_path: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All rules hold."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some rule holds."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The rule does not hold."""

    rule: "Rule"


Rule = Comparison | And | Or | Not


def holds(rule: Rule, scope: Scope) -> bool:
    """Return whether a rule holds.

    Raises
    ------
    StateFault
        `States.Runtime` for a variable or path that is not there (`IsPresent` excepted).
    """
    match rule:
        case And():
            return all(holds(each, scope) for each in rule.rules)
        case Or():
            return any(holds(each, scope) for each in rule.rules)
        case Not():
            return not holds(rule.rule, scope)
        case Comparison():
            return _compared(rule, scope)


def _compared(rule: Comparison, scope: Scope) -> bool:
    if rule.operator == "IsPresent":
        return selects(rule.variable, scope) is rule.expected
    value = _operand(rule.variable, scope)
    if rule.operator in TYPE_TESTS:
        return TYPE_TESTS[rule.operator](value) is rule.expected
    expected = _operand(rule.expected, scope) if rule.is_path else rule.expected
    is_of_type, compare = COMPARISONS[rule.operator]
    return is_of_type(value) and is_of_type(expected) and compare(value, expected)


def _operand(path: str, scope: Scope) -> Any:
    try:
        return read(path, scope)
    except StateFault as fault:
        raise StateFault(
            RUNTIME,
            f"Invalid path '{path}': The choice state's condition path references an invalid "
            "value.",
        ) from fault


def is_boolean(value: Any) -> bool:
    """Return whether a JSON value is a boolean."""
    return isinstance(value, bool)


def is_numeric(value: Any) -> bool:
    """Return whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_string(value: Any) -> bool:
    """Return whether a JSON value is a string."""
    return isinstance(value, str)


def is_timestamp(value: Any) -> bool:
    """Return whether a JSON value is a time of RFC 3339's profile of ISO 8601, `T` and zone set."""
    return timestamp(value) is not None


def timestamp(value: Any) -> datetime | None:
    """Return the time that a JSON value states, if it does."""
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def matches(value: str, pattern: str) -> bool:
    r"""Return whether a string matches a pattern, in which `*` stands for any characters.

    `\*` is an asterisk and `\\` a backslash.
    """
    literals = [""]
    for piece in re.findall(r"\\[*\\]|.", pattern, re.DOTALL):
        if piece == "*":
            literals.append("")
        else:
            literals[-1] += piece[-1]
    if len(literals) == 1:
        return value == literals[0]
    # Each literal is taken where it comes first: no going back, so no pattern takes long.
    first, *middle, last = literals
    end = len(value) - len(last)
    if end < len(first) or not value.startswith(first) or not value.endswith(last):
        return False
    place = len(first)
    for literal in middle:
        found = value.find(literal, place, end)
        if found < 0:
            return False
        place = found + len(literal)
    return True


TYPE_TESTS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "IsBoolean": is_boolean,
    "IsNull": lambda value: value is None,
    "IsNumeric": is_numeric,
    "IsString": is_string,
    "IsTimestamp": is_timestamp,
}

_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
}

_Comparisons = Mapping[str, tuple[Callable[[Any], bool], Callable[[Any, Any], bool]]]


def _at_times(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda first, second: compare(timestamp(first), timestamp(second))


COMPARISONS: Final[_Comparisons] = {
    "BooleanEquals": (is_boolean, operator.eq),
    "StringMatches": (is_string, matches),
    **{f"String{name}": (is_string, compare) for name, compare in _ORDERS.items()},
    **{f"Numeric{name}": (is_numeric, compare) for name, compare in _ORDERS.items()},
    **{f"Timestamp{name}": (is_timestamp, _at_times(compare)) for name, compare in _ORDERS.items()},
}
"""Operator → type that both sides must have, and the comparison. All but StringMatches also exist
with `Path` behind the name."""
