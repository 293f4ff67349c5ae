"""A workload: what records come, when, how large, from where, and how it grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from sim.latency.network import Network
from sim.month import SECONDS_PER_MONTH
from sim.workload.arrivals import Arrivals, draw_body_bytes, most_within
from sim.workload.body_size import LARGEST_BODY_BYTES, body_bytes_of
from sim.workload.expectation import Expectation
from sim.workload.kind import Kind
from sim.workload.rate import DAY_S, Bursts, RateShape
from sim.workload.trace import Trace

_HORIZON_DAYS = 30
"""Over so many days, bursts of whatever interval have met each hour of the day."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How the rate changes from month to month.

    Parameters
    ----------
    per_month
        0.03 is 3 % more in each month than in the one before; negative shrinks.
    horizon_months
        For how many months to plan, the first among them.
    """

    per_month: float = 0.0
    horizon_months: int = 12

    def factor(self, month: int) -> float:
        """Return what a month's rate is of the first one's, which is month 0."""
        return float((1 + self.per_month) ** month)


@dataclass(frozen=True, slots=True)
class Retries:
    """What a sender does whose record was refused or not answered.

    Parameters
    ----------
    attempts
        In all, the first among them.
    backoff_s, backoff_factor
        Wait before the second attempt, and what each later wait is of the one before.
    """

    attempts: int = 3
    backoff_s: float = 1.0
    backoff_factor: float = 2.0

    def waits_s(self) -> list[float]:
        """Return the wait before each attempt but the first."""
        return [self.backoff_s * self.backoff_factor**each for each in range(self.attempts - 1)]

    def mean_attempts(self, failing: float) -> float:
        """Return the attempts of a record when each fails with probability `failing`."""
        return sum(failing**each for each in range(self.attempts))


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """What is expected in a month of 730 hours."""

    messages: float
    body_bytes: float


@dataclass(frozen=True, slots=True)
class Workload:
    """Records as senders bring them.

    Parameters
    ----------
    rate
        Over the day without bursts, or a recorded load.
    bursts
        That multiply the rate; None with a trace, which has its own.
    sizes, kinds
        Weights of body sizes by name, and of kinds of payload.
    largest_bytes
        What the size `largest` is, and no body is above.
    sender
        Each sender's network.
    """

    name: str
    description: str
    rate: RateShape | Trace
    bursts: Bursts | None
    sizes: Mapping[str, float]
    kinds: Mapping[Kind, float]
    largest_bytes: int
    growth: Growth
    retries: Retries
    sender: Network

    @classmethod
    def read(
        cls,
        name_or_path: str | Path,
        overrides: Sequence[str] = (),
        *,
        largest_bytes: int = LARGEST_BODY_BYTES,
    ) -> Self:
        """Read a workload that comes along by its name, or a file of the user's.

        Parameters
        ----------
        overrides
            Changes of the form `dotted.path=value`, such as `rate.mean_per_s=100`.

        Raises
        ------
        sim.errors.WorkloadError
            Naming the file, the key, its value's problem and the mend.
        """
        from sim.workload.workload_file import read_workload

        return cls(**read_workload(name_or_path, overrides, largest_bytes))

    @property
    def mean_body_bytes(self) -> float:
        """Mean bytes of a body."""
        if isinstance(self.rate, Trace) and self.rate.body_bytes is not None:
            return float(self.rate.body_bytes.mean())
        total = sum(self.sizes.values())
        return (
            sum(
                weight * body_bytes_of(size, self.largest_bytes)
                for size, weight in self.sizes.items()
            )
            / total
        )

    def mean_rate_per_s(self, month: int = 0) -> float:
        """Return the expected records a second, bursts among them."""
        factor = self.growth.factor(month)
        if isinstance(self.rate, Trace) or self.bursts is None:
            return self.rate.mean_per_s * factor
        if not self.rate.repeats_s:
            return self.rate.mean_per_s * self.bursts.mean_factor * factor
        return self._expected().total / (_HORIZON_DAYS * DAY_S) * factor

    def peak_rate_per_s(self, window_s: float = 1.0, month: int = 0) -> float:
        """Return the most records a second that any stretch of `window_s` seconds brings.

        That is expected of a rate; chance puts more into the one stretch or other. Of a trace it is
        the most that were recorded.
        """
        factor = self.growth.factor(month)
        if isinstance(self.rate, Trace):
            # Growth plays a trace faster, so that as much comes in a shorter time.
            rounds = 1 + int(window_s * factor // self.rate.length_s + 1)
            times, _ = self.rate.between(0.0, rounds * self.rate.length_s)
            return most_within(times, window_s * factor) / window_s
        return self._expected(window_s).most_within(window_s) / window_s * factor

    def month_totals(self, month: int = 0) -> MonthTotals:
        """Return what is expected in a month; month 0 is the first."""
        messages = self.mean_rate_per_s(month) * SECONDS_PER_MONTH
        return MonthTotals(messages, messages * self.mean_body_bytes)

    def arrivals(
        self, period_s: float, seed: int, *, start_s: float = 0.0, month: int = 0
    ) -> Arrivals:
        """Return the records of a period; the same seed gives the same.

        Records of a rate come by chance (a Poisson process), those of a trace as they were.

        Parameters
        ----------
        start_s
            When the period begins, counted from midnight, or from a trace's begin.
        month
            Which month's growth has been gone through.

        Raises
        ------
        ValueError
            If the period is not above 0, or it starts before 0.
        """
        if not 0 < period_s < float("inf"):
            raise ValueError(f"period_s (={period_s}) must be > 0 and finite")
        if not 0 <= start_s < float("inf"):
            raise ValueError(f"start_s (={start_s}) must be >= 0 and finite")
        rng = np.random.default_rng(seed)
        factor = self.growth.factor(month)
        sizes = None
        if isinstance(self.rate, Trace):
            times, sizes = self.rate.between(start_s, start_s + period_s * factor)
            times = times / factor
        else:
            expected = Expectation.of(self.rate, self.bursts, start_s, start_s + period_s)
            times = expected.times_s(int(rng.poisson(expected.total * factor)), rng)
            times -= start_s
        # Rounding must not put one at the very end.
        np.minimum(times, np.nextafter(period_s, 0.0), out=times)
        if sizes is None:
            sizes = draw_body_bytes(self.sizes, self.largest_bytes, len(times), rng)
        return Arrivals(times, sizes, period_s)

    def with_growth(self, growth: Growth) -> "Workload":
        """Return the workload with another growth."""
        return replace(self, growth=growth)

    def _expected(self, window_s: float = 0.0) -> Expectation:
        assert not isinstance(self.rate, Trace)  # noqa: S101 — for the type alone
        if self.rate.repeats_s:
            days = _HORIZON_DAYS if self.bursts is not None else 1
            end_s = days * DAY_S + (window_s if self.bursts is None else 0.0)
        else:
            end_s = 2 * (self.bursts.every_s if self.bursts is not None else 1.0) + window_s
        return Expectation.of(self.rate, self.bursts, 0.0, max(end_s, window_s))
