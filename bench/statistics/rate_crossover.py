"""From which rate of messages through one cache node on the queue at its network turns the answer.

The rate is that of messages of one size. A node's network carries them one after the other, each in
the same time; arrivals are Poisson, so the queue is M/D/1, and an arrival finds it as it is in the
mean (PASTA; Kleinrock, Queueing Systems, vol. 1, 1975, 3.1 and 5.6). SETs come in and GETs go out,
each direction has the bandwidth for itself. A Redis-first request then waits what it waited in the
run, and in that queue, each independent of the other: the distribution of the sum is the requests'
own, convolved with the queue's (`bench.statistics.constant_service_queue`), and its percentile is
compared with S3-first's. Percentiles do not add up: the p50 of a sum is not the p50 and the mean
wait.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from scipy import optimize  # type: ignore[import-untyped]  # SciPy comes without types

from bench.statistics import bootstrap
from bench.statistics.condition_crossover import (
    Comparison,
    ConditionCrossover,
    ConditionCurve,
    Floors,
    curve_of,
    sooner,
)
from bench.statistics.constant_service_queue import (
    BUSIEST,
    WaitDistribution,
    wait_distribution,
)
from bench.statistics.crossing import UNRESOLVED, Answer
from bench.statistics.crossover import AT
from bench.statistics.interval import Bootstrap, Interval, Resampled, reach
from bench.statistics.resampling import Floats
from bench.statistics.samples import BodySize
from bench.statistics.shortage import ALIKE

BUSY_SHARES: Final = (0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.96, 0.98, 0.99)
"""Of the rate that fills the node's network; at all of it the queue has no end."""

_BRACKETS: Final = (0.9, 0.99, 0.999, BUSIEST)

_OWN_POINTS: Final = 120
_QUEUE_POINTS: Final = 40
_POINTS: Final = 400
"""At which the distribution of the sum is known for all resamples."""


def along_rate(
    samples: pd.DataFrame,
    sizes: Sequence[BodySize],
    plan: Bootstrap,
    noise_floors_ms: Floors,
    *,
    cache_bytes_per_s: float,
) -> tuple[tuple[ConditionCurve, ...], tuple[ConditionCrossover, ...]]:
    """Follow the differences of the percentiles along the rate of messages through one node."""
    curves, found = [], []
    for size in sizes:
        compared = Comparison.of(samples, size.name)
        if not all(len(each.values) for each in compared.all):
            continue
        service_s = size.payload_bytes / cache_bytes_per_s
        leads = compared.figures(bootstrap.difference, plan)
        spreads = _resampled_shifts_ms(compared, plan, service_s)
        for name, fraction in AT.items():
            short = compared.shortage(name, plan)
            lead = leads.get(name)
            at, spread, verdict = None, None, UNRESOLVED
            if lead is not None:
                own_ms = compared.all[1].values
                rates = [share / service_s for share in BUSY_SHARES]
                queued = [
                    _queued(lead, shift_ms(own_ms, fraction, share, service_s), spreads[name, n])
                    for n, share in enumerate(BUSY_SHARES)
                ]
                curves.append(curve_of("rate", "messages/s", size.name, name, rates, queued, plan))
                verdict = sooner(lead, noise_floors_ms.get(size.name, {}).get(name), plan)
                if verdict == "redis-first" and isinstance(lead, Resampled):
                    even = partial(even_rate_per_s, own_ms, fraction, service_s)
                    at = even(lead.estimate)
                    spread = _ends(even, lead.estimate, queued, service_s, plan)
            found.append(_crossover(size, name, verdict, at, spread, service_s, short))
    return tuple(curves), tuple(found)


def shift_ms(own_ms: Floats, fraction: float, busy: float, service_s: float) -> float:
    """Give by how much a queue raises a percentile of waits, in ms.

    Parameters
    ----------
    own_ms
        The waits without it, shape ``(requests,)``.
    fraction
        The percentile, 0.99 for p99.
    busy, service_s
        The share of the time that the server is busy, and for how long with one message.
    """
    if busy == 0:
        return 0.0
    queue, service_ms = wait_distribution(busy), service_s * 1e3
    low = float(np.quantile(own_ms, fraction, method="inverted_cdf"))
    # Where even the largest of the waits, with so long a queue, is within: beyond the percentile.
    high = float(own_ms.max()) + service_ms * float(queue.quantiles(np.array([fraction]))[0])

    def short_of(ms: float) -> float:
        return fraction - _share_within(own_ms, queue, service_ms, ms)

    if short_of(low) <= 0:
        return 0.0
    root: float = optimize.brentq(short_of, low, high + service_ms, xtol=1e-6)
    return root - low


def even_rate_per_s(own_ms: Floats, fraction: float, service_s: float, lead_ms: float) -> float:
    """Give the rate at which the queue raises a percentile by a lead; 0 where there is no lead.

    The other parameters are those of `shift_ms`.
    """
    if lead_ms <= 0:
        return 0.0
    target_ms = float(np.quantile(own_ms, fraction, method="inverted_cdf")) + lead_ms

    def to_spare(busy: float) -> float:
        queue = wait_distribution(busy)
        return _share_within(own_ms, queue, service_s * 1e3, target_ms) - fraction

    if to_spare(0.0) <= 0:
        return 0.0
    # The busier a queue, the more of it there is to tabulate: no busier than need be.
    too_busy = next((busy for busy in _BRACKETS if to_spare(busy) < 0), None)
    if too_busy is None:
        return BUSIEST / service_s
    root: float = optimize.brentq(to_spare, 0.0, too_busy, xtol=1e-9)
    return root / service_s


def even_rates_per_s(
    samples: pd.DataFrame, sizes: Sequence[BodySize], *, cache_bytes_per_s: float
) -> dict[str, float | None]:
    """Give, by size, the rate that takes Redis-first's lead at the p50 away; None without one."""
    found: dict[str, float | None] = {}
    for size in sizes:
        s3_ms, redis_ms = (each.values for each in Comparison.of(samples, size.name).all)
        if len(s3_ms) and len(redis_ms):
            lead_ms = float(np.median(s3_ms) - np.median(redis_ms))
            service_s = size.payload_bytes / cache_bytes_per_s
            found[size.name] = (
                even_rate_per_s(redis_ms, AT["p50"], service_s, lead_ms) if lead_ms > 0 else None
            )
    return found


def _share_within(own_ms: Floats, queue: WaitDistribution, service_ms: float, ms: float) -> float:
    return float(queue.share_within((ms - own_ms) / service_ms).mean())


def _resampled_shifts_ms(
    compared: Comparison, plan: Bootstrap, service_s: float
) -> dict[tuple[str, int], Floats | None]:
    """Give the shift of each percentile in each resample, by percentile and place of the axis.

    None where there are too few requests for an interval.
    """
    allowed = bootstrap.allowed_fractions(compared.resampled, plan, AT)
    found: dict[tuple[str, int], Floats | None] = {
        (name, n): None for name in AT for n in range(len(BUSY_SHARES))
    }
    if not allowed:
        return found
    draws = bootstrap.draws_of(
        compared.resampled, plan, label=compared.label, paired_by_request=compared.paired
    )
    own_ms, members = compared.resampled[1].values, draws.groups[1]
    times = np.stack([np.bincount(row, minlength=len(members)) for row in draws.drawn[1]])
    # Of few blocks many resamples are the same.
    times, resample = np.unique(times, axis=0, return_inverse=True)
    weights = times / (times @ np.array([len(each) for each in members]))[:, np.newaxis]
    for n, busy in enumerate(BUSY_SHARES):
        queue, service_ms = wait_distribution(busy), service_s * 1e3
        points = _points_ms(own_ms, queue, service_ms)
        with_queue, without = (
            np.stack([_within(own_ms[each], points, what, service_ms) for each in members])
            for what in (queue, None)
        )
        for name, fraction in allowed.items():
            both = [
                _quantiles(weights @ within, points, fraction) for within in (with_queue, without)
            ]
            found[name, n] = (both[0] - both[1])[resample]
    return found


def _points_ms(own_ms: Floats, queue: WaitDistribution, service_ms: float) -> Floats:
    """Give points that lie as the sum does: quantiles of one and of the other, each with each."""
    own = np.quantile(own_ms, np.linspace(0, 1, _OWN_POINTS))
    waits = service_ms * queue.quantiles(1 - np.geomspace(1, 1e-4, _QUEUE_POINTS))
    sums = np.unique(np.add.outer(own, waits))
    chosen = np.unique(np.linspace(0, len(sums) - 1, _POINTS).round().astype(np.int64))
    points: Floats = np.concatenate([[sums[0] - 1e-9], sums[chosen]])
    return points


def _within(
    own_ms: Floats, points_ms: Floats, queue: WaitDistribution | None, service_ms: float
) -> Floats:
    """Give how many of the requests wait no longer than each point, in the mean."""
    if queue is None:
        return np.searchsorted(np.sort(own_ms), points_ms, side="right").astype(np.float64)
    apart = (points_ms - own_ms[:, np.newaxis]) / service_ms
    found: Floats = queue.share_within(apart).sum(axis=0)
    return found


def _quantiles(shares: Floats, points_ms: Floats, fraction: float) -> Floats:
    """Give where each row of shares, rising over the points, reaches a fraction."""
    place = np.clip((shares < fraction).sum(axis=1), 1, len(points_ms) - 1)
    rows = np.arange(len(shares))
    low, high = shares[rows, place - 1], shares[rows, place]
    part = np.where(high > low, (fraction - low) / np.where(high > low, high - low, 1.0), 1.0)
    found: Floats = points_ms[place - 1] + part.clip(0, 1) * np.diff(points_ms)[place - 1]
    return found


def _queued(lead: Resampled | float, shift: float, drawn: Floats | None) -> Resampled | float:
    """Give a lead less what the queue takes of it, with both in the same resamples."""
    if isinstance(lead, Resampled) and drawn is not None:
        # The draws are the lead's, and so are the blocks that its spread is known from.
        return replace(lead, estimate=lead.estimate - shift, figures=lead.figures - drawn)
    return (lead.estimate if isinstance(lead, Resampled) else lead) - shift


def _ends(
    even: Callable[[float], float],
    lead_ms: float,
    queued: Sequence[Resampled | float],
    service_s: float,
    plan: Bootstrap,
) -> Interval:
    """Give the rates at which the ends of the difference's interval are 0.

    How far it reaches is known at `BUSY_SHARES`, and changes little between them.
    """
    reaches = [
        reach(each.figures, plan.confidence, each.freedom)
        for each in queued
        if isinstance(each, Resampled)
    ]

    def end(sign: float) -> float:
        rate = even(lead_ms)
        for _ in range(2):
            rate = even(lead_ms + sign * float(np.interp(rate * service_s, BUSY_SHARES, reaches)))
        return rate

    return Interval(end(-1), end(1))


def _crossover(
    size: BodySize,
    measure: str,
    verdict: str,
    at: float | None,
    spread: Interval | None,
    service_s: float,
    short: str | None,
) -> ConditionCrossover:
    answer: Answer = "not resolvable"
    if verdict != UNRESOLVED:
        answer = "found" if at is not None else "none in the range tried"
    resolved = answer != UNRESOLVED
    return ConditionCrossover(
        axis="rate",
        unit="messages/s",
        size=size.name,
        measure=measure,
        question="sooner",
        answer=answer,
        at=at,
        interval=spread,
        below=verdict if resolved else None,
        # In the end the queue has no end: S3-first is sooner, whoever was before.
        above="s3-first" if resolved else None,
        least=0.0,
        most=1 / service_s,
        reason=None if resolved else short or ALIKE,
    )
