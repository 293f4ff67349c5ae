"""Latency and cost against the rate: short stretches at steady rates, from low to past a limit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.plan.cache_sizing import cheapest_cache
from bench.plan.headroom import Headroom
from bench.plan.request import PlanRequest
from sim.capacity.answer import Answer, Load
from sim.capacity.design import STRATEGIES, Strategy
from sim.capacity.network import Arrivals, poisson_s
from sim.capacity.pipeline import names
from sim.capacity.usage import month_usage
from sim.month import SECONDS_PER_MONTH
from sim.prices import Usage, bill_of

RATES: Final = 6
"""Evenly on a logarithmic axis; there are two more at each limit."""
_LONGEST_S: Final = 2_400.0
_SHORTEST_S: Final = 120.0
_MESSAGES: Final = 8_000
_PAST_THE_LIMIT: Final = 1.4
_COST_RATES: Final = 60
_MOST_PER_S: Final = 2_000.0
"""No stretch is at a higher rate, whatever the limits are."""


@dataclass(frozen=True, slots=True)
class RatePoint:
    """A strategy at one steady rate, over a short stretch."""

    strategy: Strategy
    rate_per_s: float
    p50_ms: float
    p99_ms: float
    acknowledged: float


@dataclass(frozen=True, slots=True)
class CostPoint:
    """A strategy's month at one mean rate, Redis-first with the cheapest nodes that carry it."""

    strategy: Strategy
    rate_per_s: float
    per_month: float
    nodes: str

    @property
    def per_million(self) -> float:
        """US dollars a million messages."""
        return self.per_month / (self.rate_per_s * SECONDS_PER_MONTH) * 1e6


@dataclass(frozen=True, slots=True)
class Curve:
    """Waits and costs against the rate.

    Attributes
    ----------
    limit_per_s
        By strategy: the steady rate at which its first limit breaks, and the limit's name.
    costs
        Months at many mean rates.
    crossings_per_s
        Mean rates at which the two strategies cost the same.
    """

    points: tuple[RatePoint, ...]
    costs: tuple[CostPoint, ...]
    limit_per_s: dict[Strategy, tuple[float, str]]
    crossings_per_s: tuple[float, ...]


def rates_of(request: PlanRequest, load: Load, rooms: dict[Strategy, Headroom]) -> list[float]:
    """Return the steady rates to try: from low to past the limits, and on both sides of each.

    The cache's memory fills over an hour and not in a short stretch, so that it has no side.
    """
    mean = len(load.arrivals.due_s) / request.period_s
    every = [rate for rate, _ in _limits(load, rooms).values()]
    low, high = min([mean, *every]) / 4, min(_MOST_PER_S, _PAST_THE_LIMIT * max([mean, *every]))
    rates = [float(rate) for rate in np.geomspace(low, max(high, 2 * low), RATES)]
    for room in rooms.values():
        quick = [use for use in room.limits if use.grows and use.name != names.CACHE_MEMORY]
        if quick and quick[0].share > 0:
            knee = load.peak_rate_per_s / quick[0].share
            rates += [side * knee for side in (0.9, 1.1) if low < side * knee < high]
    return sorted(rates)


def curve_of(
    request: PlanRequest,
    load: Load,
    rooms: dict[Strategy, Headroom],
    simulate: Callable[[Strategy, Load], Answer],
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Curve:
    """Simulate the stretches, and add up what a month costs at many rates.

    Parameters
    ----------
    simulate
        Answers a load of a strategy without outages.
    advance
        Told how many stretches are done, of how many.
    """
    points = []
    rates = rates_of(request, load, rooms)
    for number, rate in enumerate(rates):
        stretch = _stretch(request, load, rate)
        for place, strategy in enumerate(STRATEGIES):
            found = simulate(strategy, stretch)
            waits = found.latencies.blocking_ms
            points.append(
                RatePoint(
                    strategy,
                    rate,
                    waits.get("p50", float("nan")),
                    waits.get("p99", float("nan")),
                    found.fates.acknowledged,
                )
            )
            advance(len(STRATEGIES) * number + place + 1, len(STRATEGIES) * len(rates))
    limits = _limits(load, rooms)
    costs = _costs(request, load, rooms, rates[0], rates[-1])
    return Curve(tuple(points), costs, limits, _crossings(costs))


def _limits(load: Load, rooms: dict[Strategy, Headroom]) -> dict[Strategy, tuple[float, str]]:
    """Return where each strategy's first limit is, as a steady rate.

    A limit of a rate is reached by the busiest minute's; the cache is filled by all that comes
    within its time to live.
    """
    found = {}
    for strategy, room in rooms.items():
        if room.first is not None and room.factor is not None:
            found[strategy] = (
                room.factor * decisive_rate_per_s(load, room.first.name),
                room.first.name,
            )
    return found


def decisive_rate_per_s(load: Load, limit: str) -> float:
    """Return the rate of a load that a limit is used by: the mean for memory, else the peak's."""
    if limit == names.CACHE_MEMORY:
        due_s = load.arrivals.due_s
        return len(due_s) / max(float(due_s[-1]), 1.0)
    return load.peak_rate_per_s


def _stretch(request: PlanRequest, load: Load, rate_per_s: float) -> Load:
    rng = np.random.default_rng(request.seed)
    length_s = min(_LONGEST_S, max(_SHORTEST_S, _MESSAGES / rate_per_s))
    due_s = poisson_s([(0.0, rate_per_s)], length_s, rng)
    bodies = rng.choice(load.arrivals.body_bytes, len(due_s))
    month = rate_per_s * SECONDS_PER_MONTH
    return Load(Arrivals(due_s, bodies), month, load.sender, load.retries)


def _costs(
    request: PlanRequest, load: Load, rooms: dict[Strategy, Headroom], low: float, high: float
) -> tuple[CostPoint, ...]:
    found = []
    mean = len(load.arrivals.due_s) / request.period_s
    for strategy, room in rooms.items():
        for rate in map(float, np.geomspace(low, high, _COST_RATES)):
            usage = month_usage(
                request.design,
                strategy,
                load.arrivals,
                room.carried.outcome,
                messages_per_month=rate * SECONDS_PER_MONTH,
                kept=request.kept,
            )
            total, nodes = bill_of(usage, request.prices).total, ""
            if strategy == "redis-first":
                of_nodes = bill_of(Usage(caches=usage.caches), request.prices).total
                choice = cheapest_cache(request.design, room, request.prices, rate / mean)
                nodes = f"{choice.shards} x {choice.node_type}"
                total += choice.per_month - of_nodes
            found.append(CostPoint(strategy, rate, total, nodes))
    return tuple(found)


def _crossings(costs: tuple[CostPoint, ...]) -> tuple[float, ...]:
    """Return the rates at which the strategies' costs are equal, by lines between the points."""
    one, other = (
        [point for point in costs if point.strategy == strategy] for strategy in STRATEGIES
    )
    rates = np.array([point.rate_per_s for point in one])
    apart = np.array([a.per_month - b.per_month for a, b in zip(one, other, strict=True)])
    changes = np.flatnonzero(np.sign(apart[:-1]) * np.sign(apart[1:]) < 0)
    weights = apart[changes] / (apart[changes] - apart[changes + 1])
    return tuple(float(each) for each in rates[changes] + weights * np.diff(rates)[changes])
