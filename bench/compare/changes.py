"""What changed from one run to another: each metric of each strategy at each size.

Warm, measured and answered requests alone, as everywhere. All times in milliseconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from bench.statistics import Bootstrap, Interval, minimum_samples
from bench.statistics.estimate import MEAN, Estimate, Quantile
from bench.statistics.latency import arm, paired_arms
from bench.statistics.percentile import PERCENTILES
from bench.statistics.resampling import Floats
from bench.statistics.samples import (
    REDIS_SET,
    STRATEGIES,
    UPLOAD_FLOOR,
    body_sizes,
    select,
    stratum,
)
from bench.statistics.two_runs import Change, Grouping, change

Verdict = Literal["slower", "faster", "not resolvable"]

METRICS: Final[Mapping[str, Estimate]] = {
    **{name: Quantile(PERCENTILES[name]) for name in ("p50", "p95", "p99")},
    "mean": MEAN,
}
"""Name of a metric → its estimate."""

COMPARED: Final = (*STRATEGIES, UPLOAD_FLOOR, REDIS_SET)
"""The floors are compared as well: they pass through no handler, so that a change of theirs is the
machine's."""


@dataclass(frozen=True, slots=True)
class LatencyChange:
    """One metric of one strategy at one size under one profile, in both runs.

    Attributes
    ----------
    baseline_samples, candidate_samples
        Warm, measured, answered requests.
    baseline_ms, candidate_ms
        The metric; `None` where there are too few samples for it.
    difference_ms, ratio
        The candidate's less, and over, the baseline's; `None` where one is unknown.
    difference_interval_ms, ratio_interval
        Intervals; `None` where there are too few samples or blocks.
    resampled_by
        What was resampled first; `None` without an interval.
    paired
        Whether requests that met the same luck in both runs were drawn together.
    """

    profile: str
    strategy: str
    size: str
    metric: str
    baseline_samples: int
    candidate_samples: int
    baseline_ms: float | None
    candidate_ms: float | None
    difference_ms: float | None
    difference_interval_ms: Interval | None
    ratio: float | None
    ratio_interval: Interval | None
    resampled_by: Grouping | None
    paired: bool

    @property
    def verdict(self) -> Verdict:
        """Slower or faster where the interval of the ratio leaves out 1."""
        if self.ratio_interval is None or self.ratio_interval.contains(1):
            return "not resolvable"
        return "slower" if self.ratio_interval.low > 1 else "faster"

    @property
    def is_floor(self) -> bool:
        """Whether it is of a floor rather than of a strategy."""
        return self.strategy not in STRATEGIES


def changes_of_part(
    baseline: pd.DataFrame, candidate: pd.DataFrame, profile: str, plan: Bootstrap
) -> tuple[LatencyChange, ...]:
    """Compare the samples of one part, size by size, strategies before floors.

    What only one run has, or neither has an answered request of, is left out.
    """
    sizes = [size.name for size in body_sizes(candidate)]
    return tuple(
        each
        for size in sizes
        for strategy in COMPARED
        for each in _changes(
            stratum(select(baseline, strategy, size), "warm"),
            stratum(select(candidate, strategy, size), "warm"),
            (profile, strategy, size),
            plan,
        )
    )


def _changes(
    was: pd.DataFrame, now: pd.DataFrame, cell: tuple[str, str, str], plan: Bootstrap
) -> Iterator[LatencyChange]:
    if was.empty or now.empty:
        return
    profile, strategy, size = cell
    whole = (arm(was), arm(now))
    pairs = paired_arms(was, now)
    for metric, estimate in METRICS.items():
        before_ms, after_ms = (_metric_ms(each.values, metric, estimate) for each in whole)
        found: Change | None = None
        if before_ms is not None and after_ms is not None:
            was_arm, now_arm = pairs or whole
            found = change(
                was_arm,
                now_arm,
                estimate,
                plan,
                label=f"{metric} {profile} {strategy} {size}",
                paired=pairs is not None,
            )
        yield _change(cell, metric, (len(was), len(now)), (before_ms, after_ms), found)


def _change(
    cell: tuple[str, str, str],
    metric: str,
    samples: tuple[int, int],
    values_ms: tuple[float | None, float | None],
    found: Change | None,
) -> LatencyChange:
    before_ms, after_ms = values_ms
    difference_ms = ratio = None
    if before_ms is not None and after_ms is not None:
        difference_ms, ratio = after_ms - before_ms, after_ms / before_ms
    return LatencyChange(
        *cell,
        metric,
        *samples,
        before_ms,
        after_ms,
        difference_ms,
        _holding(found.difference_ms, difference_ms) if found else None,
        ratio,
        _holding(found.ratio, ratio) if found else None,
        found.resampled_by if found else None,
        paired=found is not None and found.paired,
    )


def _metric_ms(values: Floats, metric: str, estimate: Estimate) -> float | None:
    fewest = minimum_samples(PERCENTILES[metric]) if metric in PERCENTILES else 1
    return estimate.of(values) if len(values) >= fewest else None


def _holding(ends: Interval, value: float | None) -> Interval:
    """Widen an interval to the value that is shown: requests without a partner are in it too."""
    if value is None:
        return ends
    return Interval(min(ends.low, value), max(ends.high, value))
