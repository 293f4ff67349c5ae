"""The distribution of an operation's latency: samples, cdf and quantiles."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.latency.operation_model import MB_BYTES, NORMAL, OperationModel, sigma

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
"""For means over a normal distribution (Gauss-Hermite quadrature)."""
_SHARES: Final = _WEIGHTS / _WEIGHTS.sum()


def sample_ms(
    model: OperationModel, random: np.random.Generator, count: int, body_bytes: int = 0
) -> NDArray[np.float64]:
    """Return *count* independent latencies, for sums of operations and plots."""
    base_ms = model.median_ms * np.exp(
        sigma(model.median_ms, model.p99_ms) * random.standard_normal(count)
    )
    slow = random.random(count) < model.tail_share
    per_mb = model.ms_per_mb * np.exp(
        sigma(model.ms_per_mb, model.ms_per_mb_p99) * random.standard_normal(count)
    )
    whole: NDArray[np.float64] = np.where(slow, base_ms * model.tail_factor, base_ms)
    return whole + per_mb * (body_bytes / MB_BYTES)


def cdf(model: OperationModel, latency_ms: float, body_bytes: int = 0) -> float:
    """Return the share of calls that take at most *latency_ms*."""
    usual = _sum_cdf(model, latency_ms, body_bytes, 1.0)
    if model.tail_share == 0:
        return usual
    slow = _sum_cdf(model, latency_ms, body_bytes, model.tail_factor)
    return (1 - model.tail_share) * usual + model.tail_share * slow


def _sum_cdf(
    model: OperationModel, latency_ms: float, body_bytes: int, base_factor: float
) -> float:
    """Return the cdf of base plus size term: the mean of the wider one's over the other."""
    size_mb = body_bytes / MB_BYTES
    base = (model.median_ms * base_factor, sigma(model.median_ms, model.p99_ms))
    size = (model.ms_per_mb * size_mb, sigma(model.ms_per_mb, model.ms_per_mb_p99))
    # Nodes on the narrower one: the wider one's cdf hardly changes between two of them.
    (low, low_sigma), wide = sorted((base, size), key=lambda each: each[0] * each[1])
    if low_sigma == 0 or low == 0:
        return _lognormal_cdf(*wide, latency_ms - low)
    others_ms = (low * np.exp(low_sigma * _NODES)).tolist()
    shares = [_lognormal_cdf(*wide, latency_ms - other_ms) for other_ms in others_ms]
    return float(np.dot(_SHARES, shares))


def quantile_ms(model: OperationModel, share: float, body_bytes: int = 0) -> float:
    """Return the latency that *share* of the calls do not exceed, to a millionth.

    Raises
    ------
    ValueError
        When *share* is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"the share {share} is not between 0 and 1")
    low, high = 0.0, 1.0
    while cdf(model, high, body_bytes) < share:
        low, high = high, 2 * high
    while high - low > 1e-6 * high:
        middle = (low + high) / 2
        if cdf(model, middle, body_bytes) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _lognormal_cdf(median: float, spread: float, value: float) -> float:
    if spread == 0 or median == 0:
        return 1.0 if value >= median else 0.0
    return NORMAL.cdf(math.log(value / median) / spread) if value > 0 else 0.0
