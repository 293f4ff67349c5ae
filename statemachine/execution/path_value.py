"""Values that fields named `…Path` refer to, and AWS's words for those that do not fit."""

from typing import Any

from statemachine.errors import RUNTIME, StateFault
from statemachine.history import json_text
from statemachine.jsonpath.json_path import read
from statemachine.scope import Scope


def referenced(path: str, scope: Scope, field: str) -> Any:
    """Return what a field's path leads to.

    Raises
    ------
    StateFault
        `States.Runtime`, where it leads to nothing.
    """
    try:
        return read(path, scope, field=field)
    except StateFault as fault:
        raise StateFault(
            RUNTIME, f"The {field} parameter does not reference an input value: {path}"
        ) from fault


def whole_number(path: str, scope: Scope, field: str, least: int = 0) -> int:
    """Return the whole number that a field's path leads to.

    Raises
    ------
    StateFault
        `States.Runtime` for anything else, and for less than *least*.
    """
    value = referenced(path, scope, field)
    if isinstance(value, bool) or not isinstance(value, int):
        problem = "cannot be parsed as a long value"
    elif value < 0:
        problem = "references a negative value"
    elif value < least:
        problem = f"references a value below {least}"
    else:
        return value
    raise StateFault(RUNTIME, f"The {field} parameter {problem}: {path} == {plain(value)}")


def plain(value: Any) -> str:
    """Return a value as AWS's texts show it: a string without quotes."""
    return value if isinstance(value, str) else json_text(value)
