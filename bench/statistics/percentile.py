"""Percentiles of latencies, and when there are too few samples to give one."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

PERCENTILES: Mapping[str, float] = {"p50": 0.50, "p90": 0.90, "p95": 0.95, "p99": 0.99}
"""The percentiles that are reported, as fractions."""

METHOD: Final = "linear"
"""Interpolation between order statistics: type 7 of Hyndman & Fan, The American Statistician
50(4), 1996."""


def minimum_samples(fraction: float) -> int:
    """Give the fewest samples from which a percentile is reported: 1/(1 - fraction).

    With fewer, less than one sample is expected beyond the percentile, and the estimate is the
    maximum under another name. So p50 needs 2, p90 10, p95 20 and p99 100.

    Raises
    ------
    ValueError
        If ``fraction`` is not in [0, 1).
    """
    if not 0 <= fraction < 1:
        raise ValueError(f"fraction is {fraction}, which is not in [0, 1): give 0.99 for p99")
    # The rounding keeps 1/(1 - 0.9), which is 10.000000000000002 in binary, at 10.
    return math.ceil(round(1 / (1 - fraction), 9))


def minimum_samples_of_interval(fraction: float, confidence: float) -> int:
    """Give the fewest samples that an interval of a quantile is made from.

    Below it, not even the span from minimum to maximum covers the quantile with that confidence,
    whatever the distribution: it misses with probability q^n + (1 - q)^n (Hahn & Meeker,
    Statistical Intervals, 1991, chapter 5). For 95 %: p50 6, p90 29, p95 59, p99 299.

    Raises
    ------
    ValueError
        If ``fraction`` is not between 0 and 1.
    """
    if not 0 < fraction < 1:
        raise ValueError(f"fraction is {fraction}, which is not in (0, 1): give 0.99 for p99")
    allowed = 1 - confidence + 1e-12  # 1 - 0.95 is 0.05 but for its last binary digits
    extreme = max(fraction, 1 - fraction)
    samples = max(1, math.floor(math.log(allowed) / math.log(extreme)))
    while fraction**samples + (1 - fraction) ** samples > allowed:
        samples += 1
    return samples


def percentile(values: NDArray[np.float64], fraction: float) -> float | None:
    """Give the percentile of ``values``, shape ``(n,)``; None below `minimum_samples`."""
    if len(values) < minimum_samples(fraction):
        return None
    return float(np.quantile(values, fraction, method=METHOD))
