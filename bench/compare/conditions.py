"""Under which conditions two runs differ: what else than the code may have changed a figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_COMPARED: Final = (
    "profile",
    "seed",
    "latency",
    "plan",
    "stack",
    "machine",
    "python",
    "packages",
    "template_sha256",
)
"""Keys of run.json; the commit is what is compared, names and times differ by themselves."""

_MEASURED: Final = frozenset({"load_generator", "measured_ms", "met"})
"""Within a plan: how the load generator fared, and what came of each objective; no two runs have
these in common."""


@dataclass(frozen=True, slots=True)
class ConditionDifference:
    """A fact of run.json, by its path, that is not the same in both runs; `None`: not there."""

    fact: str
    baseline: Any
    candidate: Any


def condition_differences(
    baseline: Mapping[str, Any], candidate: Mapping[str, Any]
) -> tuple[ConditionDifference, ...]:
    """List what differs between two contents of run.json, in the order of the file.

    Profile numbers, machine, template, sizes and rates, packages, and what answered.
    """
    was = {path: value for key in _COMPARED for path, value in _facts(baseline.get(key), key)}
    now = {path: value for key in _COMPARED for path, value in _facts(candidate.get(key), key)}
    return tuple(
        ConditionDifference(path, was.get(path), now.get(path))
        for path in dict.fromkeys((*was, *now))
        if was.get(path) != now.get(path)
    )


def _facts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, inner in value.items():
        if key not in _MEASURED:
            yield from _facts(inner, f"{path}.{key}")
