from pathlib import Path

import pytest

from bench.plan import Plan, PlanOptions, make_plan, request_of


class Quiet:
    """Notes the phases, and shows nothing."""

    def __init__(self) -> None:
        self.phases: list[str] = []

    def phase(self, name: str) -> None:
        self.phases.append(name)

    def advance(self, done: int, total: int) -> None:
        assert 0 <= done <= total


def made(*, everything: bool = False, **options) -> Plan:
    return make_plan(
        request_of(PlanOptions(**options)),
        Quiet(),
        with_curve=everything,
        with_alternatives=everything,
    )


@pytest.fixture(scope="session")
def calm() -> Plan:
    """A small load that both strategies hold, with stretches at other rates."""
    return made(
        rate_per_s=1.0,
        sizes="256 KB=3,1 MB",
        duration="20m",
        parameters=["ApiQuota=100000000"],
        everything=True,
    )


@pytest.fixture(scope="session")
def too_much() -> Plan:
    """A load that fills the cache within minutes, and outlasts an outage."""
    return made(
        rate_per_s=20.0, sizes="3 MB", duration="20m", outages=["step-functions 30s at 15m"]
    )


@pytest.fixture
def own_workload(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(
        'description = "own"\n'
        '[rate]\nshape = "diurnal"\nmean_per_s = 2\npeak_factor = 3\npeak_hour = 14\n'
        '[sizes]\n"256 KB" = 1\n[retries]\nattempts = 1\n'
    )
    return path
