"""The expected number of records up to each time: a rate with its bursts, integrated."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.workload.rate import Bursts, Floats, RateShape


@dataclass(frozen=True, slots=True)
class Expectation:
    """A rate that is even between times; its integral is exact.

    Parameters
    ----------
    edges_s
        Times, ascending, shape (n + 1,).
    rates_per_s
        Rate between each and the next, shape (n,).
    until
        Expected records from the first time to each, shape (n + 1,).
    """

    edges_s: Floats
    rates_per_s: Floats
    until: Floats

    @classmethod
    def of(cls, shape: RateShape, bursts: Bursts | None, begin_s: float, end_s: float) -> Self:
        """Return what is expected between two times."""
        edges = shape.edges_s(begin_s, end_s)
        if bursts is not None:
            edges = np.unique(np.concatenate((edges, bursts.edges_s(begin_s, end_s))))
        rates = shape.means_per_s(edges)
        if bursts is not None:
            rates = rates * bursts.factors((edges[:-1] + edges[1:]) / 2)
        return cls(edges, rates, np.concatenate(([0.0], np.cumsum(np.diff(edges) * rates))))

    @property
    def total(self) -> float:
        """Expected records in all."""
        return float(self.until[-1])

    def times_s(self, count: int, rng: np.random.Generator) -> Floats:
        """Return the times of `count` records, ascending, shape (count,).

        Given their number, the records of a Poisson process are independent draws from its rate;
        in order, as sums of exponential gaps over the sum of all (Devroye, "Non-Uniform Random
        Variate Generation", 1986, section V.3.1), they need no sorting.
        """
        gaps = rng.standard_exponential(count + 1)
        np.cumsum(gaps, out=gaps)
        gaps *= self.total / gaps[-1]
        # Piece by piece, which is twice as fast as an interpolation that searches for each.
        ends = np.searchsorted(gaps[:count], self.until)
        for place in np.flatnonzero(np.diff(ends)):
            piece = gaps[ends[place] : ends[place + 1]]
            piece -= self.until[place]
            piece /= self.rates_per_s[place]
            piece += self.edges_s[place]
        return gaps[:count]

    def most_within(self, window_s: float) -> float:
        """Return the most records that are expected in any stretch of `window_s` seconds.

        The integral is linear between the edges, so the most is where a stretch begins or ends at
        one.
        """
        first, last = self.edges_s[0], self.edges_s[-1] - window_s
        begins = np.concatenate((self.edges_s, self.edges_s - window_s))
        begins = np.clip(begins, first, max(first, last))
        ends = np.interp(begins + window_s, self.edges_s, self.until)
        return float(np.max(ends - np.interp(begins, self.edges_s, self.until)))
