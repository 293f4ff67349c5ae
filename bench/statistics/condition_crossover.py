"""From where on the answer is another along a condition of the run: the uplink, or the rate.

The uplink is tried at steps of 1 and 3: at each, every request is drawn again for senders with
that bandwidth (see `bench.statistics.redrawn`). Waits are straight lines over 1/uplink, so that
what is interpolated there between two steps is exact where no emulator was slower than its target.
The rate is that of messages of one size through one cache node, whose network's queue is taken for
M/D/1: mean wait = rho s / (2 (1 - rho)), with s the time of one payload on the network (Kleinrock,
Queueing Systems, vol. 1, 1975, 5.6). SETs come in and GETs go out, each direction has the bandwidth
for itself. It is added to Redis-first's wait.

An axis is a name and a unit here: whatever else a comparison is made along, such as a price, is a
`ConditionCurve` and a `ConditionCrossover` too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.bootstrap import Statistic
from bench.statistics.crossing import UNRESOLVED, Answer, crossing
from bench.statistics.interval import Bootstrap, Interval, Resampled
from bench.statistics.latency import arm, paired_arms
from bench.statistics.percentile import PERCENTILES, percentile
from bench.statistics.redrawn import redrawn
from bench.statistics.resampling import Floats
from bench.statistics.samples import BodySize, select, stratum
from bench.statistics.verdict import verdict_of
from sim.latency.shaping import UPLOAD, Shaping

MATTERS_SHARE: Final = 0.10
"""From this share of the slower strategy's p50 on, a difference is said to matter. Judgement: less
is hidden by what one sender's network differs from another's."""

UPLINKS_MBIT_PER_S: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4)
"""The range tried: from a poor mobile connection to what no single flow on AWS exceeds."""

BUSY_SHARES: Final = (0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.96, 0.98, 0.99)
"""Of the rate that fills the node's network; at all of it the queue has no end."""

MATTERS: Final = "matters"
NO_MATTER: Final = "does not matter"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """S3-first's p50 less Redis-first's at one place of an axis."""

    at: float
    difference_ms: float
    difference_interval_ms: Interval | None


@dataclass(frozen=True, slots=True)
class ConditionCurve:
    """The difference of the p50s along an axis, at one size; ``at`` is in ``unit``."""

    axis: str
    unit: str
    size: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class ConditionCrossover:
    """From where on the answer is another along an axis, at one size; warm stratum.

    Attributes
    ----------
    axis, unit
        ``uplink`` in Mbit/s, or ``rate`` in messages/s; the figures below are in the unit.
    size
        The size's name.
    question
        ``sooner``: who is sooner; ``matters``: whether the difference is at least `MATTERS_SHARE`
        of the wait.
    answer
        As `bench.statistics.crossing.Crossing` has it, as have the fields below.
    at, interval, below, above
        Where it changes, and what holds before and after it.
    least, most
        The range tried.
    """

    axis: str
    unit: str
    size: str
    question: str
    answer: Answer
    at: float | None
    interval: Interval | None
    below: str | None
    above: str | None
    least: float
    most: float


def along_uplink(
    samples: pd.DataFrame,
    calls: pd.DataFrame,
    sizes: Sequence[BodySize],
    shaping: Shaping,
    plan: Bootstrap,
    noise_floors_ms: dict[str, float | None],
) -> tuple[tuple[ConditionCurve, ...], tuple[ConditionCrossover, ...]]:
    """Follow the difference along the senders' uplink.

    Parameters
    ----------
    samples, calls
        Of the part that was shaped by *shaping*.
    noise_floors_ms
        Size's name → noise floor of the p50 there, None where it is not known.
    """
    # Nothing but the upload depends on the senders' network.
    uploads = calls[calls["operation"] == UPLOAD]
    senders = [replace(shaping.sender, uplink_bit_per_s=each * 1e6) for each in UPLINKS_MBIT_PER_S]
    worlds = [redrawn(samples, uploads, replace(shaping, sender=each)) for each in senders]
    curves, found = [], []
    for size in sizes:
        differences = [_figure(world, size, bootstrap.difference, plan) for world in worlds]
        margins = [_figure(world, size, _MARGIN, plan) for world in worlds]
        if any(each is None for each in (*differences, *margins)):
            continue
        known = [each for each in differences if each is not None]
        floor_ms = noise_floors_ms.get(size.name)
        curves.append(_curve("uplink", "Mbit/s", size, UPLINKS_MBIT_PER_S, known, plan))
        above = [each for each in margins if each is not None]
        matter = [
            _matters(margin, difference, floor_ms, plan)
            for margin, difference in zip(above, known, strict=True)
        ]
        sooner = [_sooner(each, floor_ms, plan) for each in known]
        found.append(_over_uplink(size, "matters", above, matter, plan))
        found.append(_over_uplink(size, "sooner", known, sooner, plan))
    return tuple(curves), tuple(found)


def along_rate(
    samples: pd.DataFrame,
    sizes: Sequence[BodySize],
    plan: Bootstrap,
    noise_floors_ms: dict[str, float | None],
    *,
    cache_bytes_per_s: float,
) -> tuple[tuple[ConditionCurve, ...], tuple[ConditionCrossover, ...]]:
    """Follow the difference along the rate of messages through one cache node."""
    curves, found = [], []
    for size in sizes:
        lead = _figure(samples, size, bootstrap.difference, plan)
        if lead is None:
            continue
        service_s = size.payload_bytes / cache_bytes_per_s
        rates = [share / service_s for share in BUSY_SHARES]
        queued = [_less(lead, 1e3 * queue_wait_s(rate, service_s)) for rate in rates]
        curves.append(_curve("rate", "messages/s", size, rates, queued, plan))
        sooner = _sooner(lead, noise_floors_ms.get(size.name), plan)
        at, spread, above = None, None, None
        if sooner == "redis-first" and isinstance(lead, Resampled):
            ends = lead.interval(plan)
            at = even_rate_per_s(lead.estimate, service_s)
            spread = Interval(*(even_rate_per_s(each, service_s) for each in (ends.low, ends.high)))
            above = "s3-first"
        elif sooner == "s3-first":
            above = "s3-first"
        answer: Answer = "not resolvable"
        if above is not None:
            answer = "found" if at is not None else "none in the range tried"
        found.append(
            ConditionCrossover(
                axis="rate",
                unit="messages/s",
                size=size.name,
                question="sooner",
                answer=answer,
                at=at,
                interval=spread,
                below=None if above is None else sooner,
                above=above,
                least=0.0,
                most=1 / service_s,
            )
        )
    return tuple(curves), tuple(found)


def queue_wait_s(rate_per_s: float, service_s: float) -> float:
    """Give the mean wait of an M/D/1 queue, below its saturation."""
    busy = rate_per_s * service_s
    return busy * service_s / (2 * (1 - busy))


def even_rate_per_s(lead_ms: float, service_s: float) -> float:
    """Give the rate at which that wait is as long as a lead; 0 where there is no lead."""
    lead_s = max(lead_ms, 0.0) / 1e3
    return 2 * lead_s / (service_s + 2 * lead_s) / service_s


def _margin(quantiles: Sequence[Floats]) -> Floats:
    """Give what the difference, over `MATTERS_SHARE`, is above the slower strategy's wait."""
    s3, redis = quantiles
    above: Floats = np.abs(s3 - redis) / MATTERS_SHARE - np.maximum(s3, redis)
    return above


_MARGIN: Final = Statistic(_margin, above_0=False)


def _figure(
    samples: pd.DataFrame, size: BodySize, statistic: Statistic, plan: Bootstrap
) -> Resampled | float | None:
    """Give a statistic of the p50s, with resamples if there are samples enough.

    The same blocks are drawn for every statistic and in every world.
    """
    strategies = ("s3-first", "redis-first")
    warm = [stratum(select(samples, name, size.name), "warm") for name in strategies]
    arms = [arm(each) for each in warm]
    medians = [percentile(each.values, PERCENTILES["p50"]) for each in arms]
    known = [np.array([each]) for each in medians if each is not None]
    if len(known) < len(arms):
        return None
    pairs = paired_arms(*warm)
    drawn = bootstrap.resampled(
        arms if pairs is None else pairs,
        statistic,
        plan,
        bootstrap.MEDIAN,
        label=f"conditions {size.name}",
        paired_by_request=pairs is not None,
    )
    estimate = float(statistic(known)[0])
    return replace(drawn["p50"], estimate=estimate) if drawn else estimate


def _less(figure: Resampled | float, by: float) -> Resampled | float:
    if isinstance(figure, Resampled):
        return replace(figure, estimate=figure.estimate - by, figures=figure.figures - by)
    return figure - by


def _estimate(figure: Resampled | float) -> float:
    return figure.estimate if isinstance(figure, Resampled) else figure


def _interval(figure: Resampled | float, plan: Bootstrap) -> Interval | None:
    return figure.interval(plan) if isinstance(figure, Resampled) else None


def _sooner(figure: Resampled | float, floor_ms: float | None, plan: Bootstrap) -> str:
    return verdict_of(_estimate(figure), _interval(figure, plan), floor_ms)


def _matters(
    margin: Resampled | float,
    difference: Resampled | float,
    floor_ms: float | None,
    plan: Bootstrap,
) -> str:
    spread = _interval(margin, plan)
    if spread is None or spread.contains(0):
        return UNRESOLVED
    if spread.high < 0:
        return NO_MATTER
    return MATTERS if abs(_estimate(difference)) > (floor_ms or 0.0) else UNRESOLVED


def _curve(
    axis: str,
    unit: str,
    size: BodySize,
    places: Sequence[float],
    figures: Sequence[Resampled | float],
    plan: Bootstrap,
) -> ConditionCurve:
    return ConditionCurve(
        axis,
        unit,
        size.name,
        tuple(
            CurvePoint(place, _estimate(each), _interval(each, plan))
            for place, each in zip(places, figures, strict=True)
        ),
    )


def _over_uplink(
    size: BodySize,
    question: str,
    figures: Sequence[Resampled | float],
    verdicts: Sequence[str],
    plan: Bootstrap,
) -> ConditionCrossover:
    # Waits are straight over the seconds of a Mbit; less of them is more bandwidth.
    places = -1 / np.array(UPLINKS_MBIT_PER_S)
    found = crossing(places, figures, verdicts, plan, drawn_together=True)
    spread = found.interval
    return ConditionCrossover(
        axis="uplink",
        unit="Mbit/s",
        size=size.name,
        question=question,
        answer=found.answer,
        at=None if found.at is None else -1 / found.at,
        interval=None if spread is None else Interval(-1 / spread.low, -1 / spread.high),
        below=found.below,
        above=found.above,
        least=UPLINKS_MBIT_PER_S[0],
        most=UPLINKS_MBIT_PER_S[-1],
    )
