"""Conditions within paths, `[?(@.price < 10)]`, as the JSONPath library that AWS uses has them.

Source: Jayway JsonPath, README, "Filter Operators"; Step Functions Developer Guide, "Paths": `@`
stands for objects and not for scalar values.
"""

from collections.abc import Sequence
from typing import Any, Final

import jsonpath
from jsonpath.filter import UNDEFINED
from jsonpath.match import NodeList
from jsonpath.selectors import FilterContext


class _Environment(jsonpath.JSONPathEnvironment):
    """Compares as Jayway does: a number and a string are equal if the string reads as it."""

    def compare(self, left: object, operator: str, right: object) -> bool:
        """Return whether a comparison holds."""
        left, right = _plain(left), _plain(right)
        match operator:
            case "==":
                return _equal(left, right)
            case "!=":
                return not _equal(left, right)
            case "<":
                return _below(left, right)
            case ">":
                return _below(right, left)
            case "<=":
                return _below(left, right) or (_are_ordered(left, right) and left == right)
            case ">=":
                return _below(right, left) or (_are_ordered(left, right) and left == right)
            case "in":
                return isinstance(right, list) and any(_equal(left, each) for each in right)
            case "contains" if isinstance(left, list):
                return any(_equal(each, right) for each in left)
            case "contains":
                return isinstance(left, str) and isinstance(right, str) and right in left
        return bool(super().compare(left, operator, right))


ENVIRONMENT: Final = _Environment()


def _plain(value: object) -> object:
    return UNDEFINED if isinstance(value, NodeList) and not value else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equal(left: Any, right: Any) -> bool:
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


def _are_ordered(left: Any, right: Any) -> bool:
    return (_is_number(left) and _is_number(right)) or (
        isinstance(left, str) and isinstance(right, str)
    )


def _below(left: Any, right: Any) -> bool:
    return _are_ordered(left, right) and bool(left < right)


def holds(condition: Any, value: Any, root: Any) -> bool:
    """Return whether a filter's expression holds for one value.

    Raises
    ------
    jsonpath.JSONPathError
        For what cannot be compared.
    """
    if not isinstance(value, dict):
        return False
    whole = root if isinstance(root, dict | Sequence) else {}
    context = FilterContext(env=ENVIRONMENT, current=value, root=whole)
    return bool(condition.evaluate(context))
