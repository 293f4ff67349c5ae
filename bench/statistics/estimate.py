"""What is estimated from the values of an arm: a quantile or the mean.

Each is given rows of values at once, so that all resamples of a bootstrap are estimated together.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Estimate(Protocol):
    """A figure of a sample."""

    def of(self, ordered: Floats, counts: Counts) -> Floats:
        """Give the figure of each row.

        Parameters
        ----------
        ordered
            Values in ascending order, shape ``(rows, cells)``; NaN fills a row's end.
        counts
            How many values each row has, shape ``(rows,)``; at least 1.
        """

    def interval_minimum(self, confidence: float) -> int:
        """Give the fewest samples from which an interval can have a confidence (0-1)."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """The quantile at ``fraction`` (0-1): linear between order statistics, as `percentile` has it.

    Raises
    ------
    ValueError
        If ``fraction`` is not in (0, 1).
    """

    fraction: float

    def __post_init__(self) -> None:
        if not 0 < self.fraction < 1:
            raise ValueError(f"fraction is {self.fraction}, which is not in (0, 1): give 0.99")

    def of(self, ordered: Floats, counts: Counts) -> Floats:
        """Give the quantile of each row; see `Estimate`."""
        places = (counts - 1) * self.fraction
        below = np.floor(places).astype(np.int64)
        above = np.minimum(below + 1, counts - 1)
        weight = places - below
        rows = np.arange(len(ordered))
        found: Floats = ordered[rows, below] * (1 - weight) + ordered[rows, above] * weight
        return found

    def interval_minimum(self, confidence: float) -> int:
        """Give the fewest samples: 6 for a median at 95 %, 59 for p95, 299 for p99.

        Below, not even the span from minimum to maximum covers the quantile with that confidence,
        whatever the distribution: it misses with probability q^n + (1 - q)^n (Hahn & Meeker,
        Statistical Intervals, 1991, chapter 5).
        """
        count = 1
        # The rounding lets 2·0.5^2 be no more than 1 - 0.5, whatever the last binary digit says.
        while round(self.fraction**count + (1 - self.fraction) ** count + confidence, 12) > 1:
            count += 1
        return count


@dataclass(frozen=True, slots=True)
class Mean:
    """The arithmetic mean."""

    def of(self, ordered: Floats, counts: Counts) -> Floats:
        """Give the mean of each row; see `Estimate`."""
        found: Floats = np.nansum(ordered, axis=1) / counts
        return found

    def interval_minimum(self, confidence: float) -> int:
        """Give the median's: no number of samples is enough for a mean of any distribution."""
        return MEDIAN.interval_minimum(confidence)


MEDIAN: Final = Quantile(0.5)
MEAN: Final = Mean()


def estimate_of(values: Floats, estimate: Estimate) -> float:
    """Give the figure of one sample, shape ``(n,)`` with n of at least 1."""
    return float(estimate.of(np.sort(values)[np.newaxis], np.array([len(values)]))[0])
