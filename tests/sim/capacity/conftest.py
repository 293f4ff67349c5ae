from collections.abc import Callable, Sequence

import numpy as np
import pytest

from sim.capacity.account import AccountLimits
from sim.capacity.answer import Load
from sim.capacity.design import Design
from sim.capacity.network import Arrivals, prepare
from sim.capacity.pipeline import Surroundings
from sim.capacity.template_design import template_design
from sim.latency.network import PRESETS
from sim.latency.profile_file import load_profile
from sim.prices import PriceList, read_prices
from sim.quotas import cache_node
from sim.stack.checkout import ROOT

KB256, MB1, MB3 = 262_144, 1_048_576, 3_145_728

Sending = Callable[..., Load]


@pytest.fixture(scope="session")
def design() -> Design:
    """Return what the pipeline's own template deploys."""
    return template_design(ROOT / "pipeline" / "template.yaml")


@pytest.fixture(scope="session")
def around(design: Design) -> Surroundings:
    """Return the surroundings that a plan has by default."""
    return Surroundings(
        AccountLimits.of("us-east-1"),
        cache_node(design.cache.node_type),
        load_profile("aws-typical"),
    )


@pytest.fixture(scope="session")
def sending() -> Sending:
    """Return a maker of Poisson loads."""

    def load(
        rate_per_s: float, messages: int, sizes: Sequence[int] = (KB256,), seed: int = 1
    ) -> Load:
        rng = np.random.default_rng(seed)
        due_s = np.cumsum(rng.exponential(1 / rate_per_s, messages))
        bodies = rng.choice(np.array(sizes, np.uint32), messages)
        return Load(Arrivals(due_s, bodies), rate_per_s * 730 * 3600, PRESETS["same-region"])

    return load


@pytest.fixture(scope="session")
def kernel() -> None:
    """Compile the simulator, or load it: once a session."""
    prepare()


@pytest.fixture(scope="session")
def prices() -> PriceList:
    """Return the snapshot."""
    return read_prices()


def _steady_load(
    rate_per_s: float, messages: int, seed: int = 1, body_bytes: int | None = None
) -> Load:
    rng = np.random.default_rng(seed)
    due_s = np.cumsum(rng.exponential(1 / rate_per_s, messages))
    sizes = rng.choice([KB256, MB1, MB3, 6_275_072], messages, p=[0.5, 0.35, 0.1, 0.05])
    if body_bytes is not None:
        sizes = np.full(messages, body_bytes)
    arrivals = Arrivals(due_s, sizes.astype(np.uint32))
    return Load(arrivals, rate_per_s * 730 * 3600, PRESETS["same-region"])


@pytest.fixture(scope="session")
def steady_load() -> Callable[..., Load]:
    """Return a maker of Poisson loads of 256 KB to 6 MB in unequal shares, or all of one size."""
    return _steady_load


@pytest.fixture(scope="session")
def load() -> Load:
    """Return five minutes of ten messages a second."""
    return _steady_load(10.0, 3_000)
