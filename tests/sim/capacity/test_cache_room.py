"""Shards by formula against what a simulated load fills."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.capacity.cache_room import FILLED_TO, filled_by, most_per_s, shards_for
from sim.capacity.design import CacheDesign
from sim.capacity.network import Arrivals, simulate
from sim.capacity.pipeline import names, pipeline_network
from sim.latency.network import Network
from sim.quotas import cache_node

CACHE = CacheDesign("cache.r7g.large")
NODE = cache_node(CACHE.node_type)


@given(
    body_bytes=st.floats(1e3, 6.3e6), rate_per_s=st.floats(1e-3, 1e3), replicas=st.integers(0, 5)
)
def test_so_many_shards_hold_a_load_and_one_fewer_does_not(body_bytes, rate_per_s, replicas):
    cache = replace(CACHE, replicas=replicas)
    shards = shards_for(cache, NODE, body_bytes, rate_per_s)
    filled = filled_by(cache, NODE, body_bytes) * rate_per_s
    assert filled <= FILLED_TO * shards * (1 + 1e-8)
    assert shards == 1 or filled > FILLED_TO * (shards - 1)


@given(body_bytes=st.floats(1e3, 6.3e6), shards=st.integers(1, 45))
def test_the_highest_rate_of_a_cluster_takes_all_its_nodes(body_bytes, shards):
    most = most_per_s(CACHE, NODE, body_bytes, nodes=2 * shards + 0.5)
    assert shards_for(CACHE, NODE, body_bytes, most) == shards
    assert shards_for(CACHE, NODE, body_bytes, most * 1.001) == shards + 1


@pytest.mark.usefixtures("kernel")
def test_the_share_of_the_memory_is_that_of_a_simulated_cache(design, around):
    # Kept so short a time that the cache soon is at its level.
    cache = replace(design.cache, time_to_live_s=300.0)
    design = replace(design, cache=cache)
    due_s = np.arange(0, 500, 0.5)
    arrivals = Arrivals(due_s, np.full(len(due_s), 3_145_728, np.uint32))
    network = pipeline_network(
        design, "redis-first", around, sender=Network(), body_bytes=[3_145_728]
    )
    outcome = simulate(network, arrivals, seed=1)
    most_bytes = outcome.memories[names.CACHE_MEMORY].bytes_max.max()
    share = filled_by(cache, around.node, 3_145_728) * 2
    assert most_bytes / around.node.usable_bytes() == pytest.approx(share, rel=0.02)
