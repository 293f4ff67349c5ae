"""Latency of a strategy at a size, and what one strategy gains on the other.

Latency runs from the time at which a request was due (open model), service time from when it was
sent: Schroeder, Wierman & Harchol-Balter, "Open versus closed", NSDI 2006. All times in
milliseconds.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.bootstrap import Arm
from bench.statistics.interval import Bootstrap, Interval
from bench.statistics.percentile import PERCENTILES, percentile
from bench.statistics.samples import Stratum, select, stratum
from bench.statistics.verdict import Verdict, smallest_detectable_ms, verdict_of
from sim.latency.luck import luck_of

LEAST_PAIRED_SHARE: Final = 2 / 3
"""From this share of requests with a partner on, an interval is made of pairs."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Latency of the answered, measured requests of one strategy, size and stratum.

    A percentile is None below its minimum of samples; its interval below a minimum of its own (see
    `Bootstrap.minimum_samples`) and below two blocks.
    """

    strategy: str
    size: str
    stratum: Stratum
    samples: int
    blocks: int
    minimum_ms: float
    mean_ms: float
    maximum_ms: float
    p50_ms: float | None
    p50_interval_ms: Interval | None
    p90_ms: float | None
    p90_interval_ms: Interval | None
    p95_ms: float | None
    p95_interval_ms: Interval | None
    p99_ms: float | None
    p99_interval_ms: Interval | None
    service_p50_ms: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What Redis-first gains on S3-first at a size, warm stratum.

    ``difference_ms`` is S3-first's p50 less Redis-first's: positive when Redis-first answers
    sooner; ``ratio`` is the one over the other. ``verdict`` is the answer
    (see `bench.statistics.verdict`), ``resolvable`` says that it names a strategy, and ``sooner``
    is that strategy. ``paired_by`` is what was resampled together.
    """

    size: str
    redis_first_p50_ms: float
    s3_first_p50_ms: float
    difference_ms: float
    difference_interval_ms: Interval | None
    ratio: float
    ratio_interval: Interval | None
    resolvable: bool
    sooner: str | None
    verdict: Verdict
    noise_floor_ms: float | None
    smallest_detectable_ms: float | None
    paired_by: str


def arm(rows: pd.DataFrame) -> Arm:
    """Take the latencies, blocks and rounds of rows."""
    return Arm(
        rows["latency_ms"].to_numpy(np.float64),
        rows["block"].to_numpy(np.int64),
        rows["round"].to_numpy(np.int64),
    )


def latency(
    samples: pd.DataFrame, strategy: str, size: str, which: Stratum, plan: Bootstrap
) -> Latency | None:
    """Summarise one strategy at one size, or None if no such request was answered."""
    rows = stratum(select(samples, strategy, size), which)
    if rows.empty:
        return None
    latencies = arm(rows)
    quantiles = {
        name: percentile(latencies.values, fraction) for name, fraction in PERCENTILES.items()
    }
    spreads = bootstrap.intervals(
        [latencies],
        bootstrap.first,
        plan,
        PERCENTILES,
        label=f"percentiles {strategy} {size} {which}",
    )
    return Latency(
        strategy=strategy,
        size=size,
        stratum=which,
        samples=len(rows),
        blocks=bootstrap.block_count(latencies),
        minimum_ms=float(latencies.values.min()),
        mean_ms=float(latencies.values.mean()),
        maximum_ms=float(latencies.values.max()),
        p50_ms=quantiles["p50"],
        p50_interval_ms=spreads["p50"],
        p90_ms=quantiles["p90"],
        p90_interval_ms=spreads["p90"],
        p95_ms=quantiles["p95"],
        p95_interval_ms=spreads["p95"],
        p99_ms=quantiles["p99"],
        p99_interval_ms=spreads["p99"],
        service_p50_ms=percentile(
            rows["service_ms"].dropna().to_numpy(np.float64), PERCENTILES["p50"]
        ),
    )


def paired_arms(first: pd.DataFrame, second: pd.DataFrame) -> list[Arm] | None:
    """Return the requests of two arms that met the same luck, in one order and in common blocks.

    None where too few have a partner: an arm's cold and failed requests have none.
    """
    if "trace_id" not in first or "trace_id" not in second:
        return None
    pairs = _with_luck(first).merge(_with_luck(second), on="luck", suffixes=("", "_second"))
    if len(pairs) < LEAST_PAIRED_SHARE * max(len(first), len(second), 1):
        return None
    blocks = pairs["block"].to_numpy(np.int64)
    rounds = pairs["round"].to_numpy(np.int64)
    return [
        Arm(pairs[column].to_numpy(np.float64), blocks, rounds)
        for column in ("latency_ms", "latency_ms_second")
    ]


def _with_luck(rows: pd.DataFrame) -> pd.DataFrame:
    traced = rows[rows["trace_id"] != ""]
    columns = traced[["block", "round", "latency_ms"]]
    return columns.assign(luck=traced["trace_id"].map(luck_of))


def difference(
    samples: pd.DataFrame, size: str, plan: Bootstrap, *, noise_floor_ms: float | None = None
) -> Difference | None:
    """Compare the strategies at one size, or None if one of them has no p50.

    Parameters
    ----------
    samples, size, plan
        The samples table, the size's name, how intervals are made.
    noise_floor_ms
        What a strategy's p50 differs from itself by; None where it is not known.
    """
    warm = [stratum(select(samples, name, size), "warm") for name in ("s3-first", "redis-first")]
    arms = [arm(each) for each in warm]
    s3_p50, redis_p50 = (percentile(each.values, PERCENTILES["p50"]) for each in arms)
    if s3_p50 is None or redis_p50 is None:
        return None
    pairs = paired_arms(*warm)
    arms, paired = (arms, False) if pairs is None else (pairs, True)
    spread = bootstrap.interval(
        arms,
        bootstrap.difference,
        plan,
        label=f"difference {size}",
        paired_by_request=paired,
    )
    verdict = verdict_of(s3_p50 - redis_p50, spread, noise_floor_ms)
    resolvable = verdict != "not resolvable"
    return Difference(
        size=size,
        redis_first_p50_ms=redis_p50,
        s3_first_p50_ms=s3_p50,
        difference_ms=s3_p50 - redis_p50,
        difference_interval_ms=spread,
        ratio=s3_p50 / redis_p50,
        ratio_interval=bootstrap.interval(
            arms, bootstrap.ratio, plan, label=f"ratio {size}", paired_by_request=paired
        ),
        resolvable=resolvable,
        sooner=verdict if resolvable else None,
        verdict=verdict,
        noise_floor_ms=noise_floor_ms,
        smallest_detectable_ms=smallest_detectable_ms(spread, noise_floor_ms, plan),
        paired_by=(
            "request" if paired else "round" if bootstrap.paired_by_round(arms) else "block"
        ),
    )
