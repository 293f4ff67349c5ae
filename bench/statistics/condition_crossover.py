"""From where on the answer is another along a condition of a run: what such an answer is.

An axis is a name and a unit: the senders' uplink, the rate of messages, the body size. What is
compared along it is a measure: a percentile of the wait, or what a message costs. How each is
searched: `bench.statistics.uplink_crossover`, `rate_crossover` and `cost_crossover`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.bootstrap import Arm, Statistic
from bench.statistics.crossing import Answer
from bench.statistics.crossover import AT
from bench.statistics.interval import Bootstrap, Interval, Resampled
from bench.statistics.latency import arm, paired_arms
from bench.statistics.percentile import percentile
from bench.statistics.samples import select, stratum
from bench.statistics.shortage import shortage
from bench.statistics.verdict import Verdict, verdict_of

MATTERS_SHARE: Final = 0.10
"""From this share of the slower strategy's p50 on, a difference is said to matter. Judgement: less
is hidden by what one sender's network differs from another's."""

Floors = Mapping[str, Mapping[str, float]]
"""Size's name → percentile → noise floor in ms, where it is known."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """S3-first's percentile less Redis-first's at one place of an axis."""

    at: float
    difference_ms: float
    difference_interval_ms: Interval | None


@dataclass(frozen=True, slots=True)
class ConditionCurve:
    """The difference of a percentile along an axis, at one size; ``at`` is in ``unit``."""

    axis: str
    unit: str
    size: str
    measure: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class ConditionCrossover:
    """From where on the answer is another along an axis, at one size; warm stratum.

    Attributes
    ----------
    axis, unit
        ``uplink`` in Mbit/s, ``rate`` in messages/s, or ``body size`` in bytes; the figures below
        are in the unit.
    size
        The size's name; empty along the body size.
    measure
        What is compared: ``p50`` or ``p99`` of the wait, or ``cost``.
    question
        ``sooner``: who is sooner; ``cheaper``: who is cheaper; ``matters``: whether the difference
        is at least `MATTERS_SHARE` of the wait.
    answer
        As `bench.statistics.crossing.Crossing` has it, as have the fields below.
    at, interval, below, above
        Where it changes, and what holds before and after it.
    least, most
        The range tried.
    reason
        Why it is not resolvable; None where it is.
    """

    axis: str
    unit: str
    size: str
    measure: str
    question: str
    answer: Answer
    at: float | None
    interval: Interval | None
    below: str | None
    above: str | None
    least: float
    most: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The requests of both strategies at a size that a comparison is made of, S3-first's first.

    Attributes
    ----------
    all
        Warm requests, of which estimates are made.
    resampled
        Those that intervals are made of: pairs with the same luck, where there are enough.
    paired
        Whether these are pairs.
    """

    size: str
    all: list[Arm]
    resampled: list[Arm]
    paired: bool

    @classmethod
    def of(cls, samples: pd.DataFrame, size: str) -> "Comparison":
        """Take the requests of a size."""
        warm = [
            stratum(select(samples, each, size), "warm") for each in ("s3-first", "redis-first")
        ]
        arms, pairs = [arm(each) for each in warm], paired_arms(*warm)
        return cls(size, arms, arms if pairs is None else pairs, pairs is not None)

    @property
    def label(self) -> str:
        """Names the resamples: the same blocks are drawn for every figure and in every world."""
        return f"conditions {self.size}"

    def shortage(self, name: str, plan: Bootstrap) -> str | None:
        """Say what an interval of a percentile lacks; None if nothing."""
        return shortage(self.resampled, name, plan)

    def figures(self, statistic: Statistic, plan: Bootstrap) -> dict[str, Resampled | float]:
        """Give a statistic at each percentile of `AT` that both strategies have.

        With its resamples where there are requests enough for them.
        """
        drawn = bootstrap.resampled(
            self.resampled,
            statistic,
            plan,
            AT,
            label=self.label,
            paired_by_request=self.paired,
        )
        found: dict[str, Resampled | float] = {}
        for name, fraction in AT.items():
            values = [percentile(each.values, fraction) for each in self.all]
            known = [np.array([each]) for each in values if each is not None]
            if len(known) == len(values):
                estimate = float(statistic(known)[0])
                found[name] = replace(drawn[name], estimate=estimate) if name in drawn else estimate
        return found


def estimate_of(figure: Resampled | float) -> float:
    """Give the figure itself."""
    return figure.estimate if isinstance(figure, Resampled) else figure


def interval_of(figure: Resampled | float, plan: Bootstrap) -> Interval | None:
    """Give its interval, where it has resamples."""
    return figure.interval(plan) if isinstance(figure, Resampled) else None


def sooner(figure: Resampled | float, floor_ms: float | None, plan: Bootstrap) -> Verdict:
    """Say which strategy a difference calls sooner."""
    return verdict_of(estimate_of(figure), interval_of(figure, plan), floor_ms)


def curve_of(
    axis: str,
    unit: str,
    size: str,
    measure: str,
    places: Sequence[float],
    figures: Sequence[Resampled | float],
    plan: Bootstrap,
) -> ConditionCurve:
    """Put the differences along an axis together."""
    return ConditionCurve(
        axis,
        unit,
        size,
        measure,
        tuple(
            CurvePoint(place, estimate_of(each), interval_of(each, plan))
            for place, each in zip(places, figures, strict=True)
        ),
    )
