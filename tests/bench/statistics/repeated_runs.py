"""Arms of simulated runs with known quantiles: log-normal requests in log-normal blocks."""

from statistics import NormalDist

import numpy as np

from bench.statistics.bootstrap import Arm

RUNS = 1000
MEDIAN_MS = 10.0
BLOCK_SPREAD = 0.08
REQUEST_SPREAD = 0.2


def simulated_arm(random, blocks, requests, *, median_ms=MEDIAN_MS):
    """Draw one arm; each block is a round of its own."""
    factors = np.exp(random.normal(0, BLOCK_SPREAD, blocks))
    values = median_ms * np.repeat(factors, requests)
    values = values * np.exp(random.normal(0, REQUEST_SPREAD, blocks * requests))
    numbers = np.repeat(np.arange(blocks), requests)
    return Arm(values, numbers, numbers)


def true_quantile_ms(fraction, *, median_ms=MEDIAN_MS):
    """The quantile over requests and blocks together: their logarithms' variances add up."""
    spread = np.hypot(BLOCK_SPREAD, REQUEST_SPREAD)
    return median_ms * np.exp(NormalDist().inv_cdf(fraction) * spread)
