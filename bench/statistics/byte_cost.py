"""What a byte costs: the median of the latency, and of each stage, as a line over the body size.

The body sizes of a run are few and have many requests each. So the median of each size is taken
first and the line is drawn through the medians by least squares, weighted by requests: the minimum
distance estimator of a quantile regression with grouped regressors (Chamberlain, "Quantile
regression, censoring, and the structure of wages", in Advances in Econometrics, Sixth World
Congress, vol. 1, 1994). Like least absolute deviations it estimates the conditional median, which
neither a long tail nor an outlier moves; unlike them it is linear in the medians, so that the
bootstrap of the medians is that of the line. Theil and Sen's median of pairwise slopes would mostly
compare requests of one size, which have no slope.

In 1,000 simulated runs of two, four and eight rounds, intervals of 95 % held the planted slope in
95.7, 95.8 and 93.9 %, and the planted fixed time in 97.0, 96.8 and 94.9 %.
Medians of stages do not add up to the median latency, and neither do their lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.statistics import bootstrap
from bench.statistics.bootstrap import Arm
from bench.statistics.interval import Bootstrap, Interval, Resampled, combined
from bench.statistics.percentile import PERCENTILES, percentile
from bench.statistics.samples import BodySize, select, stage_columns, stratum
from bench.statistics.stages import with_breakdown

MEGABYTE: Final = 1_000_000
"""Bytes of a MB here, as networks and prices count them; elsewhere in a report 1,048,576."""

LATENCY: Final = "latency"
"""Stands for the whole in the place of a stage's name."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ByteCost:
    """A line over the body size, of one strategy's latency or of one of its stages, warm stratum.

    Attributes
    ----------
    strategy
        Whose.
    stage
        The stage, or `LATENCY`.
    sizes
        The body sizes that have a median.
    samples
        Requests at them.
    intercept_ms, slope_ms_per_mb
        The median at no bytes, and what 1,000,000 bytes add.
    intercept_interval_ms, slope_interval_ms_per_mb
        Their intervals, resampled by blocks.
    largest_misfit_ms
        The largest distance of a size's median from the line: what is not linear.
    """

    strategy: str
    stage: str
    sizes: int
    samples: int
    intercept_ms: float
    intercept_interval_ms: Interval | None
    slope_ms_per_mb: float
    slope_interval_ms_per_mb: Interval | None
    largest_misfit_ms: float

    def growing_ms(self, body_bytes: int) -> float:
        """Give the part that grows with the body, in ms; 0 where the slope is not above 0."""
        return max(self.slope_ms_per_mb, 0.0) * body_bytes / MEGABYTE


def byte_costs(
    samples: pd.DataFrame, sizes: Sequence[BodySize], strategy: str, plan: Bootstrap
) -> tuple[ByteCost, ...]:
    """Draw the lines of one strategy: its latency's, then its stages' in the order of the path.

    None where fewer than two sizes have a median; a stage that is nowhere above 0 is left out.
    """
    by_size = [stratum(select(samples, strategy, size.name), "warm") for size in sizes]
    columns = stage_columns(samples)
    broken_down = [with_breakdown(rows, columns) for rows in by_size]
    lines = [_line(by_size, sizes, strategy, LATENCY, "latency_ms", plan)]
    lines += [
        _line(broken_down, sizes, strategy, stage, column, plan)
        for stage, column in columns.items()
        if any((rows[column].fillna(0.0) != 0).any() for rows in broken_down)
    ]
    return tuple(line for line in lines if line is not None)


def line_weights(megabytes: Floats, samples: Floats) -> Floats:
    """Give what turns medians into a line: intercept and slope are these rows times the medians.

    Parameters
    ----------
    megabytes, samples
        Body size and number of requests of each median, shape ``(sizes,)``; two sizes or more.

    Returns
    -------
    Floats
        Shape ``(2, sizes)``: (X'WX)^-1 X'W, X being 1 and the body size, W the requests.
    """
    design = np.stack([np.ones_like(megabytes), megabytes])
    weighted = design * samples
    return np.linalg.solve(weighted @ design.T, weighted).astype(np.float64)


def _line(
    by_size: Sequence[pd.DataFrame],
    sizes: Sequence[BodySize],
    strategy: str,
    stage: str,
    column: str,
    plan: Bootstrap,
) -> ByteCost | None:
    kept = [
        (size.body_bytes / MEGABYTE, _arm(rows, column), median)
        for size, rows in zip(sizes, by_size, strict=True)
        if (median := percentile(_arm(rows, column).values, PERCENTILES["p50"])) is not None
    ]
    megabytes = np.array([each for each, _, _ in kept])
    if len(set(megabytes)) < 2:
        return None
    arms = [arm for _, arm, _ in kept]
    medians = np.array([median for _, _, median in kept])
    counts = np.array([len(arm.values) for arm in arms], dtype=np.float64)
    weights = line_weights(megabytes, counts)
    intercept, slope = (float(each) for each in weights @ medians)
    spreads: list[Interval | None] = [None, None]
    label = f"byte cost {strategy} {stage}"
    if bootstrap.allowed_fractions(arms, plan, bootstrap.MEDIAN):
        parts = [
            bootstrap.resampled(
                [arm], bootstrap.first, plan, bootstrap.MEDIAN, label=f"{label} {place}"
            )["p50"]
            for place, arm in enumerate(arms)
        ]
        spreads = [_combination(row, parts).interval(plan) for row in weights]
    return ByteCost(
        strategy=strategy,
        stage=stage,
        sizes=len(kept),
        samples=int(counts.sum()),
        intercept_ms=intercept,
        intercept_interval_ms=spreads[0],
        slope_ms_per_mb=slope,
        slope_interval_ms_per_mb=spreads[1],
        largest_misfit_ms=float(np.max(np.abs(medians - intercept - slope * megabytes))),
    )


def _combination(weights: Floats, parts: Sequence[Resampled]) -> Resampled:
    def weighted(medians: Sequence[Floats]) -> Floats:
        found: Floats = weights @ np.stack(medians)
        return found

    return combined(weighted, parts)


def _arm(rows: pd.DataFrame, column: str) -> Arm:
    """Take a column's values; a stage that a request did not pass took no time."""
    return Arm(
        rows[column].fillna(0.0).to_numpy(np.float64),
        rows["block"].to_numpy(np.int64),
        rows["round"].to_numpy(np.int64),
    )
