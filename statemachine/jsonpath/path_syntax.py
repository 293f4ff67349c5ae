"""Reads paths: JSONPath as the library `python-jsonpath` parses it, and reference paths.

Source: Amazon States Language specification, "Paths" and "Reference Paths".
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import jsonpath
from jsonpath import selectors
from jsonpath.segments import JSONPathRecursiveDescentSegment

from statemachine.jsonpath.path_filter import ENVIRONMENT, Condition, FilterError

MAX_NAME_CHARACTERS: Final = 80
"""Of a variable's name. Source: Step Functions Developer Guide, "Passing data between states with
variables"."""

_ROOT: Final = re.compile(r"\$(?:\$|(?P<name>[^\W\d]\w*)?)(?=[.\[]|\Z)")
_REFERENCE_STEP: Final = re.compile(
    r"\.(?P<name>(?:[^.\[\]'\"*?@(),:\s\\$|~#]|\\.)+)"
    r"|\[(?P<index>-?\d+)\]"
    r"|\['(?P<single>(?:[^'\\]|\\.)+)'\]"
    r'|\["(?P<double>(?:[^"\\]|\\.)+)"\]'
)
_FUNCTION: Final = re.compile(r"\.([a-z]+)\(\)\Z")


class PathSyntaxError(ValueError):
    """A text is no path of the kind that is asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of a path selects of a value, and of all below it if `is_scan`.

    `names`, `indexes`, `part` (a slice), `condition` (a filter); the wildcard if all are None.
    """

    is_scan: bool
    names: tuple[str, ...] | None = None
    indexes: tuple[int, ...] | None = None
    part: slice | None = None
    condition: Condition | None = None

    @property
    def only_key(self) -> str | int | None:
        """The name or index, if the step can select one place only."""
        several = self.names or self.indexes or ()
        return several[0] if len(several) == 1 and not self.is_scan else None


@dataclass(frozen=True, slots=True)
class Path:
    """A path that has been read.

    Parameters
    ----------
    root
        `$`, `$$` or a variable's name.
    keys
        Names and indexes of a path that leads to one place; None for others, which have *steps*.
    function
        Name of the function behind the path, if any.
    """

    root: str
    keys: tuple[str | int, ...] | None
    steps: tuple[Step, ...] = ()
    function: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the root alone."""
        return not self.keys and not self.steps and self.function is None


@lru_cache(maxsize=4096)
def parsed(path: str) -> Path:
    """Read a path.

    Raises
    ------
    PathSyntaxError
        Names the path.
    """
    match = _ROOT.match(path)
    if match is None or len(match["name"] or "") > MAX_NAME_CHARACTERS:
        raise PathSyntaxError(f"Invalid path '{path}': it has to begin with $, $$ or $variable")
    root, rest = match["name"] or match[0], path[match.end() :]
    function = _FUNCTION.search(rest)
    if function:
        rest = rest[: function.start()]
    name = function[1] if function else None
    keys = _keys(rest)
    if keys is not None:
        return Path(root, keys, function=name)
    steps = _steps(path, "$" + rest)
    if all(step.only_key is not None for step in steps):
        return Path(root, tuple(step.only_key or 0 for step in steps), function=name)
    return Path(root, None, steps, name)


def check_path(path: str) -> None:
    """Refuse what is no JSONPath, be it into the data, the context (`$$`) or a variable (`$name`).

    Raises
    ------
    PathSyntaxError
        Names the path.
    """
    parsed(path)


def variable_of(path: str) -> str | None:
    """Return the name, without `$`, of the variable that a path begins at, if it does."""
    root = parsed(path).root
    return root if root not in ("$", "$$") else None


@lru_cache(maxsize=4096)
def reference_steps(path: str) -> tuple[str | int, ...]:
    """Return a reference path's names and indexes.

    Raises
    ------
    PathSyntaxError
        If the path could name more than one node.
    """
    if not path.startswith("$"):
        raise PathSyntaxError("Reference path didn't start with '$'")
    keys = _keys(path[1:])
    if keys is None or any(isinstance(key, int) and key < 0 for key in keys):
        raise PathSyntaxError(f"Invalid reference path '{path}': it may name one node only")
    return keys


def _keys(rest: str) -> tuple[str | int, ...] | None:
    """Return the names and indexes that a path has behind its root, if it has no others."""
    keys: list[str | int] = []
    place = 0
    while place < len(rest):
        match = _REFERENCE_STEP.match(rest, place)
        if match is None:
            return None
        name, index = match["name"] or match["single"] or match["double"], match["index"]
        # The library's grammar has no escapes and no names such as `1` behind a dot.
        keys.append(int(index) if index is not None else re.sub(r"\\(.)", r"\1", name))
        place = match.end()
    return tuple(keys)


def _steps(path: str, rest: str) -> tuple[Step, ...]:
    problem = f"Invalid path '{path}'"
    if path != path.strip():
        raise PathSyntaxError(f"{problem}: spaces around it")
    try:
        compiled = ENVIRONMENT.compile(rest)
    except (jsonpath.JSONPathError, RecursionError) as error:
        first_line = (str(error) or type(error).__name__).splitlines()[0]
        raise PathSyntaxError(f"{problem}: {first_line}") from error
    if isinstance(compiled, jsonpath.CompoundJSONPath):
        raise PathSyntaxError(f"{problem}: paths cannot be joined by | or &")
    return tuple(
        _step(problem, segment.selectors, isinstance(segment, JSONPathRecursiveDescentSegment))
        for segment in compiled.segments
    )


def _step(problem: str, chosen: tuple[Any, ...], is_scan: bool) -> Step:
    match chosen:
        case [selectors.NameSelector(), *_] if _all_are(chosen, selectors.NameSelector):
            return Step(is_scan, names=tuple(each.name for each in chosen))
        case [selectors.IndexSelector(), *_] if _all_are(chosen, selectors.IndexSelector):
            return Step(is_scan, indexes=tuple(each.index for each in chosen))
        case [selectors.SliceSelector() as part]:
            return Step(is_scan, part=part.slice)
        case [selectors.WildcardSelector()]:
            return Step(is_scan)
        case [selectors.Filter() as condition]:
            try:
                return Step(is_scan, condition=Condition(condition.expression))
            except FilterError as error:
                raise PathSyntaxError(f"{problem}: {error}") from error
    raise PathSyntaxError(f"{problem}: a step has to hold names, indexes, a slice, * or a filter")


def _all_are(chosen: tuple[Any, ...], kind: type) -> bool:
    # The library derives other selectors from these, of which the language has none.
    return all(type(each) is kind for each in chosen)
