"""What a path selects of a JSON value, as the JSONPath library that AWS uses (Jayway's) has it.

A path is definite while no step can select several places. On the definite way everything has to
be there, behind it what is not there is passed over. An index past an array's end gives nothing
(null where a value is needed), and several names at the end give an object with those of them that
are there.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Final

import jsonpath

from statemachine.jsonpath.path_syntax import Path, Step

NOTHING: Final[Any] = type("Nothing", (), {"__repr__": lambda _: "NOTHING"})()
"""What an index past an array's end gives."""

_LENGTHS: Final = frozenset({"length", "size"})
"""Functions behind a path that work on AWS; the others do on Java's numbers, which its data are
not."""

MAX_VISITS: Final = 500_000
"""Of values that one path may look at: `$..*..*..*` would look at the cube of all there are."""


class NotFoundError(LookupError):
    """A path does not lead to anything; its text is Jayway's."""


def selected(path: Path, root: Any) -> Any:
    """Return the value at a definite path, or a list of what another path selects.

    Raises
    ------
    NotFoundError
        If a definite path, or the definite way to the rest, does not exist in *root*.
    """
    found = _at(path.keys, root) if path.keys is not None else _several(path.steps, root)
    if path.function is None:
        return found
    if path.function in _LENGTHS and isinstance(found, list | dict):
        return len(found)
    raise NotFoundError(f"No results for path: {written(path.keys or ())}.{path.function}()")


def written(keys: Sequence[str | int]) -> str:
    """Return a definite path as Jayway writes it: `$['a'][0]`."""
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f"['{key}']" for key in keys)


def _at(keys: Sequence[str | int], root: Any) -> Any:
    value = root
    for place, key in enumerate(keys):
        if isinstance(key, str):
            if not isinstance(value, dict):
                raise NotFoundError(f"Property ['{key}'] not found in path {written(keys[:place])}")
            if key not in value:
                raise _missing(keys, place)
            value = value[key]
        else:
            if not isinstance(value, list):
                raise _no_array(keys[:place], f"[{key}]", value)
            value = value[key] if -len(value) <= key < len(value) else NOTHING
    return value


def _missing(keys: Sequence[str | int], place: int) -> NotFoundError:
    problem = "No results for path:" if place == len(keys) - 1 else "Missing property in path"
    return NotFoundError(f"{problem} {written(keys[: place + 1])}")


def _no_array(way: Sequence[str | int], step: str, value: Any) -> NotFoundError:
    if value is None or value is NOTHING:
        return NotFoundError(f"The path {written(way)} is null")
    return NotFoundError(
        f"Filter: {step} can only be applied to arrays. Current context is: {value}"
    )


def _several(steps: Sequence[Step], root: Any) -> Any:
    keys: list[str | int] = []
    for step in steps:
        key = step.only_key
        if key is None:
            break
        keys.append(key)
    value = _on_the_way(keys, root)
    rest = steps[len(keys) :]
    first = rest[0]
    if not first.is_scan:
        _check_kind(first, value, keys)
        if first.names is not None and len(rest) == 1:
            return {name: value[name] for name in first.names if name in value}
    try:
        return list(_behind(rest, value, root, count(1)))
    except jsonpath.JSONPathError as problem:
        raise NotFoundError(str(problem).splitlines()[0]) from problem
    except RecursionError as problem:
        raise NotFoundError("The path has too many steps") from problem


def _on_the_way(keys: Sequence[str | int], root: Any) -> Any:
    """Return the value at the definite beginning of a path that goes on behind it."""
    # As if there were one more key, so that what is missing is never the last.
    value = root
    for place, key in enumerate(keys):
        if isinstance(key, str) and isinstance(value, dict) and key not in value:
            raise NotFoundError(f"Missing property in path {written(keys[: place + 1])}")
        value = _at(keys[place : place + 1], value)
    return value


def _check_kind(step: Step, value: Any, keys: Sequence[str | int]) -> None:
    if step.names is not None and not isinstance(value, dict):
        names = ",".join(f"'{name}'" for name in step.names)
        raise NotFoundError(f"Property [{names}] not found in path {written(keys)}")
    if (step.indexes or step.part) is not None and not isinstance(value, list):
        raise _no_array(keys, "[…]", value)


def _behind(steps: Sequence[Step], value: Any, root: Any, visits: Iterator[int]) -> Iterator[Any]:
    if not steps:
        yield None if value is NOTHING else value
        return
    step, rest = steps[0], steps[1:]
    places: Iterator[Any] = _below(value) if step.is_scan else iter((value,))
    for place in places:
        if next(visits) > MAX_VISITS:
            raise NotFoundError(f"The path looks at more than {MAX_VISITS} values")
        for inner in _chosen(step, place, root, is_last=not rest):
            yield from _behind(rest, inner, root, visits)


def _chosen(step: Step, value: Any, root: Any, *, is_last: bool) -> Iterator[Any]:
    """Yield what one step selects of a value; nothing of a value of another kind."""
    if step.condition is not None:
        if isinstance(value, dict):
            if step.condition.holds(value, root):
                yield value
        elif isinstance(value, list) and not step.is_scan:
            yield from (each for each in value if step.condition.holds(each, root))
    elif step.names is not None:
        if isinstance(value, dict):
            present = [name for name in step.names if name in value]
            if len(step.names) > 1 and is_last:
                yield {name: value[name] for name in present}
            else:
                yield from (value[name] for name in present)
    elif isinstance(value, list):
        if step.indexes is not None:
            for index in step.indexes:
                yield value[index] if -len(value) <= index < len(value) else NOTHING
        else:
            yield from value if step.part is None else value[step.part]
    elif isinstance(value, dict) and step.part is None and step.indexes is None:
        yield from value.values()


def _below(value: Any) -> Iterator[Any]:
    """Yield a value and all values in it, each before what it holds."""
    waiting = [iter((value,))]
    while waiting:
        for each in waiting[-1]:
            yield each
            if isinstance(each, dict | list) and each:
                waiting.append(iter(each.values() if isinstance(each, dict) else each))
                break
        else:
            waiting.pop()
