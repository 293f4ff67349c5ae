"""The engine, compiled once: in a fresh checkout that takes longer than all its tests."""

from pathlib import Path

import pytest

from sim.capacity.network import prepare


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the engine in one process, which alone compiles it, and give it time to.

    A minute and more on a machine that is busy.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(600))
            if not item.get_closest_marker("processes"):
                item.add_marker(pytest.mark.xdist_group("capacity-kernel"))


@pytest.fixture(scope="session", autouse=True)
def kernel():
    prepare()
