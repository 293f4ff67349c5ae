"""What a comparison lacks to be told: requests, blocks, or a difference."""

from collections.abc import Sequence
from typing import Final

from bench.statistics.bootstrap import MINIMUM_BLOCKS, Arm, block_count
from bench.statistics.interval import Bootstrap
from bench.statistics.percentile import PERCENTILES

ALIKE: Final = "the strategies cannot be told apart"
"""Of a comparison that lacks neither requests nor blocks."""


def shortage(arms: Sequence[Arm], name: str, plan: Bootstrap) -> str | None:
    """Say what arms lack for an interval of a percentile such as ``p99``; None if nothing."""
    needed = plan.minimum_samples(PERCENTILES[name])
    fewest = min(len(arm.values) for arm in arms)
    if fewest < needed:
        return f"too few requests: {fewest} of {needed}"
    blocks = min(block_count(arm) for arm in arms)
    if blocks < MINIMUM_BLOCKS:
        return f"too few blocks: {blocks} of {MINIMUM_BLOCKS}"
    return None
