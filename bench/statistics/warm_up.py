"""How many requests a system needed to warm up, beside how many were planned for it.

MSER-5: the requests of a series are averaged by fives, and as many of these means are cut off at
its beginning as make the standard error of the mean of the rest least (White, "An effective
truncation heuristic for bias reduction in simulation output", Simulation 69(6), 1997; with batches
of five: White, Cobb & Spratt, "A comparison of five steady-state truncation heuristics for
simulation", Winter Simulation Conference, 2000). At most half a series is cut: a minimum beyond it
means that no steady state was seen.

It is applied to the logarithm of the latency, since the variance of a skewed series is that of its
few largest values. The series is a strategy's first block at a size, in the order in which requests
were due, warm-up and cold starts included. Later blocks are not in it: a step from one block to the
next would be taken for the end of a warm-up. So where first blocks are short, nothing can be told.

MSER also cuts where there is nothing to cut: what is least by chance. So a planned warm-up is
called too short only where the requests that were measured before the cut differ from those after
it (Mann-Whitney test, two-sided, at 1 %).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]  # SciPy comes without types

from bench.statistics.samples import answered, select

BATCH: Final = 5
"""Requests of a batch: the 5 of MSER-5."""

LEAST_BATCHES: Final = 4
"""Fewest batches that a cut is looked for in: of three, half is one."""

SIGNIFICANCE: Final = 0.01
"""Of the test that a cut has to pass before a warm-up is called too short. Measured in simulation,
first blocks of 40 requests: of 1,000 steady ones 1.7 % are; of 1,000 whose first ten requests take
twice as long 86.0 %, the cut being nowhere before these ten and in 40 % after them."""

_LEAST_MS: Final = 1e-3
"""A microsecond, so that a latency of 0 has a logarithm."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The warm-up of one strategy at one size.

    Attributes
    ----------
    strategy, size
        Whose and where.
    requests
        Answered requests of the first block, warm-up included.
    planned
        Requests among them that were sent as warm-up.
    detected
        Requests that MSER-5 cuts off; None where there are too few to tell.
    steady
        Whether a steady state was seen, that is: whether the cut is not at the half of the series.
    too_short
        Whether requests that were measured are not yet like those after them.
    """

    strategy: str
    size: str
    requests: int
    planned: int
    detected: int | None
    steady: bool | None
    too_short: bool


def warm_up(samples: pd.DataFrame, strategy: str, size: str) -> WarmUp | None:
    """Look for the warm-up of one strategy at one size, or None if none of it was answered."""
    rows = select(samples, strategy, size)
    rows = rows[answered(rows)]
    if rows.empty:
        return None
    first = rows[rows["block"] == rows["block"].min()].sort_values("due_s", kind="stable")
    latencies = first["latency_ms"].to_numpy(np.float64)
    planned = int(first["warm_up"].sum())
    series = np.log(np.maximum(latencies, _LEAST_MS))
    cut = truncation(series)
    if cut is None:
        return WarmUp(strategy, size, len(latencies), planned, None, None, too_short=False)
    early, late = series[planned:cut], series[max(planned, cut) :]
    return WarmUp(
        strategy=strategy,
        size=size,
        requests=len(latencies),
        planned=planned,
        detected=cut,
        steady=cut < _most_cut(len(latencies)) * BATCH,
        too_short=len(early) > 0 and _differ(early, late),
    )


def truncation(series: Floats) -> int | None:
    """Give how many values MSER-5 cuts off at the beginning of a series, shape ``(n,)``.

    Returns
    -------
    int or None
        A multiple of `BATCH`; None below `LEAST_BATCHES` batches. An incomplete last batch is left
        out.
    """
    count = len(series) // BATCH
    if count < LEAST_BATCHES:
        return None
    means = series[: count * BATCH].reshape(count, BATCH).mean(axis=1)
    # The square of the standard error of the mean of what is left, as White has it.
    errors = [
        float(np.sum((rest - rest.mean()) ** 2)) / len(rest) ** 2
        for cut in range(_most_cut(len(series)) + 1)
        for rest in (means[cut:],)
    ]
    return int(np.argmin(errors)) * BATCH


def _most_cut(requests: int) -> int:
    return requests // BATCH // 2


def _differ(early: Floats, late: Floats) -> bool:
    return float(stats.mannwhitneyu(early, late, alternative="two-sided").pvalue) < SIGNIFICANCE
