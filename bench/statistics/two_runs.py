"""Intervals of what changed between two runs.

The runs share nothing but, under one seed, the luck of their requests: the machine's state drifts
in each by itself. What is resampled is therefore rounds, which a drift has in common, where there
are enough of them, and blocks otherwise. So few are drawn from that a percentile interval would be
too narrow; it is expanded to what Student's t asks for (Hesterberg, "What Teachers Should Know
About the Bootstrap", The American Statistician 69(4), 2015, "expanded percentile interval").

What one run differs from the next for no reason that is in its blocks (another boot, another
neighbour on the host) two runs cannot show: run the same code twice to see it.
"""

import zlib
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special  # type: ignore[import-untyped]  # SciPy comes without types

from bench.statistics.bootstrap import (
    MINIMUM_BLOCKS,
    Arm,
    Bootstrap,
    Interval,
    around,
    block_count,
    resampled,
)
from bench.statistics.estimate import Estimate, estimate_of

MINIMUM_ROUNDS: Final = 3
"""From so many rounds on rounds are resampled: of two, one would be drawn each time."""

Grouping = Literal["round", "block"]


@dataclass(frozen=True, slots=True)
class Change:
    """What a candidate differs from its baseline by.

    Attributes
    ----------
    difference_ms
        Interval of the candidate's estimate less the baseline's.
    ratio
        Interval of the candidate's estimate over the baseline's.
    resampled_by
        What was resampled before requests were.
    paired
        Whether requests of both that met the same luck were drawn together.
    """

    difference_ms: Interval
    ratio: Interval
    resampled_by: Grouping
    paired: bool


def grouping_of(baseline: Arm, candidate: Arm) -> Grouping:
    """Say what is resampled: rounds, if both arms have `MINIMUM_ROUNDS`."""
    fewest = min(len(np.unique(arm.rounds)) for arm in (baseline, candidate))
    return "round" if fewest >= MINIMUM_ROUNDS else "block"


def expanded_tail(confidence: float, degrees_of_freedom: int) -> float:
    """Give the share of resamples to leave out at each end for a confidence (0-1).

    Of a normal distribution it leaves what Student's t at so many degrees of freedom leaves at
    (1 - confidence)/2: Φ(t).
    """
    quantile = special.stdtrit(degrees_of_freedom, (1 - confidence) / 2)
    return float(special.ndtr(quantile))


def change(
    baseline: Arm,
    candidate: Arm,
    estimate: Estimate,
    plan: Bootstrap,
    *,
    label: str,
    paired: bool,
) -> Change | None:
    """Give the intervals of difference and ratio.

    Parameters
    ----------
    baseline, candidate
        Latencies in ms of one strategy at one size.
    estimate
        The figure that is compared.
    label
        Names the figure; with the plan's seed it makes the random stream.
    paired
        The arms' n-th values met the same luck, and their blocks and rounds are the same.

    Returns
    -------
    Change or None
        None if an arm has fewer samples than the estimate needs or fewer than `MINIMUM_BLOCKS`
        blocks.
    """
    arms = (baseline, candidate)
    fewest = estimate.interval_minimum(plan.confidence)
    if any(len(arm.values) < fewest or block_count(arm) < MINIMUM_BLOCKS for arm in arms):
        return None
    grouping = grouping_of(baseline, candidate)
    groups = [_groups(arm, grouping) for arm in arms]
    counts = [len(np.unique(each)) for each in groups]
    freedom = counts[0] - 1 if paired else sum(counts) - 2
    streams = [[plan.seed, zlib.crc32(label.encode()), 0 if paired else n] for n in range(2)]
    was, now = (
        resampled(arm.values, group, plan.resamples, np.random.default_rng(stream), estimate)
        for arm, group, stream in zip(arms, groups, streams, strict=True)
    )
    was_ms, now_ms = (estimate_of(arm.values, estimate) for arm in arms)
    tail = expanded_tail(plan.confidence, freedom)
    return Change(
        difference_ms=around(now - was, now_ms - was_ms, tail),
        ratio=around(now / was, now_ms / was_ms, tail),
        resampled_by=grouping,
        paired=paired,
    )


def _groups(arm: Arm, grouping: Grouping) -> NDArray[np.int64]:
    return arm.rounds if grouping == "round" else arm.blocks
