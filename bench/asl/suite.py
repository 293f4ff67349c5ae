"""A suite of tests of one definition: what is given, and what is expected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.asl.definition_file import read_value
from bench.asl.errors import AslError
from bench.asl.local_run import START_S
from bench.asl.mocks import Mocks, read_mocks
from statemachine.jsonpath.choice_rule import timestamp

_SUITE_KEYS: Final = ("mocks", "storage", "tests")
_TEST_KEYS: Final = ("name", "input", "input_file", "mocks", "seed", "start", "expect")
_EXPECT_KEYS: Final = (
    "status", "path", "output", "output_includes", "error", "cause", "calls",
)  # fmt: skip
_STATUSES: Final = ("SUCCEEDED", "FAILED", "TIMED_OUT")

ABSENT: Final = object()
"""Stands where nothing is expected, since null is something."""


@dataclass(frozen=True, slots=True)
class Step:
    """A state of a path.

    Parameters
    ----------
    lanes
        The paths of its branches or iterations by their index; of one that is not here, nothing is
        expected.
    lane_count
        How many there have to be, or `None`.
    """

    name: str
    lanes: Mapping[int, tuple["Step", ...]] = field(default_factory=dict)
    lane_count: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a test expects; what is `None` or absent may be anything."""

    status: str
    path: tuple[Step, ...] | None = None
    output: Any = ABSENT
    output_includes: Any = ABSENT
    error: str | None = None
    cause: str | None = None
    calls: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class SuiteTest:
    """One test: an execution's input, its tasks' answers, and what is expected of it."""

    name: str
    execution_input: Any
    mocks: Mocks
    expect: Expectation
    seed: int = 0
    start_s: float = START_S


@dataclass(frozen=True, slots=True)
class Suite:
    """All tests of a file, and the folder of buckets that distributed maps read from."""

    name: str
    tests: tuple[SuiteTest, ...]
    storage: Path | None = None


def read_suite(path: Path) -> Suite:
    """Read a suite from a YAML or JSON file.

    Raises
    ------
    AslError
        Names the test, the field, the problem and the mend.
    """
    value = read_value(path, "suite")
    whole = _object(value, str(path), _SUITE_KEYS)
    common = read_mocks(whole.get("mocks"), f"{path}: mocks")
    entries = whole.get("tests")
    if not isinstance(entries, list) or not entries:
        raise AslError(f"{path}: tests is needed: a list with an entry for each test")
    tests = tuple(
        _test(entry, f"{path}: tests[{place}]", path.parent, common)
        for place, entry in enumerate(entries)
    )
    names = [test.name for test in tests]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise AslError(f"{path}: two tests are named '{double}': give each a name of its own")
    return Suite(path.stem, tests, _storage(whole.get("storage"), path))


def _storage(value: Any, path: Path) -> Path | None:
    if value is None:
        return None
    folder = path.parent / str(value)
    if not folder.is_dir():
        raise AslError(f"{path}: storage is {value!r}: name a folder with a folder for each bucket")
    return folder


def _object(value: Any, where: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise AslError(f"{where}: an object is needed, with {', '.join(known)}")
    unknown = next((str(name) for name in value if name not in known), None)
    if unknown is not None:
        raise AslError(f"{where}: {unknown} is not known: there are {', '.join(known)}")
    return value


def _test(value: Any, where: str, folder: Path, common: Mocks) -> SuiteTest:
    given = _object(value, where, _TEST_KEYS)
    name = given.get("name")
    if not isinstance(name, str) or not name.strip():
        raise AslError(f"{where}: name is needed: what the test is called")
    where = f"{where} ({name})"
    if "input" in given and "input_file" in given:
        raise AslError(f"{where}: give input or input_file, not both")
    execution_input = given.get("input", {})
    if "input_file" in given:
        execution_input = read_value(folder / str(given["input_file"]), "input")
    return SuiteTest(
        name,
        execution_input,
        read_mocks(given.get("mocks"), f"{where}: mocks").over(common),
        _expectation(given.get("expect"), f"{where}: expect"),
        _seed(given.get("seed", 0), where),
        _start_s(given.get("start"), where),
    )


def _seed(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise AslError(f"{where}: seed is {value!r}: give a whole number")
    return value


def _start_s(value: Any, where: str) -> float:
    if value is None:
        return START_S
    moment = timestamp(value) if isinstance(value, str) else None
    if moment is None:
        raise AslError(f"{where}: start is {value!r}: give a time such as 2026-01-31T12:00:00Z")
    return float(moment.timestamp())


def _expectation(value: Any, where: str) -> Expectation:
    given = _object(value, where, _EXPECT_KEYS)
    if not given:
        raise AslError(f"{where}: nothing is expected: give {', '.join(_EXPECT_KEYS)}")
    failing = "error" in given or "cause" in given
    status = given.get("status", "FAILED" if failing else "SUCCEEDED")
    if status not in _STATUSES:
        raise AslError(f"{where}: status is {status!r}: it is one of {', '.join(_STATUSES)}")
    if status == "SUCCEEDED" and failing:
        raise AslError(f"{where}: an execution with an error or a cause does not succeed")
    if status != "SUCCEEDED" and given.keys() & {"output", "output_includes"}:
        raise AslError(f"{where}: only an execution that succeeds has an output")
    for name in ("error", "cause"):
        if name in given and not isinstance(given[name], str):
            raise AslError(f"{where}: {name} is {given[name]!r}: give a string")
    return Expectation(
        status,
        read_path(given["path"], f"{where}: path") if "path" in given else None,
        given.get("output", ABSENT),
        given.get("output_includes", ABSENT),
        given.get("error"),
        given.get("cause"),
        _calls(given.get("calls"), f"{where}: calls"),
    )


def _calls(value: Any, where: str) -> Mapping[str, int] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or not all(
        isinstance(count, int) and not isinstance(count, bool) for count in value.values()
    ):
        raise AslError(f"{where}: an object is needed: how often each Task state is called")
    return {str(name): count for name, count in value.items()}


def read_path(value: Any, where: str) -> tuple[Step, ...]:
    """Read a path: names of states, or `Name: [path, …]` with a path for each branch.

    A Map state's iterations may also be given by their index, `Name: {0: path, 4: path}`; those
    that are not named may go as they like. As text, names are parted by `>`.
    """
    if isinstance(value, str):
        value = [name for name in re.split(r"\s*(?:>|->|→)\s*", value.strip()) if name]
    if not isinstance(value, list):
        raise AslError(f"{where}: a list of states is needed, such as [A, B]")
    return tuple(_step(each, f"{where}[{place}]") for place, each in enumerate(value))


def _step(value: Any, where: str) -> Step:
    if isinstance(value, Mapping) and len(value) == 1:
        name, inner = next(iter(value.items()))
        if isinstance(inner, list):
            return Step(str(name), _lanes(dict(enumerate(inner)), where), len(inner))
        if isinstance(inner, Mapping) and all(isinstance(key, int) for key in inner):
            return Step(str(name), _lanes(inner, where))
    elif isinstance(value, str | int | float | bool) or value is None:
        return Step(str(value))
    raise AslError(
        f"{where}: a state's name is needed, or Name: [path, …] with a path for each branch"
    )


def _lanes(paths: Mapping[int, Any], where: str) -> dict[int, tuple[Step, ...]]:
    return {place: read_path(each, f"{where}, {place}") for place, each in paths.items()}
