"""What one strategy gains on the other where it is slow: the differences of p90, p95 and p99."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.interval import Bootstrap, Interval
from bench.statistics.latency import arm, paired_arms
from bench.statistics.percentile import PERCENTILES, percentile
from bench.statistics.samples import select, stratum
from bench.statistics.verdict import Verdict, smallest_detectable_ms, verdict_of

TAILS: Final[Mapping[str, float]] = {
    name: fraction for name, fraction in PERCENTILES.items() if fraction > 0.5
}
"""The percentiles beyond the median, as fractions."""


@dataclass(frozen=True, slots=True)
class TailDifference:
    """What Redis-first gains on S3-first at a size and a percentile, warm stratum.

    The fields are those of `bench.statistics.Difference`, at ``percentile`` instead of the p50.
    """

    size: str
    percentile: str
    redis_first_ms: float
    s3_first_ms: float
    difference_ms: float
    difference_interval_ms: Interval | None
    ratio: float
    ratio_interval: Interval | None
    noise_floor_ms: float | None
    smallest_detectable_ms: float | None
    verdict: Verdict


def tail_differences(
    samples: pd.DataFrame,
    size: str,
    plan: Bootstrap,
    *,
    noise_floors_ms: Mapping[str, float] | None = None,
) -> tuple[TailDifference, ...]:
    """Compare the strategies at one size, at each percentile of `TAILS` that both have.

    Requests that met the same luck are drawn together, as for the p50.

    Parameters
    ----------
    samples, size, plan
        The samples table, the size's name, how intervals are made.
    noise_floors_ms
        Percentile → the largest difference of a strategy from itself, where known.
    """
    warm = [stratum(select(samples, name, size), "warm") for name in ("s3-first", "redis-first")]
    arms = [arm(each) for each in warm]
    pairs = paired_arms(*warm)
    resampled = arms if pairs is None else pairs
    spreads, ratios = (
        bootstrap.intervals(
            resampled,
            statistic,
            plan,
            TAILS,
            label=f"tail {word} {size}",
            paired_by_request=pairs is not None,
        )
        for word, statistic in (("difference", bootstrap.difference), ("ratio", bootstrap.ratio))
    )
    found = []
    for name, fraction in TAILS.items():
        s3_ms, redis_ms = (percentile(each.values, fraction) for each in arms)
        if s3_ms is None or redis_ms is None:
            continue
        floor_ms = (noise_floors_ms or {}).get(name)
        found.append(
            TailDifference(
                size=size,
                percentile=name,
                redis_first_ms=redis_ms,
                s3_first_ms=s3_ms,
                difference_ms=s3_ms - redis_ms,
                difference_interval_ms=spreads[name],
                ratio=s3_ms / redis_ms,
                ratio_interval=ratios[name],
                noise_floor_ms=floor_ms,
                smallest_detectable_ms=smallest_detectable_ms(spreads[name], floor_ms, plan),
                verdict=verdict_of(s3_ms - redis_ms, spreads[name], floor_ms),
            )
        )
    return tuple(found)
