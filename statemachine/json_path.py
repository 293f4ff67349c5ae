"""Paths of the language: JSONPath for reading, reference paths for writing."""

import copy
import re
from functools import lru_cache
from typing import Any, Final

import jsonpath

from statemachine.errors import RESULT_PATH_MATCH_FAILURE, RUNTIME, ExecutionError

_REFERENCE_STEP: Final = re.compile(
    r"\.(?P<name>[^.\[\]'\"*?@(),:\s]+)"
    r"|\[(?P<index>\d+)\]"
    r"|\['(?P<single>(?:[^'\\]|\\.)+)'\]"
    r'|\["(?P<double>(?:[^"\\]|\\.)+)"\]'
)


class PathSyntaxError(ValueError):
    """A text is no path of the kind that is asked for."""


@lru_cache(maxsize=4096)
def _compiled(path: str) -> Any:
    try:
        return jsonpath.compile(path)
    except jsonpath.JSONPathError as error:
        raise PathSyntaxError(f"Invalid path '{path}': {str(error).splitlines()[0]}") from error


def check_path(path: str) -> None:
    """Refuse what is neither a JSONPath nor one into the context object (`$$`).

    Raises
    ------
    PathSyntaxError
        Names the path.
    """
    if not path.startswith("$"):
        raise PathSyntaxError(f"Invalid path '{path}': it has to begin with $")
    _compiled(path.removeprefix("$") if path.startswith("$$") else path)


@lru_cache(maxsize=4096)
def reference_steps(path: str) -> tuple[str | int, ...]:
    """Return a reference path's names and indexes.

    Raises
    ------
    PathSyntaxError
        If the path could name more than one node.
    """
    steps: list[str | int] = []
    place = 1
    while path.startswith("$") and place < len(path):
        match = _REFERENCE_STEP.match(path, place)
        if match is None:
            break
        name, index = match["name"] or match["single"] or match["double"], match["index"]
        steps.append(int(index) if index is not None else name.replace("\\'", "'"))
        place = match.end()
    if not path.startswith("$") or place != max(1, len(path)):
        raise PathSyntaxError(f"Invalid reference path '{path}': it may name one node only")
    return tuple(steps)


def read(path: str, data: Any, context: Any, error: str = RUNTIME) -> Any:
    """Return what a path selects: the value, or a list where it can select several.

    Parameters
    ----------
    data
        What `$` stands for.
    context
        What `$$` stands for.
    error
        Error name for a path that selects nothing.

    Raises
    ------
    ExecutionError
        With that name.
    """
    root = context if path.startswith("$$") else data
    compiled = _compiled(path.removeprefix("$") if path.startswith("$$") else path)
    if path in ("$", "$$"):
        return root
    found = compiled.findall(root) if isinstance(root, dict | list) else []
    if not compiled.singular_query():
        return found
    if not found:
        raise ExecutionError(error, f"The JSONPath '{path}' could not be found in the input")
    return found[0]


def selects(path: str, data: Any, context: Any) -> bool:
    """Return whether a path selects anything."""
    try:
        found = read(path, data, context)
    except ExecutionError:
        return False
    return _is_singular(path) or bool(found)


def _is_singular(path: str) -> bool:
    compiled = _compiled(path.removeprefix("$") if path.startswith("$$") else path)
    return bool(compiled.singular_query())


def write(path: str, data: Any, value: Any) -> Any:
    """Return a copy of *data* with *value* at a reference path; objects on the way are made.

    Raises
    ------
    ExecutionError
        `States.ResultPathMatchFailure` where something else than an object stands in the way.
    """
    steps = reference_steps(path)
    if not steps:
        return value
    whole = copy.deepcopy(data)
    place = whole
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        if isinstance(step, int):
            if not isinstance(place, list) or step >= len(place):
                raise _no_match(path)
            if last:
                place[step] = value
            else:
                place = place[step]
            continue
        if not isinstance(place, dict):
            raise _no_match(path)
        if last:
            place[step] = value
        else:
            place = place.setdefault(step, {})
    return whole


def _no_match(path: str) -> ExecutionError:
    return ExecutionError(
        RESULT_PATH_MATCH_FAILURE,
        f"Unable to apply ReferencePath {path} to the state's input",
    )
