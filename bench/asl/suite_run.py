"""Runs a suite's tests, and says of each that fails how what happened differs."""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.asl.folder_storage import FolderStorage
from bench.asl.history_tree import HistoryTree, tree_of
from bench.asl.local_run import Ran, run_locally
from bench.asl.path_difference import path_difference, path_text
from bench.asl.suite import ABSENT, Expectation, Suite, SuiteTest
from statemachine import StateMachine

_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a test went; without differences it passed."""

    test: SuiteTest
    differences: tuple[str, ...]
    tree: HistoryTree
    took_s: float


def run_suite(machine: StateMachine, suite: Suite) -> Iterator[Outcome]:
    """Run the tests one after the other; each is given as soon as it has ended."""
    for test in suite.tests:
        begun_s = time.perf_counter()
        ran = _ran(machine, suite, test)
        tree = tree_of(ran.events)
        found = tuple(differences(test.expect, ran, tree))
        yield Outcome(test, found, tree, time.perf_counter() - begun_s)


def _ran(machine: StateMachine, suite: Suite, test: SuiteTest) -> Ran:
    """Run one test; what it writes is gone behind it, so that tests stay each for itself."""
    with tempfile.TemporaryDirectory() as written:
        storage = None if suite.storage is None else FolderStorage(suite.storage, Path(written))
        return run_locally(
            machine,
            test.execution_input,
            test.mocks,
            seed=test.seed,
            start_s=test.start_s,
            storage=storage,
        )


def differences(expect: Expectation, ran: Ran, tree: HistoryTree) -> Iterator[str]:
    """Say in which ways an execution is not what was expected; each in a line."""
    if expect.status != ran.status:
        reason = f": {ran.error}{f': {ran.cause}' if ran.cause else ''}" if ran.error else ""
        yield f"status: expected {expect.status}, but it was {ran.status}{reason}"
    if expect.path is not None:
        apart = path_difference(expect.path, tree.root)
        if apart is not None:
            yield f"path: {apart}"
            yield f"path taken: [{path_text(tree.root)}]"
    for name, expected, found in (
        ("error", expect.error, ran.error),
        ("cause", expect.cause, ran.cause),
    ):
        if expected is not None and expected != (found or ""):
            yield f"{name}: expected {expected!r}, but it was {found!r}"
    if ran.status == "SUCCEEDED":
        if expect.output is not ABSENT:
            yield from _unequal(expect.output, ran.output, "output")
        if expect.output_includes is not ABSENT:
            yield from _not_included(expect.output_includes, ran.output, "output")
    for name, count in (expect.calls or {}).items():
        if ran.calls.get(name, 0) != count:
            yield f"calls: {name} should be called {count} times, but was {ran.calls.get(name, 0)}"
    yield from (f"mocks: {each}" for each in dict.fromkeys(ran.unanswered))


def _unequal(expected: Any, found: Any, where: str) -> Iterator[str]:
    """Name the innermost values that differ."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in expected:
            if name not in found:
                yield f"{where}.{name}: expected {_text(expected[name])}, but it is not there"
            else:
                yield from _unequal(expected[name], found[name], f"{where}.{name}")
        for name in found:
            if name not in expected:
                yield f"{where}.{name}: is {_text(found[name])}, but should not be there"
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from _unequal(one, other, f"{where}[{place}]")
    elif not _same(expected, found):
        yield f"{where}: expected {_text(expected)}, but it was {_text(found)}"


def _not_included(expected: Any, found: Any, where: str) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name, value in expected.items():
            if name not in found:
                yield f"{where}.{name}: expected {_text(value)}, but it is not there"
            else:
                yield from _not_included(value, found[name], f"{where}.{name}")
    else:
        yield from _unequal(expected, found, where)


def _same(one: Any, other: Any) -> bool:
    """Compare as JSON does: true is not 1, but 1 is 1.0."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
