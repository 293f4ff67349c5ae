from collections.abc import Callable, Sequence

import numpy as np
import pytest

from sim.capacity.account import AccountLimits
from sim.capacity.answer import Load
from sim.capacity.design import Design
from sim.capacity.network import Arrivals
from sim.capacity.pipeline import Surroundings
from sim.capacity.template_design import template_design
from sim.latency.network import PRESETS
from sim.latency.profile_file import load_profile
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
