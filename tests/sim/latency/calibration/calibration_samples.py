"""Samples of known models, for tests of what is fitted to them."""

import numpy as np

from sim.latency.operation_distribution import sample_ms

SIZES = (262_144, 1_048_576, 3_145_728, 6_000_000)


def draw_calls(model, count, sizes=SIZES, seed=1):
    """Return latencies and sizes, as many of each size."""
    random = np.random.default_rng(seed)
    each = count // len(sizes)
    latency_ms = np.concatenate([sample_ms(model, random, each, size) for size in sizes])
    return latency_ms, np.repeat(np.array(sizes, dtype=np.float64), each)
