"""The engine, compiled once: in a fresh checkout that takes longer than all its tests."""

import pytest

from sim.capacity.network import prepare


@pytest.fixture(scope="session", autouse=True)
def kernel():
    prepare()
