"""What messages cost under each strategy, and where one becomes cheaper than the other.

Of the run is what the ingest functions are billed, with its sampling interval
(`bench.statistics.billed_duration`); all else is the plan's bill of a month in which every message
is carried, at the prices of the snapshot. A bill is a straight line over the billed duration, but
for Lambda's tiers; so it is made at the ends of what the resamples have, and read off between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal, Protocol

import numpy as np
import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.billed_duration import with_billed_duration
from bench.statistics.condition_crossover import (
    Comparison,
    ConditionCrossover,
    estimate_of,
    interval_of,
)
from bench.statistics.crossing import UNRESOLVED, Crossing, crossing
from bench.statistics.interval import Bootstrap, Interval, Resampled
from bench.statistics.offered_rate import mean_rate_per_s
from bench.statistics.resampling import Floats
from bench.statistics.samples import BodySize, measured
from bench.statistics.shortage import ALIKE
from bench.statistics.uplink_crossover import UPLINKS_MBIT_PER_S
from bench.statistics.verdict import Verdict, verdict_of
from sim.month import SECONDS_PER_MONTH
from sim.prices import Bill

LEAST_PER_S: Final = 0.01
"""The lowest rate tried: 864 messages a day."""

RATES: Final = 25
"""So many, as many times apart each from the next, up to what AWS's defaults allow."""

TURNS: Final = "the cheaper strategy changes more than once"

Strategy = Literal["redis-first", "s3-first"]

_STRATEGIES: Final[tuple[Strategy, ...]] = ("s3-first", "redis-first")
"""In the order of a `Comparison`'s arms."""

_MILLION: Final = 1e6


class MonthBills(Protocol):
    """Bills of a month at a steady rate of messages of one size; `bench.run.month_bills` has some.

    Attributes
    ----------
    region
        Of the prices.
    node_type
        Of Redis-first's cache.
    """

    region: str
    node_type: str

    def most_per_s(self, body_bytes: int) -> float:
        """Return the highest rate that there is a bill for."""

    def shards(self, body_bytes: int, rate_per_s: float) -> int:
        """Return the shards of Redis-first's cache."""

    def bill(
        self, strategy: Strategy, body_bytes: int, rate_per_s: float, ingest_billed_s: float
    ) -> Bill:
        """Return the bill; the ingest function is billed so many seconds a message."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What messages of a size cost under a strategy at the run's mean rate, in US dollars.

    Attributes
    ----------
    requests
        That the duration is measured on.
    billed_ms, billed_interval_ms
        Of the ingest function, in the mean.
    shards
        Of Redis-first's cache; None of S3-first.
    month, per_million, per_million_interval
        The month's bill, and the same a million messages; its interval is the duration's.
    by_component
        Of a million messages.
    recalled_share
        Share of the bill that rests on prices from memory.
    """

    strategy: str
    size: str
    requests: int
    billed_ms: float
    billed_interval_ms: Interval | None
    shards: int | None
    month: float
    per_million: float
    per_million_interval: Interval | None
    by_component: Mapping[str, float]
    recalled_share: float


@dataclass(frozen=True, slots=True)
class CostDifference:
    """S3-first's cost of a million messages less Redis-first's, at a size and the mean rate."""

    size: str
    difference: float
    difference_interval: Interval | None
    cheaper: Verdict


@dataclass(frozen=True, slots=True)
class CostPoint:
    """What a million messages cost at a rate, in US dollars."""

    rate_per_s: float
    redis_first: float
    s3_first: float
    difference_interval: Interval | None


@dataclass(frozen=True, slots=True)
class CostCurve:
    """The cost along the rate, at one size."""

    size: str
    points: tuple[CostPoint, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """What messages cost.

    Attributes
    ----------
    region, prices_from, prices_to
        Of the prices, and when they were read, ISO 8601: the first and the last.
    node_type
        Of Redis-first's cache.
    rate_per_s
        The run's mean rate: that of the months.
    left_out
        What no total has, in sentences.
    crossovers
        Along the body size at that rate, along the rate, and along the uplink.
    """

    region: str
    prices_from: str
    prices_to: str
    node_type: str
    rate_per_s: float
    left_out: tuple[str, ...]
    costs: tuple[Cost, ...]
    differences: tuple[CostDifference, ...]
    curves: tuple[CostCurve, ...]
    crossovers: tuple[ConditionCrossover, ...]

    def at(self, strategy: str, size: str) -> Cost:
        """Give what messages of a size cost under a strategy."""
        return next(x for x in self.costs if (x.strategy, x.size) == (strategy, size))


def costs(
    samples: pd.DataFrame,
    calls: pd.DataFrame,
    sizes: Sequence[BodySize],
    plan: Bootstrap,
    bills: MonthBills,
) -> Costs | None:
    """Price a run's messages.

    Parameters
    ----------
    samples, calls
        Of one profile, with the column ``profile``.

    Returns
    -------
    Costs or None
        None where no size has billed durations of both strategies, or no rate.
    """
    rate_per_s = mean_rate_per_s(measured(samples[samples["strategy"].isin(_STRATEGIES)]))
    billed = with_billed_duration(samples, calls)
    compared = {size: Comparison.of(billed, size.name) for size in sizes}
    priced = [
        _Priced(size, of_size, plan, bills)
        for size, of_size in compared.items()
        if all(len(arm.values) for arm in of_size.all)
    ]
    if rate_per_s is None or not priced:
        return None
    found = [each.cost(strategy, rate_per_s) for each in priced for strategy in _STRATEGIES[::-1]]
    dates = sorted({date for _, bill in found for date in bill.dates})
    return Costs(
        region=bills.region,
        prices_from=dates[0],
        prices_to=dates[-1],
        node_type=bills.node_type,
        rate_per_s=rate_per_s,
        left_out=tuple(dict.fromkeys(text for _, bill in found for text in bill.left_out)),
        costs=tuple(cost for cost, _ in found),
        differences=tuple(each.difference(rate_per_s) for each in priced),
        curves=tuple(each.curve() for each in priced),
        crossovers=(
            *_over_sizes(priced, rate_per_s, plan),
            *(each.over_rates() for each in priced),
            *(each.over_uplinks(rate_per_s) for each in priced),
        ),
    )


class _Priced:
    """One size's billed durations, and what they make of bills."""

    def __init__(
        self, size: BodySize, compared: Comparison, plan: Bootstrap, bills: MonthBills
    ) -> None:
        self.size, self._compared, self._plan, self._bills = size, compared, plan, bills
        self.short = compared.shortage("p50", plan)
        self._draws = bootstrap.draws_of(
            compared.resampled,
            plan,
            label=f"billed {size.name}",
            paired_by_request=compared.paired,
        )
        self._billed_ms = {name: self._mean(place) for place, name in enumerate(_STRATEGIES)}
        self._rates = np.geomspace(LEAST_PER_S, bills.most_per_s(size.body_bytes), RATES)
        self._months = [self.month(float(rate)) for rate in self._rates]

    def cost(self, strategy: Strategy, rate_per_s: float) -> tuple[Cost, Bill]:
        """Give the cost at a rate, and the bill that it is of."""
        duration = self._billed_ms[strategy]
        bill = self._bill(strategy, rate_per_s, estimate_of(duration))
        millions = rate_per_s * SECONDS_PER_MONTH / _MILLION
        month = self._resampled_month(strategy, rate_per_s)
        spread = interval_of(month, self._plan)
        shards = self._bills.shards(self.size.body_bytes, rate_per_s)
        found = Cost(
            strategy=strategy,
            size=self.size.name,
            requests=len(self._compared.all[_STRATEGIES.index(strategy)].values),
            billed_ms=estimate_of(duration),
            billed_interval_ms=interval_of(duration, self._plan),
            shards=shards if strategy == "redis-first" else None,
            month=bill.total,
            per_million=bill.total / millions,
            per_million_interval=None if spread is None else _divided(spread, millions),
            by_component={name: each / millions for name, each in bill.by_component().items()},
            recalled_share=bill.recalled_share,
        )
        return found, bill

    def month(self, rate_per_s: float) -> Resampled | float:
        """Give S3-first's month less Redis-first's."""
        parts = [self._resampled_month(name, rate_per_s) for name in _STRATEGIES]
        drawn = [each for each in parts if isinstance(each, Resampled)]
        if len(drawn) == len(parts):
            return self._draws.combined(lambda each: each[0] - each[1], drawn)
        return estimate_of(parts[0]) - estimate_of(parts[1])

    def difference(self, rate_per_s: float) -> CostDifference:
        """Give the difference of a million messages."""
        month = self.month(rate_per_s)
        millions = rate_per_s * SECONDS_PER_MONTH / _MILLION
        spread = interval_of(month, self._plan)
        return CostDifference(
            size=self.size.name,
            difference=estimate_of(month) / millions,
            difference_interval=None if spread is None else _divided(spread, millions),
            cheaper=self.cheaper(month),
        )

    def cheaper(self, month: Resampled | float) -> Verdict:
        """Say who is cheaper, by a difference of months."""
        return verdict_of(estimate_of(month), interval_of(month, self._plan), None)

    def curve(self) -> CostCurve:
        """Give the costs along the rate."""
        points = []
        for rate, month in zip(self._rates, self._months, strict=True):
            s3, redis = (
                self._bill(name, float(rate), estimate_of(self._billed_ms[name])).total
                for name in _STRATEGIES
            )
            millions = float(rate) * SECONDS_PER_MONTH / _MILLION
            spread = interval_of(month, self._plan)
            points.append(
                CostPoint(
                    float(rate),
                    redis / millions,
                    s3 / millions,
                    None if spread is None else _divided(spread, millions),
                )
            )
        return CostCurve(self.size.name, tuple(points))

    def over_rates(self) -> ConditionCrossover:
        """Look for the rate at which the other strategy becomes cheaper."""
        verdicts = [self.cheaper(each) for each in self._months]
        # A month's difference is a straight line over the rate, but where a node is added.
        found = crossing(self._rates, self._months, verdicts, self._plan, drawn_together=True)
        return _crossover(
            ("rate", "messages/s", self.size.name),
            found,
            (float(self._rates[0]), float(self._rates[-1])),
            _reason(verdicts, self.short),
        )

    def over_uplinks(self, rate_per_s: float) -> ConditionCrossover:
        """Say that the senders' uplink moves no bill: API Gateway has the body before it invokes.

        Source: API Gateway Developer Guide, REST APIs hand a whole request to their integration.
        """
        cheaper = self.cheaper(self.month(rate_per_s))
        known = None if cheaper == UNRESOLVED else cheaper
        found = Crossing(
            UNRESOLVED if known is None else "none in the range tried", None, None, known, known
        )
        return _crossover(
            ("uplink", "Mbit/s", self.size.name),
            found,
            (UPLINKS_MBIT_PER_S[0], UPLINKS_MBIT_PER_S[-1]),
            self.short or ALIKE,
        )

    def _mean(self, place: int) -> Resampled | float:
        """Give a strategy's mean billed duration in ms, with resamples if there are enough."""
        estimate = float(self._compared.all[place].values.mean())
        if self.short is not None:
            return estimate
        values, members = self._compared.resampled[place].values, self._draws.groups[place]
        sums = np.array([values[each].sum() for each in members])
        counts = np.array([len(each) for each in members])
        drawn = self._draws.drawn[place]
        figures = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
        return Resampled(estimate, figures, len(members) - 1)

    def _bill(self, strategy: Strategy, rate_per_s: float, billed_ms: float) -> Bill:
        return self._bills.bill(strategy, self.size.body_bytes, rate_per_s, billed_ms / 1e3)

    def _resampled_month(self, strategy: Strategy, rate_per_s: float) -> Resampled | float:
        duration = self._billed_ms[strategy]
        if not isinstance(duration, Resampled):
            return self._bill(strategy, rate_per_s, duration).total
        least, most = float(duration.figures.min()), float(duration.figures.max())
        known = np.unique([least, duration.estimate, most])
        totals = [self._bill(strategy, rate_per_s, float(each)).total for each in known]

        def dollars(billed_ms: Floats) -> Floats:
            found: Floats = np.interp(billed_ms, known, totals)
            return found

        (estimate,) = dollars(np.array([duration.estimate]))
        return replace(duration, estimate=float(estimate), figures=dollars(duration.figures))


def _over_sizes(
    priced: Sequence[_Priced], rate_per_s: float, plan: Bootstrap
) -> tuple[ConditionCrossover, ...]:
    if len(priced) < 2:
        return ()
    places = np.array([each.size.body_bytes for each in priced], dtype=np.float64)
    months = [each.month(rate_per_s) for each in priced]
    verdicts = [each.cheaper(month) for each, month in zip(priced, months, strict=True)]
    short = next((f"{x.short} at {x.size.name}" for x in priced if x.short is not None), None)
    return (
        _crossover(
            ("body size", "bytes", ""),
            crossing(places, months, verdicts, plan),
            (float(places[0]), float(places[-1])),
            _reason(verdicts, short),
        ),
    )


def _reason(verdicts: Sequence[str], short: str | None) -> str:
    resolved = [each for each in verdicts if each != UNRESOLVED]
    turns = sum(one != other for one, other in pairwise(resolved))
    return short or (TURNS if turns > 1 else ALIKE)


def _crossover(
    along: tuple[str, str, str], found: Crossing, tried: tuple[float, float], reason: str
) -> ConditionCrossover:
    axis, unit, size = along
    return ConditionCrossover(
        axis=axis,
        unit=unit,
        size=size,
        measure="cost",
        question="cheaper",
        answer=found.answer,
        at=found.at,
        interval=found.interval,
        below=found.below,
        above=found.above,
        least=tried[0],
        most=tried[1],
        reason=reason if found.answer == UNRESOLVED else None,
    )


def _divided(spread: Interval, by: float) -> Interval:
    return Interval(spread.low / by, spread.high / by)
