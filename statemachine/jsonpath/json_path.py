"""Paths of the language: JSONPath for reading, reference paths for writing."""

import copy
import json
import re
from functools import lru_cache
from typing import Any, Final

import jsonpath
from jsonpath import selectors

from statemachine.errors import RESULT_PATH_MATCH_FAILURE, RUNTIME, StateFault

_REFERENCE_STEP: Final = re.compile(
    r"\.(?P<name>(?:[^.\[\]'\"*?@(),:\s\\$|~#]|\\.)+)"
    r"|\[(?P<index>\d+)\]"
    r"|\['(?P<single>(?:[^'\\]|\\.)+)'\]"
    r'|\["(?P<double>(?:[^"\\]|\\.)+)"\]'
)


_SELECTORS: Final = frozenset(
    {
        selectors.NameSelector,
        selectors.IndexSelector,
        selectors.SliceSelector,
        selectors.WildcardSelector,
        selectors.Filter,
    }
)


class PathSyntaxError(ValueError):
    """A text is no path of the kind that is asked for."""


@lru_cache(maxsize=4096)
def _compiled(path: str) -> jsonpath.JSONPath:
    try:
        # A reference path may escape characters and have names such as `1`, which the library's
        # grammar lacks in dot notation.
        text = "$" + "".join(f"[{json.dumps(step)}]" for step in reference_steps(path))
    except PathSyntaxError:
        text = path
    try:
        compiled = jsonpath.compile(text)
    except jsonpath.JSONPathError as error:
        raise PathSyntaxError(f"Invalid path '{path}': {str(error).splitlines()[0]}") from error
    extension = _extension(path, compiled)
    if extension or isinstance(compiled, jsonpath.CompoundJSONPath):
        raise PathSyntaxError(f"Invalid path '{path}': {extension}")
    return compiled


def _extension(path: str, compiled: jsonpath.JSONPath | jsonpath.CompoundJSONPath) -> str | None:
    """Say what the library accepts in a path and the language does not, or nothing."""
    if isinstance(compiled, jsonpath.CompoundJSONPath):
        return "paths cannot be joined by | or &"
    if path != path.strip() or path[1:2] not in ("", ".", "["):
        return "it has to begin with $. or $["
    kinds = {type(each) for part in compiled.segments for each in part.selectors}
    if not kinds <= _SELECTORS:
        return "the selectors ~ and # are not part of JSONPath"
    return None


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
        steps.append(int(index) if index is not None else re.sub(r"\\(.)", r"\1", name))
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
    StateFault
        With that name.
    """
    root = context if path.startswith("$$") else data
    compiled = _compiled(path.removeprefix("$") if path.startswith("$$") else path)
    if path in ("$", "$$"):
        return root
    try:
        found = compiled.findall(root) if isinstance(root, dict | list) else []
    except jsonpath.JSONPathError as problem:
        # A filter on values of the wrong type, or data nested too deeply for `..`.
        raise StateFault(
            error, f"The JSONPath '{path}' cannot be applied: {str(problem).splitlines()[0]}"
        ) from problem
    if not compiled.singular_query():
        return found
    if not found:
        raise StateFault(error, f"The JSONPath '{path}' could not be found in the input")
    return found[0]


def selects(path: str, data: Any, context: Any) -> bool:
    """Return whether a path selects anything."""
    try:
        found = read(path, data, context)
    except StateFault:
        return False
    return _is_singular(path) or bool(found)


def _is_singular(path: str) -> bool:
    compiled = _compiled(path.removeprefix("$") if path.startswith("$$") else path)
    return bool(compiled.singular_query())


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
                raise _no_match(path)
            inner = place[step]
        elif isinstance(place, dict):
            inner = place.get(step, {})
        else:
            raise _no_match(path)
        inner = value if following is None else copy.copy(inner)
        place[step] = inner
        place = inner
    return whole


def _no_match(path: str) -> StateFault:
    return StateFault(
        RESULT_PATH_MATCH_FAILURE,
        f"Unable to apply ReferencePath {path} to the state's input",
    )
