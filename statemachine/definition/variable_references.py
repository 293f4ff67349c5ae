"""Which variables the states of a definition read.

Source: Step Functions API Reference, DescribeStateMachine, "variableReferences": "A map of state
name to a list of variables referenced by that state."
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from statemachine.definition.languages import JSONATA, JSONPATH
from statemachine.jsonata import compile_expression, is_expression

_WITHIN: Final = frozenset({"Branches", "ItemProcessor", "Iterator", "States"})
"""Fields that hold states of their own."""

_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'")
_VARIABLE: Final = re.compile(r"(?<!\$)\$([^\W\d]\w*)")


@lru_cache(maxsize=32)
def variable_references(definition: str) -> Mapping[str, list[str]]:
    """Return the variables that each state reads, by its name; states that read none are left out.

    Parameters
    ----------
    definition
        JSON text of a definition without faults.
    """
    machine = json.loads(definition)
    found = _references(machine, machine.get("QueryLanguage", JSONPATH))
    return {name: sorted(names) for name, names in found if names}


def _references(scope: Any, language: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the states below a value, each with the variables that it reads itself."""
    if isinstance(scope, list):
        for each in scope:
            yield from _references(each, language)
        return
    if not isinstance(scope, dict):
        return
    for name, state in scope.get("States", {}).items():
        own = state.get("QueryLanguage", language)
        yield name, set(_read(state, "", own))
        for field in _WITHIN & state.keys():
            yield from _references(state[field], language)


def _read(value: Any, field: str, language: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name not in _WITHIN:
                yield from _read(member, name, language)
    elif isinstance(value, list):
        for item in value:
            yield from _read(item, field, language)
    elif language == JSONATA and is_expression(value):
        yield from compile_expression(value).variables
    elif isinstance(value, str) and language == JSONPATH and _holds_path(field):
        yield from _VARIABLE.findall(_QUOTED.sub("", value))


def _holds_path(field: str) -> bool:
    return field.endswith((".$", "Path")) or field == "Variable"
