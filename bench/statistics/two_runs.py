"""Intervals of what changed between two runs.

The runs share nothing but, under one seed, the luck of their requests: the machine's state drifts
in each by itself. What is resampled is therefore rounds, which a drift has in common, where there
are enough of them, and blocks otherwise (see `bench.statistics.bootstrap`). A ratio's interval is
taken on its logarithm, where it is as far up as down.

What one run differs from the next for no reason that is in its blocks (another boot, another
neighbour on the host) two runs cannot show: run the same code twice to see it.
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from bench.statistics.bootstrap import MINIMUM_BLOCKS, Arm, block_count
from bench.statistics.estimate import Estimate
from bench.statistics.interval import Bootstrap, Interval, reach, welch_freedom
from bench.statistics.resampling import (
    Floats,
    Integers,
    draw_groups,
    figures_of_resamples,
    members_of,
)

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
    fewest = estimate.minimum_samples_of_interval(plan.confidence)
    if any(len(arm.values) < fewest or block_count(arm) < MINIMUM_BLOCKS for arm in arms):
        return None
    grouping = grouping_of(baseline, candidate)
    groups = [members_of(_labels(arm, grouping)) for arm in arms]
    seed = [plan.seed, zlib.crc32(label.encode())]
    if paired:
        values = [arm.values for arm in arms]
        was, now = _resampled(values, groups[0], plan, [*seed, 0], estimate)
    else:
        was, now = (
            _resampled([arm.values], members, plan, [*seed, stream], estimate)[0]
            for stream, (arm, members) in enumerate(zip(arms, groups, strict=True))
        )
    was_ms, now_ms = (estimate.of(arm.values) for arm in arms)
    freedoms = [len(each) - 1 for each in groups]
    variances = [float(np.var(np.log(each))) for each in (was, now)]
    freedom = freedoms[0] if paired else welch_freedom(variances, freedoms)
    reach_ms = reach(now - was, plan.confidence, freedom)
    times = math.exp(reach(np.log(now / was), plan.confidence, freedom))
    difference_ms, ratio = now_ms - was_ms, now_ms / was_ms
    return Change(
        difference_ms=Interval(difference_ms - reach_ms, difference_ms + reach_ms),
        ratio=Interval(ratio / times, ratio * times),
        resampled_by=grouping,
        paired=paired,
    )


def _labels(arm: Arm, grouping: Grouping) -> Integers:
    return arm.rounds if grouping == "round" else arm.blocks


def _resampled(
    values: Sequence[Floats],
    groups: Sequence[Integers],
    plan: Bootstrap,
    seed: Sequence[int],
    estimate: Estimate,
) -> list[Floats]:
    random = np.random.default_rng(seed)
    drawn = draw_groups(len(groups), plan.resamples, random)
    return figures_of_resamples(values, groups, drawn, estimate.counted)
