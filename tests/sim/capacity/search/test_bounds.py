"""Bounds never rule out what a simulation lets pass, and do rule out what is far from passing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.capacity.network import Arrivals, Network, RetryFromStart, simulate
from sim.capacity.pipeline import names, pipeline_network
from sim.capacity.search.bounds import Bounds
from sim.capacity.search.verdict import judge_outcome
from sim.latency.network import PRESETS
from sim.objective import parse_objective

HOME = PRESETS["home"]

pytestmark = pytest.mark.usefixtures("kernel")


def network_of(design, around, arrivals: Arrivals, retries=None) -> Network:
    sizes = [int(size) for size in np.unique(arrivals.body_bytes)]
    return pipeline_network(
        design, "redis-first", around, sender=HOME, body_bytes=sizes, sender_retries=retries
    )


def bounds_of(arrivals: Arrivals) -> Bounds:
    return Bounds(arrivals, np.array([HOME.upload_ms(int(s)) / 1e3 for s in arrivals.body_bytes]))


@settings(deadline=None, max_examples=60)
@given(
    rate_per_s=st.floats(0.5, 200),
    seed=st.integers(0, 99),
    memory_mb=st.floats(10, 1_000),
    network_mb_per_s=st.floats(7, 100),
    shards=st.integers(1, 3),
    lifetime_s=st.sampled_from([5.0, 70.0, 200.0, 1_000.0]),
    text=st.sampled_from(
        ["p95<400ms", "p50<1s", "p50<9s", "complete.p90<3s", "refused=0", "refused<20%", "p90<3s"]
    ),
    resends=st.booleans(),
)
def test_what_is_ruled_out_is_missed_by_a_simulation(
    design, around, rate_per_s, seed, memory_mb, network_mb_per_s, shards, lifetime_s, text, resends
):
    rng = np.random.default_rng(seed)
    due_s = np.cumsum(rng.exponential(1 / rate_per_s, 400))
    sizes = rng.choice([1_000, 262_144, 3_145_728, 6_275_072], 400).astype(np.uint32)
    arrivals = Arrivals(due_s, sizes)
    cache = replace(design.cache, shards=shards, time_to_live_s=lifetime_s)
    own = replace(design, cache=cache)
    node = replace(
        around.node,
        maxmemory_bytes=memory_mb * 1e6,
        baseline_bytes_per_s=network_mb_per_s * 1e6 * (1 + cache.replicas),
    )
    retries = RetryFromStart(first_s=1.0, attempts=3) if resends else None
    network = network_of(own, replace(around, node=node), arrivals, retries)
    objective = parse_objective(text)
    ruled_out = bounds_of(arrivals).ruled_out(network, (objective,))
    if not ruled_out:
        return
    verdict = judge_outcome(objective, simulate(network, arrivals, seed=seed), "redis-first", own)
    assert verdict.kind == "missed"
    assert verdict.bad >= ruled_out[0].bad
    assert objective.text in str(ruled_out[0])


@pytest.mark.parametrize(
    ("text", "node", "cache", "said"),
    [
        ("refused=0", {"maxmemory_bytes": 1e9}, {}, "cache memory holds 0.70 GiB"),
        ("p99<20s", {"baseline_bytes_per_s": 8e6}, {}, "cache network in is too slow"),
        ("p99<100ms", {}, {}, "sending and computing alone take longer"),
    ],
)
def test_each_reason_is_found_where_it_holds(design, around, text, node, cache, said):
    arrivals = Arrivals(np.arange(2_000) / 5.0, np.full(2_000, 3_145_728, np.uint32))
    own = replace(design, cache=replace(design.cache, **cache))
    network = network_of(own, replace(around, node=replace(around.node, **node)), arrivals)
    (bound,) = bounds_of(arrivals).ruled_out(network, (parse_objective(text),))
    assert said in str(bound)
    assert bound.bad > bound.allowed


def test_memory_rules_nothing_out_where_old_values_give_way(design, around):
    arrivals = Arrivals(np.arange(2_000) / 5.0, np.full(2_000, 3_145_728, np.uint32))
    small = replace(around, node=replace(around.node, maxmemory_bytes=1e9))
    asked = (parse_objective("refused=0"),)
    assert bounds_of(arrivals).ruled_out(network_of(design, small, arrivals), asked)
    evicting = replace(design, cache=replace(design.cache, evicts=True))
    network = network_of(evicting, small, arrivals)
    assert not bounds_of(arrivals).ruled_out(network, asked)
    assert network.resource(names.CACHE_MEMORY).when_full == "evict-oldest"
