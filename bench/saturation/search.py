"""Looks for the highest rate that holds: doubling until one does not, then halving the interval.

Nothing here sends anything: `Search` says which rate to try next and is told what came of it. It
rests on one assumption, that a system that cannot carry a rate cannot carry a higher one either.
Rates are halved on a logarithmic scale, since a resolution is a share of a rate.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from bench.saturation.objective import SaturationError

Answer = Literal["holds", "fails", "falls behind", "generator-bound", "cannot tell"]
"""What came of a rate: every objective holds and the executions keep up; an objective fails; they
do not keep up; the load generator gave way before the system did; or none of these can be told."""

TOO_HIGH: Final[frozenset[Answer]] = frozenset({"fails", "falls behind", "generator-bound"})

Ending = Literal[
    "resolved",
    "held at the highest rate",
    "not held at the lowest rate",
    "not to be told more finely",
    "out of probes",
    "stopped",
]

_GROWTH: Final = 2.0
_LEAST_SHARE: Final = 1 / 16
"""Of the start rate; below it nothing is tried."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """Where a search begins and when it ends.

    Parameters
    ----------
    start_rate_per_s, max_rate_per_s
        The first rate, and the highest that is tried.
    resolution
        The search ends when the lowest rate that was too high is above the highest that held by at
        most this share of it.
    probes
        So many rates are tried at most.

    Raises
    ------
    SaturationError
        If a value cannot be.
    """

    start_rate_per_s: float
    max_rate_per_s: float
    resolution: float = 0.1
    probes: int = 14

    def __post_init__(self) -> None:
        if not 0 < self.start_rate_per_s < math.inf:
            raise SaturationError(
                f"--start-rate is {self.start_rate_per_s:g}: use messages a second above 0"
            )
        if not self.start_rate_per_s <= self.max_rate_per_s < math.inf:
            raise SaturationError(
                f"--max-rate is {self.max_rate_per_s:g}, below --start-rate "
                f"{self.start_rate_per_s:g}: raise the one or lower the other"
            )
        if not 0.01 <= self.resolution <= 1:
            raise SaturationError(
                f"--resolution is {self.resolution:.2%}: use 1% to 100%, as in 10%"
            )
        if self.probes < 1:
            raise SaturationError(f"probes is {self.probes}: use 1 or more")


@dataclass(frozen=True, slots=True)
class Ask:
    """A rate to try. A short look that does not decide may only say that the rate is too high."""

    rate_per_s: float
    decides: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Where a search has come to.

    Attributes
    ----------
    held_per_s
        The highest rate that held; None if none did.
    too_high_per_s, too_high
        The lowest rate that was too high, and what came of it; None if none was.
    decisions
        Answers that could have been wrong: all but `cannot tell`.
    """

    held_per_s: float | None
    too_high_per_s: float | None
    too_high: Answer | None
    ending: Ending
    decisions: int
    probes: int


@dataclass(slots=True)
class Search:
    """A search on its way: `ask`, try the rate, `record`; until `ask` gives None."""

    plan: SearchPlan
    _held: set[float] = field(default_factory=set)
    _too_high: dict[float, Answer] = field(default_factory=dict)
    _untold: set[float] = field(default_factory=set)
    _hints: set[float] = field(default_factory=set)
    _probes: int = 0
    _stopped: bool = False

    def ask(self) -> Ask | None:
        """Give the rate to try next; None when the search is over."""
        if self._stopped or self._probes >= self.plan.probes:
            return None
        if self._high is None:
            growing = self._grow()
            if growing is not None:
                return growing
        return self._narrow()

    def record(self, ask: Ask, answer: Answer) -> None:
        """Take down what came of a rate."""
        rate = ask.rate_per_s
        self._probes += 1
        self._hints.discard(rate)
        if answer == "holds":
            self._held.add(rate)
        elif answer in TOO_HIGH:
            self._too_high[rate] = answer
        elif ask.decides:
            self._untold.add(rate)
        else:
            self._hints.add(rate)

    def stop(self) -> None:
        """End the search where it is."""
        self._stopped = True

    @property
    def found(self) -> Found:
        """Where it has come to."""
        return Found(
            held_per_s=self._low,
            too_high_per_s=self._high,
            too_high=None if self._high is None else self._too_high[self._high],
            ending=self._ending(),
            decisions=len(self._held) + len(self._too_high),
            probes=self._probes,
        )

    @property
    def _low(self) -> float | None:
        return max(self._held, default=None)

    @property
    def _high(self) -> float | None:
        return min(self._too_high, default=None)

    def _grow(self) -> Ask | None:
        """Give the next higher rate; None at the highest."""
        reached = max(self._held | self._hints | self._untold, default=None)
        top = self.plan.max_rate_per_s
        if reached is None:
            rate = self.plan.start_rate_per_s
        elif reached < top:
            rate = min(reached * _GROWTH, top)
        else:
            return None
        return Ask(rate, decides=rate == top)

    def _narrow(self) -> Ask | None:
        """Give a rate between one that seems to hold and the lowest that does not."""
        low, high = self._low or 0.0, self._high or math.inf
        untold = sorted(rate for rate in self._untold if low < rate < high)
        barrier = untold[0] if untold else high
        if barrier == math.inf:  # held at the highest rate
            return None
        hint = max((rate for rate in self._hints if low < rate < barrier), default=None)
        if hint is not None:
            near = barrier / hint <= 1 + self.plan.resolution
            return Ask(hint if near else math.sqrt(hint * barrier), decides=True)
        if not low:
            lower = barrier / _GROWTH
            least = self.plan.start_rate_per_s * _LEAST_SHARE
            return Ask(lower, decides=False) if lower >= least else None
        if high / low <= 1 + self.plan.resolution:
            return None
        gaps = [(low, barrier)]
        if untold and high < math.inf:
            gaps.append((untold[-1], high))
        widest = max(gaps, key=lambda gap: gap[1] / gap[0])
        if widest[1] / widest[0] <= 1 + self.plan.resolution:
            return None
        return Ask(math.sqrt(widest[0] * widest[1]), decides=True)

    def _ending(self) -> Ending:
        low, high = self._low, self._high
        if self._stopped:
            return "stopped"
        if low is not None and high is None and low >= self.plan.max_rate_per_s:
            return "held at the highest rate"
        if low is not None and high is not None and high / low <= 1 + self.plan.resolution:
            return "resolved"
        if self._probes >= self.plan.probes:
            return "out of probes"
        return "not held at the lowest rate" if low is None else "not to be told more finely"


def search(
    plan: SearchPlan,
    oracle: Callable[[Ask], Answer],
    *,
    told: Callable[[Found], None] | None = None,
) -> Found:
    """Carry a search through with an oracle that tells what comes of a rate."""
    looking = Search(plan)
    while (ask := looking.ask()) is not None:
        looking.record(ask, oracle(ask))
        if told is not None:
            told(looking.found)
    return looking.found
