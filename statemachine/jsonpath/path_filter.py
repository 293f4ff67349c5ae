"""Conditions within paths, `[?(@.price < 10)]`, as the JSONPath library that AWS uses has them.

The library parses them; what it parsed is made into functions here, since it resolves each path
for each item by generators. Source: Jayway JsonPath, README, "Filter Operators"; Step Functions
Developer Guide, "Paths": `@` stands for objects and not for scalar values.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import jsonpath
from jsonpath import filter as parts
from jsonpath.match import NodeList
from jsonpath.selectors import FilterContext, IndexSelector, NameSelector

Term = Callable[[Any, Any], Any]
"""Gives a term's value for an object (`@`) and the whole document (`$`)."""

ENVIRONMENT: Final = jsonpath.JSONPathEnvironment()
_ABSENT: Final[Any] = parts.UNDEFINED


class FilterError(ValueError):
    """The library takes an expression for a filter, and AWS does not."""


class Condition:
    """A filter's expression, made ready.

    Raises
    ------
    FilterError
        For what only the library has.
    """

    def __init__(self, expression: Any) -> None:
        self._holds = _truth(expression.expression)

    def holds(self, value: Any, root: Any) -> bool:
        """Return whether it holds for one value, in a document.

        Raises
        ------
        jsonpath.JSONPathError
            For what cannot be evaluated.
        """
        return isinstance(value, dict) and bool(self._holds(value, root))


def _truth(expression: Any) -> Term:
    """Return what says whether an expression holds; a path holds if there is something at it."""
    match expression:
        case parts.InfixExpression(operator="&&"):
            left, right = _truth(expression.left), _truth(expression.right)
            return lambda value, root: left(value, root) and right(value, root)
        case parts.InfixExpression(operator="||"):
            left, right = _truth(expression.left), _truth(expression.right)
            return lambda value, root: left(value, root) or right(value, root)
        case parts.InfixExpression():
            compare = _COMPARISONS[expression.operator]
            left, right = _term(expression.left), _term(expression.right)
            return lambda value, root: compare(left(value, root), right(value, root))
        case parts.PrefixExpression():
            inner = _truth(expression.right)
            return lambda value, root: not inner(value, root)
        case parts.BooleanLiteral():
            return lambda _value, _root: expression.value
    term = _term(expression)
    return lambda value, root: term(value, root) is not _ABSENT


def _term(expression: Any) -> Term:
    match expression:
        case parts.FilterExpressionLiteral() | parts.Nil() | parts.ListLiteral():
            constant = expression.evaluate(_context({}, {}))
            return lambda _value, _root: constant
        case parts.RelativeFilterQuery() | parts.RootFilterQuery():
            return _query(expression)
    raise FilterError(f"{expression} is not part of a filter")


def _query(expression: parts.FilterQuery) -> Term:
    is_relative = isinstance(expression, parts.RelativeFilterQuery)
    keys = _keys(expression.path)
    if keys is not None:
        if is_relative:
            return lambda value, _root: _at(keys, value)
        return lambda _value, root: _at(keys, root)

    def by_the_library(value: Any, root: Any) -> Any:
        found = expression.evaluate(_context(value, root))
        return found if isinstance(found, NodeList) and found else _ABSENT

    return by_the_library


def _context(value: Any, root: Any) -> FilterContext:
    whole = root if isinstance(root, dict | Sequence) else {}
    return FilterContext(env=ENVIRONMENT, current=value, root=whole)


def _keys(path: jsonpath.JSONPath) -> tuple[str | int, ...] | None:
    """Return the names and indexes of a path that leads to one place."""
    if not path.singular_query():
        return None
    keys: list[str | int] = []
    for segment in path.segments:
        (only,) = segment.selectors
        if type(only) is NameSelector:
            keys.append(only.name)
        elif type(only) is IndexSelector:
            keys.append(only.index)
        else:
            return None
    return tuple(keys)


def _at(keys: Sequence[str | int], value: Any) -> Any:
    for key in keys:
        if isinstance(key, str):
            if not isinstance(value, dict) or key not in value:
                return _ABSENT
        elif not isinstance(value, list) or not -len(value) <= key < len(value):
            return _ABSENT
        value = value[key]
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(left: Any, right: Any) -> bool:
    """Compare as Jayway does: a number and a string are equal if the string reads as the number."""
    if _is_number(left) and isinstance(right, str):
        left, right = right, left
    if isinstance(left, str) and _is_number(right):
        try:
            return bool(float(left) == right)
        except ValueError:
            return False
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def _below(left: Any, right: Any) -> bool:
    """Compare two numbers or two strings; others have no order."""
    are_strings = isinstance(left, str) and isinstance(right, str)
    return (are_strings or (_is_number(left) and _is_number(right))) and bool(left < right)


def _at_most(left: Any, right: Any) -> bool:
    are_strings = isinstance(left, str) and isinstance(right, str)
    return (are_strings or (_is_number(left) and _is_number(right))) and bool(left <= right)


def _is_in(left: Any, right: Any) -> bool:
    return isinstance(right, list) and any(_equal(left, each) for each in right)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return _is_in(right, left)


def _matches(left: Any, right: Any) -> bool:
    return isinstance(left, str) and hasattr(right, "fullmatch") and bool(right.fullmatch(left))


_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<>": lambda left, right: not _equal(left, right),
    "<": _below,
    "<=": _at_most,
    ">": lambda left, right: _below(right, left),
    ">=": lambda left, right: _at_most(right, left),
    "in": _is_in,
    "contains": _contains,
    "=~": _matches,
}
