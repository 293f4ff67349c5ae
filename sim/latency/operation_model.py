"""How long one operation takes: a skewed base, a size term, and a rare slow tail.

latency = base * (tail factor, in a share of the calls) + size * time per MB

The base is what passes before the first byte, the size term what passes while bytes stream. Both
are lognormal, given by median and p99. Throttling is the network's: see `Network`.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.latency.draw import Draw

MB_BYTES: Final = 1_000_000
"""The size term is per decimal MB, as published bandwidths are."""

_NORMAL: Final = NormalDist()
_Z99: Final = _NORMAL.inv_cdf(0.99)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
"""For means over a normal distribution (Gauss-Hermite quadrature)."""
_SHARES = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class OperationModel:
    """The model of one operation.

    Attributes
    ----------
    median_ms, p99_ms
        Of the base.
    ms_per_mb, ms_per_mb_p99
        Median and p99 of the time per MB (1,000,000 bytes) on one connection; equal: no spread.
    tail_share, tail_factor
        In this share of the calls the base is so many times longer.

    Raises
    ------
    ValueError
        When a number cannot be; the message names it.
    """

    median_ms: float = 0.0
    p99_ms: float = 0.0
    ms_per_mb: float = 0.0
    ms_per_mb_p99: float = 0.0
    tail_share: float = 0.0
    tail_factor: float = 1.0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not math.isfinite(getattr(self, name)) or getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it is a number of at least 0")
        if self.ms_per_mb_p99 == 0:
            object.__setattr__(self, "ms_per_mb_p99", self.ms_per_mb)
        for low, high in (("median_ms", "p99_ms"), ("ms_per_mb", "ms_per_mb_p99")):
            if getattr(self, high) < getattr(self, low):
                raise ValueError(
                    f"{high} is {getattr(self, high)}, below {low} = {getattr(self, low)}"
                )
            if getattr(self, low) == 0 < getattr(self, high):
                raise ValueError(f"{high} is {getattr(self, high)} although {low} is 0")
        if self.tail_share >= 1:
            raise ValueError(f"tail_share is {self.tail_share}; it is a share below 1")
        if self.tail_factor < 1:
            raise ValueError(
                f"tail_factor is {self.tail_factor}; a tail is at least 1 times longer"
            )

    def first_byte_ms(self, draw: Draw) -> float:
        """Return the base of one call."""
        base_ms = _lognormal(self.median_ms, self.p99_ms, draw.first_byte)
        return base_ms * (self.tail_factor if draw.tail < self.tail_share else 1.0)

    def streaming_ms(self, draw: Draw, body_bytes: int) -> float:
        """Return the size term of one call."""
        per_mb = _lognormal(self.ms_per_mb, self.ms_per_mb_p99, draw.streaming)
        return per_mb * body_bytes / MB_BYTES

    def latency_ms(self, draw: Draw, body_bytes: int = 0) -> float:
        """Return the whole of one call."""
        return self.first_byte_ms(draw) + self.streaming_ms(draw, body_bytes)

    def sample_ms(
        self, random: np.random.Generator, count: int, body_bytes: int = 0
    ) -> NDArray[np.float64]:
        """Return *count* independent latencies, for sums of operations and plots."""
        base_ms = self.median_ms * np.exp(
            _sigma(self.median_ms, self.p99_ms) * random.standard_normal(count)
        )
        slow = random.random(count) < self.tail_share
        per_mb = self.ms_per_mb * np.exp(
            _sigma(self.ms_per_mb, self.ms_per_mb_p99) * random.standard_normal(count)
        )
        whole: NDArray[np.float64] = np.where(slow, base_ms * self.tail_factor, base_ms)
        return whole + per_mb * (body_bytes / MB_BYTES)

    def cdf(self, latency_ms: float, body_bytes: int = 0) -> float:
        """Return the share of calls that take at most *latency_ms*."""
        usual = self._sum_cdf(latency_ms, body_bytes, 1.0)
        if self.tail_share == 0:
            return usual
        slow = self._sum_cdf(latency_ms, body_bytes, self.tail_factor)
        return (1 - self.tail_share) * usual + self.tail_share * slow

    def _sum_cdf(self, latency_ms: float, body_bytes: int, base_factor: float) -> float:
        """Return the cdf of base plus size term: the mean of the wider one's over the other."""
        size_mb = body_bytes / MB_BYTES
        base = (self.median_ms * base_factor, _sigma(self.median_ms, self.p99_ms))
        size = (self.ms_per_mb * size_mb, _sigma(self.ms_per_mb, self.ms_per_mb_p99))
        # Nodes on the narrower one: the wider one's cdf hardly changes between two of them.
        (low, low_sigma), wide = sorted((base, size), key=lambda each: each[0] * each[1])
        if low_sigma == 0 or low == 0:
            return _lognormal_cdf(*wide, latency_ms - low)
        others_ms = (low * np.exp(low_sigma * _NODES)).tolist()
        shares = [_lognormal_cdf(*wide, latency_ms - other_ms) for other_ms in others_ms]
        return float(np.dot(_SHARES, shares))

    def quantile_ms(self, share: float, body_bytes: int = 0) -> float:
        """Return the latency that *share* of the calls do not exceed, to a millionth.

        Raises
        ------
        ValueError
            When *share* is not between 0 and 1.
        """
        if not 0 < share < 1:
            raise ValueError(f"the share {share} is not between 0 and 1")
        low, high = 0.0, 1.0
        while self.cdf(high, body_bytes) < share:
            low, high = high, 2 * high
        while high - low > 1e-6 * high:
            middle = (low + high) / 2
            if self.cdf(middle, body_bytes) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2


def _sigma(median: float, p99: float) -> float:
    return math.log(p99 / median) / _Z99 if p99 > median > 0 else 0.0


def _lognormal(median: float, p99: float, share: float) -> float:
    return median * math.exp(_sigma(median, p99) * _NORMAL.inv_cdf(share))


def _lognormal_cdf(median: float, sigma: float, value: float) -> float:
    if sigma == 0 or median == 0:
        return 1.0 if value >= median else 0.0
    return _NORMAL.cdf(math.log(value / median) / sigma) if value > 0 else 0.0
