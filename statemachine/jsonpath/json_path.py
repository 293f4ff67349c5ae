"""Paths of the language: JSONPath for reading, reference paths for writing."""

import copy
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import jsonpath
from jsonpath import selectors

from statemachine.errors import RESULT_PATH_MATCH_FAILURE, RUNTIME, StateFault
from statemachine.scope import Scope

_REFERENCE_STEP: Final = re.compile(
    r"\.(?P<name>(?:[^.\[\]'\"*?@(),:\s\\$|~#]|\\.)+)"
    r"|\[(?P<index>\d+)\]"
    r"|\['(?P<single>(?:[^'\\]|\\.)+)'\]"
    r'|\["(?P<double>(?:[^"\\]|\\.)+)"\]'
)

_ROOT: Final = re.compile(r"\$(?:\$|(?P<name>[^\W\d]\w*)?)(?=[.\[]|\Z)")

MAX_NAME_CHARACTERS: Final = 80
"""Of a variable's name. Source: Step Functions Developer Guide, "Passing data between states with
variables"."""

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


@dataclass(frozen=True, slots=True)
class _Path:
    """A path that has been read: `root` is `$`, `$$` or a variable's name."""

    root: str
    rest: jsonpath.JSONPath
    is_whole: bool
    is_definite: bool


@lru_cache(maxsize=4096)
def _compiled(path: str) -> _Path:
    match = _ROOT.match(path)
    if match is None or len(match["name"] or "") > MAX_NAME_CHARACTERS:
        raise PathSyntaxError(f"Invalid path '{path}': it has to begin with $, $$ or $variable")
    rest = path[match.end() :]
    compiled = _compiled_rest(path, "$" + rest)
    root = match["name"] or match[0]
    return _Path(root, compiled, is_whole=not rest, is_definite=compiled.singular_query())


def _compiled_rest(path: str, rest: str) -> jsonpath.JSONPath:
    try:
        # A reference path may escape characters and have names such as `1`, which the library's
        # grammar lacks in dot notation.
        text = "$" + "".join(f"[{json.dumps(step)}]" for step in reference_steps(rest))
    except PathSyntaxError:
        text = rest
    try:
        compiled = jsonpath.compile(text)
    except jsonpath.JSONPathError as error:
        raise PathSyntaxError(f"Invalid path '{path}': {str(error).splitlines()[0]}") from error
    extension = _extension(rest, compiled)
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
    """Refuse what is no JSONPath, be it into the data, the context (`$$`) or a variable (`$name`).

    Raises
    ------
    PathSyntaxError
        Names the path.
    """
    _compiled(path)


def variable_of(path: str) -> str | None:
    """Return the name, without `$`, of the variable that a path begins at, if it does."""
    root = _compiled(path).root
    return root if root not in ("$", "$$") else None


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


def read(path: str, scope: Scope, error: str = RUNTIME, field: str = "") -> Any:
    """Return what a path selects: the value, or a list where it can select several.

    Parameters
    ----------
    scope
        What `$`, `$$` and the variables stand for.
    error
        Error name for a path that selects nothing.
    field
        Name of the field that the path is the value of, for the error's text.

    Raises
    ------
    StateFault
        With that name; `States.Runtime` for a variable that has not been assigned.
    """
    compiled = _compiled(path)
    root = _root(compiled, scope)
    if compiled.is_whole:
        return root
    try:
        found = compiled.rest.findall(root) if isinstance(root, dict | list) else []
    except jsonpath.JSONPathError as problem:
        # A filter on values of the wrong type, or data nested too deeply for `..`.
        raise StateFault(
            error, f"The JSONPath '{path}' cannot be applied: {str(problem).splitlines()[0]}"
        ) from problem
    if not compiled.is_definite:
        return found
    if not found:
        where = f" specified for the field '{field}'" if field else ""
        raise StateFault(error, f"The JSONPath '{path}'{where} could not be found in the input")
    return found[0]


def _root(path: _Path, scope: Scope) -> Any:
    if path.root == "$":
        return scope.data
    if path.root == "$$":
        return scope.context
    try:
        return scope.variables[path.root]
    except KeyError:
        raise StateFault(RUNTIME, f"The variable '${path.root}' has not been assigned") from None


def selects(path: str, scope: Scope) -> bool:
    """Return whether a path selects anything."""
    try:
        found = read(path, scope)
    except StateFault:
        return False
    return _compiled(path).is_definite or bool(found)


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
