"""What is estimated from the values of an arm: a quantile or the mean.

Each is told how often a value is in each resample, so that all of a bootstrap are estimated at
once (see `bench.statistics.resampling`).
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from bench.statistics.percentile import METHOD, minimum_samples_of_interval
from bench.statistics.resampling import Floats, Integers, counted_quantiles


class Estimate(Protocol):
    """A figure of a sample."""

    def of(self, values: Floats) -> float:
        """Give the figure of one sample, shape ``(n,)`` with n of at least 1."""

    def counted(self, values: Floats, counts: Integers) -> Floats:
        """Give the figure of each resample, shape ``(resamples,)``.

        Parameters
        ----------
        values
            Shape ``(n,)``.
        counts
            How often each is in each resample, shape ``(resamples, n)``.
        """

    def minimum_samples_of_interval(self, confidence: float) -> int:
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

    def of(self, values: Floats) -> float:
        """Give the quantile of one sample; see `Estimate`."""
        return float(np.quantile(values, self.fraction, method=METHOD))

    def counted(self, values: Floats, counts: Integers) -> Floats:
        """Give the quantile of each resample; see `Estimate`."""
        found: Floats = counted_quantiles(values, counts, [self.fraction])[0]
        return found

    def minimum_samples_of_interval(self, confidence: float) -> int:
        """Give the fewest samples; see `bench.statistics.percentile`."""
        return minimum_samples_of_interval(self.fraction, confidence)


@dataclass(frozen=True, slots=True)
class Mean:
    """The arithmetic mean."""

    def of(self, values: Floats) -> float:
        """Give the mean of one sample; see `Estimate`."""
        return float(np.mean(values))

    def counted(self, values: Floats, counts: Integers) -> Floats:
        """Give the mean of each resample; see `Estimate`."""
        found: Floats = counts @ values / counts.sum(axis=1)
        return found

    def minimum_samples_of_interval(self, confidence: float) -> int:
        """Give the median's: no number of samples is enough for a mean of any distribution."""
        return MEDIAN.minimum_samples_of_interval(confidence)


MEDIAN: Final = Quantile(0.5)
MEAN: Final = Mean()
