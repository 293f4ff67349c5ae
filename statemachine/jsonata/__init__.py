"""The JSONata query language."""

import random
from collections.abc import Mapping
from typing import Any


class JsonataSyntaxError(ValueError):
    """A text is no JSONata expression."""

    code = "INVALID_JSONATA_EXPRESSION"


class Expression:
    """A compiled expression."""

    text: str
    variables: frozenset[str]

    def evaluate(
        self, bindings: Mapping[str, Any], randomness: random.Random, *, location: str, state: str
    ) -> Any:
        """Return the value."""
        raise NotImplementedError


def is_expression(value: Any) -> bool:
    """Return whether a value is an expression."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


def compile_expression(text: str) -> Expression:
    """Return the expression."""
    raise NotImplementedError


def template_problems(_template: Any, _location: str) -> list[tuple[str, str, str]]:
    """Return what is wrong."""
    return []


def filled(
    template: Any,
    bindings: Mapping[str, Any],
    randomness: random.Random,
    *,
    location: str,
    state: str,
) -> Any:
    """Return the template filled."""
    raise NotImplementedError
