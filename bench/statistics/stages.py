"""Where the latency goes: means of the stages, and whether the stages account for it.

Means are used because they are additive: the means of disjoint stages add up to the mean latency.
Medians and percentiles do not add up, since the request that is median in one stage is not the one
that is median in the next. All times in milliseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.statistics.percentile import percentile
from bench.statistics.samples import REMAINDER, select, stage_columns, stratum

COVERED_SHARE = 0.05
"""Share of the latency that measured stages may miss and still account for it (the run's
acceptance rule)."""

COVERED_MS = 1.0
"""Milliseconds that they may miss, where that is more."""

_NOT_THE_SERVER_S = frozenset({"client-wait", "request-transit", "response-transit", REMAINDER})


@dataclass(frozen=True, slots=True)
class StageMeans:
    """Mean of each stage over the warm requests of one strategy and size that report a breakdown.

    ``means_ms`` is in path order, ends with the remainder and counts a stage that a request did
    not pass as 0, so that ``sum_of_means_ms`` is ``mean_latency_ms`` but for rounding.
    ``without_breakdown`` requests carried no stage and are left out of both.
    """

    strategy: str
    size: str
    samples: int
    without_breakdown: int
    mean_latency_ms: float
    means_ms: Mapping[str, float]
    sum_of_means_ms: float


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """In how many requests the measured stages, without the remainder, cover the latency.

    Covered: they miss it by at most 5 % of it or 1 ms, whichever is more.
    """

    strategy: str
    size: str
    samples: int
    covered: int
    covered_share: float
    median_remainder_ms: float
    p95_absolute_remainder_ms: float | None


def stage_means(samples: pd.DataFrame, strategy: str, size: str) -> StageMeans | None:
    """Average the stages of one strategy at one size, or None if no request reports any."""
    rows = stratum(select(samples, strategy, size), "warm")
    columns = stage_columns(samples)
    broken_down = with_breakdown(rows, columns)
    if broken_down.empty:
        return None
    means = broken_down[list(columns.values())].fillna(0.0).mean()
    means_ms = {stage: float(means[column]) for stage, column in columns.items()}
    return StageMeans(
        strategy=strategy,
        size=size,
        samples=len(broken_down),
        without_breakdown=len(rows) - len(broken_down),
        mean_latency_ms=float(broken_down["latency_ms"].mean()),
        means_ms=means_ms,
        sum_of_means_ms=sum(means_ms.values()),
    )


def reconciliation(samples: pd.DataFrame, strategy: str, size: str) -> Reconciliation | None:
    """Check the stages of one strategy at one size against the latency, request by request."""
    rows = stratum(select(samples, strategy, size), "warm")
    columns = stage_columns(samples)
    broken_down = with_breakdown(rows, columns)
    if broken_down.empty:
        return None
    stages = [column for stage, column in columns.items() if stage != REMAINDER]
    latencies = broken_down["latency_ms"].to_numpy(np.float64)
    missed = latencies - broken_down[stages].fillna(0.0).sum(axis=1).to_numpy(np.float64)
    covered = int(np.sum(np.abs(missed) <= np.maximum(COVERED_SHARE * latencies, COVERED_MS)))
    return Reconciliation(
        strategy=strategy,
        size=size,
        samples=len(broken_down),
        covered=covered,
        covered_share=covered / len(broken_down),
        median_remainder_ms=float(np.median(missed)),
        p95_absolute_remainder_ms=percentile(np.abs(missed), 0.95),
    )


def with_breakdown(rows: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Keep rows with a stage of the server: the client's and the remainder explain nothing."""
    server = [column for stage, column in columns.items() if stage not in _NOT_THE_SERVER_S]
    return rows[rows[server].notna().any(axis=1)]
