"""The real local stack, started once a session for the tests that are marked `integration`."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.stack import Deployment, StackSettings, Supervisor


def pytest_configure() -> None:
    """Let the tests' programs hear Ctrl-C, and each test say how wide its terminal is.

    A shell's background jobs are started deaf to Ctrl-C. A width that is in the environment when
    the command line is imported is its width for good, and parallel test processes have one.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.pop("COLUMNS", None)


_SIMULATED = tuple(
    Path(__file__).parent / room
    for room in (
        "sim/capacity",
        "bench/plan",
        "bench/plan_validation",
        "bench/capacity_benchmark",
        "bench/command_line/test_plan.py",
    )
)
"""Rooms whose tests need the compiled engine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give time to compile: in a fresh checkout the first test of the engine takes a minute."""
    for item in items:
        if any(room in (item.path, *item.path.parents) for room in _SIMULATED):
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    settings = StackSettings(folder=tmp_path_factory.mktemp("stack") / "stack")
    with Supervisor(settings) as supervisor:
        yield supervisor


@pytest.fixture
def deployment(stack: Supervisor) -> Deployment:
    stack.check()
    return stack.deployment


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parent.parent


@pytest.fixture
def program_environment(repository: Path) -> dict[str, str]:
    """What `firstwrite` runs with in a folder of a test: this checkout, a plain terminal."""
    return {**os.environ, "PYTHONPATH": str(repository), "COLUMNS": "160", "NO_COLOR": "1"}
