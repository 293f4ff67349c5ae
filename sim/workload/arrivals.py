"""Records as they arrive in a simulated period, and how many come at most at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.workload.body_size import body_bytes_of
from sim.workload.rate import Floats

BodyBytes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Records of a period.

    Parameters
    ----------
    times_s
        Seconds since the period's begin, ascending, shape (n,).
    body_bytes
        Bytes of each record's HTTP body, shape (n,).
    period_s
        How long the period is; no record comes at or after its end.
    """

    times_s: Floats
    body_bytes: BodyBytes
    period_s: float

    @property
    def mean_rate_per_s(self) -> float:
        """Records a second over the period."""
        return len(self.times_s) / self.period_s

    @property
    def total_bytes(self) -> int:
        """Bytes of all bodies."""
        return int(np.sum(self.body_bytes, dtype=np.uint64))

    def peak_rate_per_s(self, window_s: float = 1.0) -> float:
        """Return the most records in any stretch of `window_s` seconds, a second."""
        return most_within(self.times_s, window_s) / window_s


def most_within(times_s: Floats, window_s: float) -> int:
    """Return the most of ascending times in any stretch [t, t + window)."""
    if not len(times_s):
        return 0
    ends = np.searchsorted(times_s, times_s + window_s, side="left")
    return int(np.max(ends - np.arange(len(times_s))))


def draw_body_bytes(
    sizes: Mapping[str, float], largest_bytes: int, count: int, rng: np.random.Generator
) -> BodyBytes:
    """Return the bytes of `count` bodies, each size drawn by its weight, shape (count,)."""
    body_bytes = np.array([body_bytes_of(size, largest_bytes) for size in sizes], dtype=np.uint32)
    shares = np.cumsum(np.fromiter(sizes.values(), dtype=np.float64))
    drawn = np.full(count, body_bytes[0])
    if len(body_bytes) > 1:
        # A pass for each size is faster than a search for each record: sizes are few.
        draws = rng.random(count)
        for each, share in zip(body_bytes[1:], shares / shares[-1], strict=False):
            np.copyto(drawn, each, where=draws >= share)
    return drawn
