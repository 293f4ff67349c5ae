"""When requests are due: arrival processes that a seed decides and no answer changes.

All but a trace are one thing: a rate over time, and whether arrivals are spaced evenly or by chance
(Poisson). Which request is due when is settled before the first one leaves: see `bench.load.plan`.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from bench.load.errors import PlanError
from bench.load.rate_curve import Piece, RateCurve
from sim.workload.kind import Kind

Spacing = Literal["poisson", "constant"]
"""By chance (exponential gaps at a steady rate), or even."""


class ArrivalProcess(Protocol):
    """Gives due times in seconds, ascending, from 0 on."""

    @property
    def name(self) -> str:
        """What it is called in `run.json`, with its numbers."""

    def first(self, count: int, rng: np.random.Generator) -> list[float]:
        """Return `count` due times, the first at the process's first chance.

        Raises
        ------
        PlanError
            If the process ends before.
        """

    def within(self, duration_s: float, rng: np.random.Generator) -> list[float]:
        """Return the due times before `duration_s`."""

    @property
    def own_duration_s(self) -> float | None:
        """How long the process is by itself; None if it goes on."""

    def mean_rate_per_s(self, duration_s: float | None) -> float:
        """Return the expected arrivals a second over `duration_s`, or over the whole of it."""


@dataclass(frozen=True, slots=True)
class CurveArrivals:
    """Arrivals whose rate follows a curve; made by the functions below.

    Parameters
    ----------
    name
        What it is called in `run.json`, with its numbers.
    own_duration_s
        Of a step: the sum of its steps; None if the process goes on.
    """

    name: str
    curve: RateCurve
    spacing: Spacing
    own_duration_s: float | None = None

    def first(self, count: int, rng: np.random.Generator) -> list[float]:
        """Return `count` due times, the first at expectation 0.

        That an arrival comes at the start is one more than chance gives; what follows is
        distributed as without it (Palm distribution of a Poisson process: Slivnyak's theorem).
        """
        gaps = np.ones(max(0, count - 1))
        if self.spacing == "poisson":
            gaps = rng.standard_exponential(size=max(0, count - 1))
        expected = [0.0, *np.cumsum(gaps).tolist()][:count]
        due_s = [self.curve.time_s(each) for each in expected]
        if due_s and due_s[-1] == float("inf"):
            raise PlanError(
                f"{count} requests are more than {self.name} brings: its rate ends at 0; ask for"
                " fewer, or give duration_s"
            )
        return due_s

    def within(self, duration_s: float, rng: np.random.Generator) -> list[float]:
        """Return the due times before `duration_s`; of a Poisson process, their number is chance.

        Evenly spaced ones begin at 0.
        """
        end = self.curve.arrivals_until(duration_s)
        expected: list[float] = []
        at = 0.0 if self.spacing == "constant" else float(rng.standard_exponential())
        while at < end:
            expected.append(at)
            at += 1.0 if self.spacing == "constant" else float(rng.standard_exponential())
        return [self.curve.time_s(each) for each in expected]

    def mean_rate_per_s(self, duration_s: float | None) -> float:
        """Return the curve's mean over `duration_s`, or over its pieces once."""
        over_s = duration_s or self.own_duration_s or self.curve.duration_s
        return self.curve.arrivals_until(over_s) / over_s


@dataclass(frozen=True, slots=True)
class TraceArrivals:
    """Arrivals as they were recorded: see `bench.load.trace_file`.

    Parameters
    ----------
    times_s
        Ascending, the first at 0.
    sizes, kinds
        One for each time, or empty where the trace says nothing: then they are drawn. A size is
        a name of `bench.load.body_size` or a number of bytes.
    """

    name: str
    times_s: tuple[float, ...]
    sizes: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()

    def first(self, count: int, rng: np.random.Generator) -> list[float]:
        """Return the first `count` times; chance has no part in them."""
        del rng
        if count > len(self.times_s):
            raise PlanError(
                f"{count} requests are more than the {len(self.times_s)} of {self.name}; ask for"
                " fewer"
            )
        return list(self.times_s[:count])

    def within(self, duration_s: float, rng: np.random.Generator) -> list[float]:
        """Return the times before `duration_s`, or at its very end if it is the trace's own."""
        del rng
        return [
            each for each in self.times_s if each < duration_s or duration_s == self.times_s[-1]
        ]

    @property
    def own_duration_s(self) -> float | None:
        """From the first to the last row; None for one row alone."""
        return self.times_s[-1] or None

    def mean_rate_per_s(self, duration_s: float | None) -> float:
        """Return rows a second over `duration_s`, or from the first to the last."""
        over_s = duration_s or self.own_duration_s or 1.0
        return sum(each <= over_s for each in self.times_s) / over_s


@dataclass(frozen=True, slots=True)
class ClosedUsers:
    """No arrivals at all, but users who wait: a closed model, in which a slow system is sent less.

    It answers what so many clients get through, not what a sender waits who comes when it wants to
    (Schroeder et al., NSDI 2006); for that reason it is chosen by name, and named in the results.

    Parameters
    ----------
    think_s
        Between an answer and the same user's next request.
    """

    users: int
    think_s: float

    @property
    def name(self) -> str:
        """Say what it is."""
        return f"closed, {self.users} users, {self.think_s:g} s between answer and next request"

    def first(self, count: int, rng: np.random.Generator) -> list[float]:
        """Return zeros: a request is due when a user gets to it."""
        del rng
        return [0.0] * count

    def within(self, duration_s: float, rng: np.random.Generator) -> list[float]:
        """Refuse: how many requests a duration has, answers decide."""
        del duration_s, rng
        raise PlanError("a closed model needs requests, not duration_s: answers decide the rate")

    @property
    def own_duration_s(self) -> None:
        """Nobody knows."""
        return None

    def mean_rate_per_s(self, duration_s: float | None) -> float:
        """Return the rate at which answers that take no time would let them send."""
        del duration_s
        return self.users / self.think_s if self.think_s else float("inf")


def _curve(pieces: list[Piece], *, repeats: bool = False) -> RateCurve:
    try:
        return RateCurve(tuple(pieces), repeats)
    except ValueError as error:
        raise PlanError(str(error)) from error


def poisson(rate_per_s: float) -> CurveArrivals:
    """Return a Poisson process: independent senders that nothing coordinates."""
    curve = _curve([Piece(1.0, rate_per_s, rate_per_s)])
    return CurveArrivals(f"Poisson, {rate_per_s:g}/s", curve, "poisson")


def constant(rate_per_s: float) -> CurveArrivals:
    """Return arrivals every `1 / rate_per_s` seconds: one sender with a clock."""
    curve = _curve([Piece(1.0, rate_per_s, rate_per_s)])
    return CurveArrivals(f"constant, {rate_per_s:g}/s", curve, "constant")


def ramp(
    from_per_s: float, to_per_s: float, over_s: float, spacing: Spacing = "poisson"
) -> CurveArrivals:
    """Return a rate that goes evenly from one to another in `over_s` seconds and stays there."""
    name = f"{spacing} ramp, {from_per_s:g}/s to {to_per_s:g}/s in {over_s:g} s"
    curve = _curve([Piece(over_s, from_per_s, to_per_s)])
    return CurveArrivals(name, curve, spacing, own_duration_s=over_s)


def burst(
    base_per_s: float,
    burst_per_s: float,
    burst_s: float,
    period_s: float,
    spacing: Spacing = "poisson",
) -> CurveArrivals:
    """Return a base rate whose last `burst_s` of each `period_s` seconds have another.

    Raises
    ------
    PlanError
        If a burst is not shorter than its period, or a rate is below 0.
    """
    if not 0 < burst_s < period_s:
        raise PlanError(f"burst_s is {burst_s:g}: it must be > 0 and < period_s (={period_s:g})")
    quiet_s = period_s - burst_s
    curve = _curve(
        [Piece(quiet_s, base_per_s, base_per_s), Piece(burst_s, burst_per_s, burst_per_s)],
        repeats=True,
    )
    name = (
        f"{spacing}, {base_per_s:g}/s with bursts of {burst_per_s:g}/s for {burst_s:g} s every"
        f" {period_s:g} s"
    )
    return CurveArrivals(name, curve, spacing)


def step(steps: list[tuple[float, float]], spacing: Spacing = "poisson") -> CurveArrivals:
    """Return rates that hold for a time each: (arrivals a second, seconds) one after the other.

    Raises
    ------
    PlanError
        If there is none, a duration is not above 0, a rate is below 0, or all are 0.
    """
    curve = _curve([Piece(duration_s, rate, rate) for rate, duration_s in steps])
    name = f"{spacing} steps, " + ", ".join(
        f"{rate:g}/s for {seconds:g} s" for rate, seconds in steps
    )
    return CurveArrivals(name, curve, spacing, own_duration_s=curve.duration_s)
