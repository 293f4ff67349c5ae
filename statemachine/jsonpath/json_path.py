"""Paths of the language: reading what they select, and writing at reference paths."""

import copy
from typing import Any, Final

from statemachine.errors import RESULT_PATH_MATCH_FAILURE, RUNTIME, StateFault
from statemachine.history import json_text
from statemachine.jsonpath.path_selection import NOTHING, NotFoundError, selected
from statemachine.jsonpath.path_syntax import (
    Path,
    PathSyntaxError,
    check_path,
    parsed,
    reference_steps,
    variable_of,
)
from statemachine.scope import Scope

__all__ = [
    "PathSyntaxError",
    "check_path",
    "read",
    "reference_steps",
    "selects",
    "variable_of",
    "write",
]

_FIELDS_WITH_REASON: Final = frozenset({"InputPath", "OutputPath"})
"""Fields for which AWS says why a path does not lead anywhere."""


def read(path: str, scope: Scope, error: str = RUNTIME, field: str = "") -> Any:
    """Return what a path selects: the value, or a list where it can select several.

    Parameters
    ----------
    scope
        What `$`, `$$` and the variables stand for.
    error
        Error name for a path that does not lead anywhere.
    field
        Name of the field that the path is the value of, for the error's text.

    Raises
    ------
    StateFault
        With that name; `States.Runtime` for a variable that has not been assigned.
    """
    compiled = parsed(path)
    root = _root(compiled, scope)
    if compiled.is_whole:
        return root
    if root is None:
        raise StateFault(error, "Unable to apply Path transformation to null or empty input.")
    try:
        found = selected(compiled, root)
    except NotFoundError as reason:
        if field in _FIELDS_WITH_REASON:
            raise StateFault(error, f"Invalid path '{path}' : {reason}") from reason
        where = f" specified for the field '{field}'" if field else ""
        raise StateFault(
            error,
            f"The JSONPath '{path}'{where} could not be found in the input '{json_text(root)}'",
        ) from reason
    return None if found is NOTHING else found


def _root(path: Path, scope: Scope) -> Any:
    if path.root == "$":
        return scope.data
    if path.root == "$$":
        return scope.context
    try:
        return scope.variables[path.root]
    except KeyError:
        raise StateFault(RUNTIME, f"The variable '${path.root}' has not been assigned") from None


def selects(path: str, scope: Scope) -> bool:
    """Return whether a path selects anything; null is something."""
    compiled = parsed(path)
    try:
        found = selected(compiled, _root(compiled, scope))
    except (NotFoundError, StateFault):
        return False
    return found is not NOTHING and (compiled.keys is not None or bool(found))


def write(path: str, data: Any, value: Any) -> Any:
    """Return a copy of *data* with *value* at a reference path; objects on the way are made.

    Raises
    ------
    StateFault
        `States.ResultPathMatchFailure` where something else than an object stands in the way.
    """
    steps = reference_steps(path)
    if not steps:
        return value
    # Only what lies on the way is copied: data is never changed in place, so the rest is shared.
    whole = place = copy.copy(data)
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, int):
            if not isinstance(place, list) or step >= len(place):
                raise _no_match(path, data)
            inner = place[step]
        elif isinstance(place, dict):
            inner = place.get(step, {})
        else:
            raise _no_match(path, data)
        inner = value if following is None else copy.copy(inner)
        place[step] = inner
        place = inner
    return whole


def _no_match(path: str, data: Any) -> StateFault:
    return StateFault(
        RESULT_PATH_MATCH_FAILURE,
        f"Unable to apply ReferencePath {path} to input {json_text(data)}",
    )
