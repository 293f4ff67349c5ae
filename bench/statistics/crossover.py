"""The body size at which one strategy overtakes the other, or that none in the range tried does.

A size that does not fit a line through all sizes would move where that line crosses; see
`bench.statistics.crossing` for what is done instead. In 250 simulated runs a planted crossover was
found in all, and lay in 96.0 % of the intervals of 95 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.crossing import Answer, crossing
from bench.statistics.interval import Bootstrap, Interval, Resampled
from bench.statistics.latency import arm, paired_arms
from bench.statistics.percentile import PERCENTILES, percentile
from bench.statistics.samples import BodySize, select, stratum
from bench.statistics.shortage import ALIKE, shortage
from bench.statistics.verdict import Verdict

AT: Final[Mapping[str, float]] = {name: PERCENTILES[name] for name in ("p50", "p99")}
"""The percentiles at which a crossover is looked for."""


@dataclass(frozen=True, slots=True)
class Crossover:
    """Where the strategies are even at a percentile, warm stratum.

    Attributes
    ----------
    percentile
        ``p50`` or ``p99``.
    answer
        ``found`` where each strategy is resolvably sooner on its side of one size; ``none in the
        range tried`` where one is resolvably sooner at the smallest and the largest size, and the
        other at no size; else ``not resolvable``.
    body_bytes, interval_bytes
        The size and its interval if it was found. An end at the smallest or largest size of the
        range stands for "or beyond".
    sooner_below, sooner_above
        Who is sooner for smaller and for larger bodies; None if not resolvable.
    least_bytes, most_bytes
        The range tried: the sizes at which both strategies have the percentile; those of the run
        where fewer than two have.
    reason
        Why it is not resolvable; None where it is.
    """

    percentile: str
    answer: Answer
    body_bytes: float | None
    interval_bytes: Interval | None
    sooner_below: str | None
    sooner_above: str | None
    least_bytes: int
    most_bytes: int
    reason: str | None = None


def crossover(
    samples: pd.DataFrame,
    sizes: Sequence[BodySize],
    name: str,
    verdicts: Mapping[str, Verdict],
    plan: Bootstrap,
) -> Crossover | None:
    """Look for the crossover at a percentile.

    Parameters
    ----------
    samples, sizes
        The samples table and its sizes, smallest first.
    name
        The percentile, one of `AT`.
    verdicts
        Size → verdict of the comparison at this percentile (see `bench.statistics.verdict`).
    plan
        How intervals are made.

    Returns
    -------
    Crossover or None
        None where fewer than two sizes were sent with both strategies.
    """
    compared = {size.name: _warm(samples, size.name) for size in sizes}
    compared = {name: each for name, each in compared.items() if all(map(len, each))}
    if len(compared) < 2:
        return None
    bodies: list[int] = []
    differences: list[Resampled | float] = []
    known: list[Verdict] = []
    for size in (each for each in sizes if each.name in compared):
        found = _difference(compared[size.name], size.name, name, plan)
        if found is not None:
            bodies.append(size.body_bytes)
            differences.append(found)
            known.append(verdicts.get(size.name, "not resolvable"))
    reason = _reason(compared, name, plan)
    if len(bodies) < 2:
        tried = [size.body_bytes for size in sizes if size.name in compared]
        return Crossover(
            name, "not resolvable", None, None, None, None, tried[0], tried[-1], reason
        )
    found_at = crossing(np.array(bodies, dtype=np.float64), differences, known, plan)
    return Crossover(
        percentile=name,
        answer=found_at.answer,
        body_bytes=found_at.at,
        interval_bytes=found_at.interval,
        sooner_below=found_at.below,
        sooner_above=found_at.above,
        least_bytes=bodies[0],
        most_bytes=bodies[-1],
        reason=reason if found_at.answer == "not resolvable" else None,
    )


def _warm(samples: pd.DataFrame, size: str) -> list[pd.DataFrame]:
    return [stratum(select(samples, each, size), "warm") for each in ("s3-first", "redis-first")]


def _reason(compared: Mapping[str, Sequence[pd.DataFrame]], name: str, plan: Bootstrap) -> str:
    """Say what the comparison lacks, of the sizes that lack it the first."""
    lacking = (
        (size, shortage([arm(each) for each in warm], name, plan))
        for size, warm in compared.items()
    )
    return next((f"{lack} at {size}" for size, lack in lacking if lack), ALIKE)


def _difference(
    warm: Sequence[pd.DataFrame], size: str, name: str, plan: Bootstrap
) -> Resampled | float | None:
    """Give S3-first's percentile less Redis-first's, with resamples if there are samples enough."""
    arms = [arm(each) for each in warm]
    s3_ms, redis_ms = (percentile(each.values, AT[name]) for each in arms)
    if s3_ms is None or redis_ms is None:
        return None
    pairs = paired_arms(*warm)
    drawn = bootstrap.resampled(
        arms if pairs is None else pairs,
        bootstrap.difference,
        plan,
        {name: AT[name]},
        label=f"crossover {name} {size}",
        paired_by_request=pairs is not None,
    )
    if name not in drawn:
        return s3_ms - redis_ms
    return replace(drawn[name], estimate=s3_ms - redis_ms)
