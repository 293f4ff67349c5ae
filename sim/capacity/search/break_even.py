"""From which rate or body size on the other strategy is cheaper, or faster.

Bills are those of full service, by formula. Waits are simulated at a steady rate, with the same
luck for both strategies: each with a cache that has room, since what a full one does is a limit and
no wait.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.capacity.answer import Load
from sim.capacity.design import STRATEGIES, Design, Strategy
from sim.capacity.network import Arrivals, simulate
from sim.capacity.pipeline import Surroundings, names, pipeline_network
from sim.capacity.search.candidates import Candidate
from sim.capacity.search.crossing import Crossing, crossings
from sim.capacity.search.executors import Workers
from sim.capacity.search.full_service import full_service_bill
from sim.capacity.usage import Kept
from sim.month import SECONDS_PER_MONTH
from sim.prices import PriceList
from sim.quotas import cache_node

Over = Literal["messages per second", "body bytes"]
What = Literal["month's bill in US dollars", "blocking p50 in ms", "blocking p99 in ms"]

MESSAGES: Final = 6_000
"""Of each simulation; the first third, in which environments start, is not counted."""

POINTS: Final = 9

_PERCENTILES: Final[dict[What, float]] = {"blocking p50 in ms": 0.5, "blocking p99 in ms": 0.99}
_BETTER: Final[dict[What, str]] = {
    "month's bill in US dollars": "cheaper",
    "blocking p50 in ms": "faster at p50",
    "blocking p99 in ms": "faster at p99",
}
_TITLES: Final = {"redis-first": "Redis-first", "s3-first": "S3-first"}

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Two curves and where they cross.

    Attributes
    ----------
    at
        Points of the curves, ascending; shape ``(points,)``.
    values
        By strategy, of the same shape; infinite where more messages are refused than a percentile
        leaves out.
    """

    what: What
    over: Over
    at: Floats
    values: dict[Strategy, Floats]
    crossings: tuple[Crossing, ...]

    def better_at(self, point: int) -> Strategy | None:
        """Return which strategy is better at a point of the curves; None where neither is."""
        one, other = (float(self.values[strategy][point]) for strategy in STRATEGIES)
        if one == other:
            return None
        return STRATEGIES[0] if one < other else STRATEGIES[1]

    def __str__(self) -> str:
        better = _BETTER[self.what]
        low, high = _amount(self.at[0], self.over), _amount(self.at[-1], self.over)
        if not self.crossings:
            winner = next(filter(None, map(self.better_at, range(len(self.at)))), None)
            if winner is None:
                return f"Neither is {better} from {low} to {high}."
            return f"{_TITLES[winner]} is {better} from {low} to {high}: no break-even there."
        # The difference is Redis-first's less S3-first's: where it rises, Redis-first was better.
        parts = []
        for each in self.crossings:
            below, above = STRATEGIES if each.rises else STRATEGIES[::-1]
            parts.append(
                f"{_TITLES[below]} is {better} below {_amount(each.at, self.over)}, "
                f"{_TITLES[above]} above"
            )
        return f"{'; '.join(parts)} ({low} to {high} tried)."


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared.

    Attributes
    ----------
    load
        Its sizes, sender and rate stand where they are not varied.
    """

    design: Design
    around: Surroundings
    load: Load
    prices: PriceList
    seed: int = 0
    kept: Kept | None = None

    @property
    def rate_per_s(self) -> float:
        """Messages a second in the mean of the month."""
        return self.load.messages_per_month / SECONDS_PER_MONTH


def break_even_rates(
    case: Case,
    low_per_s: float,
    high_per_s: float,
    workers: Workers,
    *,
    points: int = POINTS,
    progress: Progress | None = None,
) -> tuple[BreakEven, ...]:
    """Return the break-even rates of bill, p50 and p99, at the load's mixture of sizes.

    Raises
    ------
    ValueError
        If the range is none.
    """
    at = _grid(low_per_s, high_per_s, points)
    mean_bytes = float(case.load.arrivals.body_bytes.mean(dtype=np.float64))

    def cost(strategy: Strategy, rate_per_s: float) -> float:
        return _cost(case, strategy, mean_bytes, rate_per_s)

    def waits(strategy: Strategy, rate_per_s: float) -> "_Waits":
        return _Waits(case, strategy, rate_per_s, None)

    return _compared("messages per second", at, cost, waits, workers, progress)


def break_even_sizes(
    case: Case,
    low_bytes: int,
    high_bytes: int,
    workers: Workers,
    *,
    points: int = POINTS,
    progress: Progress | None = None,
) -> tuple[BreakEven, ...]:
    """Return the break-even body sizes of bill, p50 and p99, at the load's mean rate.

    Raises
    ------
    ValueError
        If the range is none.
    """
    at = _grid(low_bytes, high_bytes, points)

    def cost(strategy: Strategy, body_bytes: float) -> float:
        return _cost(case, strategy, body_bytes, case.rate_per_s)

    def waits(strategy: Strategy, body_bytes: float) -> "_Waits":
        return _Waits(case, strategy, case.rate_per_s, round(body_bytes))

    return _compared("body bytes", at, cost, waits, workers, progress)


@dataclass(frozen=True, slots=True)
class _Waits:
    """One simulation at a steady rate: what a worker is sent."""

    case: Case
    strategy: Strategy
    rate_per_s: float
    body_bytes: int | None


def blocking_percentiles(job: _Waits) -> tuple[float, ...]:
    """Return p50 and p99 of the wait for the receipt in ms; infinite where it never came."""
    case = job.case
    rng = np.random.default_rng(case.seed)
    # The same draws at each rate and size, so that the curves are smooth.
    due_s = np.cumsum(rng.exponential(1.0, MESSAGES)) / job.rate_per_s
    drawn = rng.choice(case.load.arrivals.body_bytes, MESSAGES)
    if job.body_bytes is not None:
        drawn = np.full(MESSAGES, job.body_bytes)
    arrivals = Arrivals(due_s, drawn.astype(np.uint32))
    node = replace(case.around.node, maxmemory_bytes=1e15)
    network = pipeline_network(
        case.design,
        job.strategy,
        replace(case.around, node=node),
        sender=case.load.sender,
        body_bytes=[int(size) for size in np.unique(arrivals.body_bytes)],
        sender_retries=case.load.retries,
    )
    outcome = simulate(network, arrivals, seed=case.seed)
    counted = np.nan_to_num(outcome.marks[names.RECEIPT][MESSAGES // 3 :], nan=np.inf)
    shares = tuple(_PERCENTILES.values())
    return tuple(float(each) for each in np.quantile(counted, shares, method="inverted_cdf"))


def _cost(case: Case, strategy: Strategy, mean_bytes: float, rate_per_s: float) -> float:
    month = rate_per_s * SECONDS_PER_MONTH
    candidate = Candidate(strategy, case.design)
    around = replace(case.around, node=cache_node(case.design.cache.node_type))
    return full_service_bill(candidate, around, mean_bytes, month, case.prices, case.kept).total


def _compared(
    over: Over,
    at: Floats,
    cost: Callable[[Strategy, float], float],
    waits: Callable[[Strategy, float], _Waits],
    workers: Workers,
    progress: Progress | None,
) -> tuple[BreakEven, ...]:
    costs = {each: np.array([cost(each, float(point)) for point in at]) for each in STRATEGIES}

    def dearer(point: float) -> float:
        return cost("redis-first", point) - cost("s3-first", point)

    found = [_curves("month's bill in US dollars", over, at, costs, dearer)]
    known: dict[float, tuple[tuple[float, ...], ...]] = {}
    of = len(at)

    def simulated(points: Sequence[float]) -> None:
        new = [point for point in points if point not in known]
        futures = {
            point: [
                workers.executor.submit(blocking_percentiles, waits(strategy, point))
                for strategy in STRATEGIES
            ]
            for point in new
        }
        for point, pair in futures.items():
            known[point] = tuple(future.result() for future in pair)
            if progress is not None:
                progress(min(len(known), of), of)

    simulated([float(point) for point in at])
    for number, what in enumerate(_PERCENTILES):
        curves = {
            strategy: np.array([known[float(point)][side][number] for point in at])
            for side, strategy in enumerate(STRATEGIES)
        }

        def slower(point: float, number: int = number) -> float:
            simulated([point])
            redis_ms, s3_ms = (side[number] for side in known[point])
            return _less(redis_ms, s3_ms)

        found.append(_curves(what, over, at, curves, slower))
    return tuple(found)


def _curves(
    what: What,
    over: Over,
    at: Floats,
    values: dict[Strategy, Floats],
    difference: Callable[[float], float],
) -> BreakEven:
    differences = [
        _less(float(one), float(other))
        for one, other in zip(*(values[strategy] for strategy in STRATEGIES), strict=True)
    ]
    points = [float(point) for point in at]
    return BreakEven(what, over, at, values, crossings(points, differences, difference))


def _less(one: float, other: float) -> float:
    """Return the difference, no number where both are infinite."""
    return math.nan if math.isinf(one) and math.isinf(other) else one - other


def _grid(low: float, high: float, points: int) -> Floats:
    if not 0 < low < high < math.inf or points < 2:
        raise ValueError(
            f"the range from {low:g} to {high:g} with {points} points is none; "
            "let it rise from above 0, with 2 points at least"
        )
    return np.geomspace(low, high, points)


def _amount(value: float, over: Over) -> str:
    if over == "messages per second":
        return f"{value:,.3g} messages/s"
    return f"{value / 1e6:,.3g} MB" if value >= 1e6 else f"{value / 1e3:,.3g} KB"
