"""How many shards of a cache a steady load needs: by formula, of messages of one size."""

import math
from typing import Final

from sim.capacity.design import CacheDesign
from sim.capacity.pipeline.cache_costs import (
    ALLOCATOR_SHARE,
    THREAD_BYTES_PER_S,
    THREAD_SECONDS,
    VALUE_OVERHEAD_BYTES,
)
from sim.capacity.pipeline.calls import PAYLOAD_SHARE
from sim.quotas import CacheNode

FILLED_TO: Final = 0.8
"""Of memory, of network and of the thread: the fifth that is left is for days that are not like the
one that was simulated."""


def filled_by(cache: CacheDesign, node: CacheNode, body_bytes: float) -> float:
    """Return the share of one shard that a message a second fills, of what it fills the most.

    A message is written once, read once for the archive, read by each replica, and stays for the
    time to live.
    """
    payload = body_bytes * PAYLOAD_SHARE
    stored = (payload * ALLOCATOR_SHARE + VALUE_OVERHEAD_BYTES) * cache.time_to_live_s
    thread_s = 2 * (THREAD_SECONDS + payload / THREAD_BYTES_PER_S)
    return max(
        stored / node.usable_bytes(),
        # Replicas read each write from the primary, by the same way out.
        payload * (1 + cache.replicas) / node.baseline_bytes_per_s,
        thread_s / node.cpu_baseline,
    )


def shards_for(cache: CacheDesign, node: CacheNode, body_bytes: float, rate_per_s: float) -> int:
    """Return the fewest shards that a load fills to `FILLED_TO` at most."""
    return max(1, math.ceil(filled_by(cache, node, body_bytes) * rate_per_s / FILLED_TO - 1e-9))


def most_per_s(cache: CacheDesign, node: CacheNode, body_bytes: float, nodes: float) -> float:
    """Return the highest rate that a cluster of so many nodes has room for."""
    shards = nodes // (1 + cache.replicas)
    return shards * FILLED_TO / filled_by(cache, node, body_bytes)
