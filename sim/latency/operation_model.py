"""How long one operation takes: a skewed base, a size term, and a rare slow tail.

latency = base * (tail factor, in a share of the calls) + size * time per MB

The base is what passes before the first byte, the size term what passes while bytes stream. Both
are lognormal, given by median and p99. Throttling is the network's: see `Network`.

Not for the distribution as a whole, which needs numpy (see `operation_distribution`): this module
is imported by each execution environment, whose memory and start it must not weigh on.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from sim.latency.draw import Draw

MB_BYTES: Final = 1_000_000
"""The size term is per decimal MB, as published bandwidths are."""

NORMAL: Final = NormalDist()
_Z99: Final = NORMAL.inv_cdf(0.99)


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


def sigma(median: float, p99: float) -> float:
    """Return the standard deviation of a lognormal's logarithm; 0 without a spread."""
    return math.log(p99 / median) / _Z99 if p99 > median > 0 else 0.0


def _lognormal(median: float, p99: float, share: float) -> float:
    return median * math.exp(sigma(median, p99) * NORMAL.inv_cdf(share))
