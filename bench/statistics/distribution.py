"""The shape of a latency distribution, at a few quantiles, in milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.statistics.percentile import percentile
from bench.statistics.samples import select, stratum

QUANTILES: Mapping[str, float] = {
    "p5": 0.05,
    "p10": 0.10,
    "p25": 0.25,
    "p50": 0.50,
    "p75": 0.75,
    "p90": 0.90,
    "p95": 0.95,
    "p99": 0.99,
    "p99.9": 0.999,
}
"""The quantiles that stand for the distribution, as fractions."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Quantiles of one strategy at one size, warm stratum; None for one from too few samples."""

    strategy: str
    size: str
    samples: int
    quantiles_ms: Mapping[str, float | None]


def distribution(samples: pd.DataFrame, strategy: str, size: str) -> Distribution | None:
    """Take the quantiles of one strategy at one size, or None if no such request was answered."""
    rows = stratum(select(samples, strategy, size), "warm")
    if rows.empty:
        return None
    latencies = rows["latency_ms"].to_numpy(np.float64)
    return Distribution(
        strategy=strategy,
        size=size,
        samples=len(latencies),
        quantiles_ms={name: _two_sided(latencies, share) for name, share in QUANTILES.items()},
    )


def _two_sided(values: NDArray[np.float64], fraction: float) -> float | None:
    """Low quantiles need samples below them, as high ones need samples beyond."""
    if fraction >= 0.5:
        return percentile(values, fraction)
    # 1 - 0.05 is 0.95 only but for its last binary digit; the minimum of samples allows for that.
    mirrored = percentile(-values, 1 - fraction)
    return None if mirrored is None else -mirrored
