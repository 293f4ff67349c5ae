"""Bootstrap intervals of quantiles, of their difference and of their ratio.

Requests of one block share the machine's state at that time, so they are not independent. Blocks
are resampled first, then requests inside the blocks drawn (Kalibera & Jones, ISMM 2013, "Rigorous
benchmarking in reasonable time"; Davison & Hinkley, Bootstrap Methods, 1997, section 3.8). Of k
blocks k - 1 are drawn: drawing k understates the variance between blocks by (k - 1)/k, which is
half of it at two blocks (McCarthy & Snowden, The Bootstrap and Finite Population Sampling, NCHS
series 2 no. 95, 1985). How often the intervals hold the truth: `bench.statistics.coverage`.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.statistics.percentile import METHOD, minimum_samples_of_interval
from bench.statistics.resampling import (
    Floats,
    Integers,
    counted_quantiles,
    draw_groups,
    figures_of_resamples,
    members_of,
)

Statistic = Callable[[Sequence[Floats]], Floats]

MINIMUM_BLOCKS = 2
"""From one block, what one block differs from the next cannot be seen."""

MINIMUM_PAIRED_ROUNDS = 3
"""From here on arms are paired by round. In simulation two rounds covered 92 % where 95 % was
asked for; unpaired blocks 95 %."""

MEDIAN: Final[Mapping[str, float]] = {"p50": 0.5}


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How intervals are made: the number of resamples, the confidence (0-1) and the seed."""

    resamples: int = 2000
    confidence: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        if self.resamples < 1:
            raise ValueError(f"resamples is {self.resamples}: give at least 1, usually 2000")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence is {self.confidence}: give a share between 0 and 1")

    def minimum_samples(self, fraction: float = 0.5) -> int:
        """Give the fewest samples of an arm that a quantile's interval is made from."""
        return minimum_samples_of_interval(fraction, self.confidence)


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, in the unit of its estimate."""

    low: float
    high: float

    def contains(self, value: float) -> bool:
        """Say whether ``value`` lies in the interval, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Arm:
    """Latencies of one arm with the block and the round of each; three arrays of shape ``(n,)``."""

    values: Floats
    blocks: Integers
    rounds: Integers


def block_count(arm: Arm) -> int:
    """Give the number of blocks that an arm has samples in."""
    return len(np.unique(arm.blocks))


def paired_by_round(arms: Sequence[Arm]) -> bool:
    """Say whether all arms have samples in the same rounds, and these are enough to resample."""
    rounds = {tuple(np.unique(arm.rounds)) for arm in arms}
    return len(rounds) == 1 and len(next(iter(rounds))) >= MINIMUM_PAIRED_ROUNDS


def interval(
    arms: Sequence[Arm],
    statistic: Statistic,
    plan: Bootstrap,
    *,
    label: str,
    paired_by_request: bool = False,
) -> Interval | None:
    """Give the interval of a statistic of the arms' medians; see `intervals`."""
    return intervals(
        arms, statistic, plan, MEDIAN, label=label, paired_by_request=paired_by_request
    )["p50"]


def intervals(
    arms: Sequence[Arm],
    statistic: Statistic,
    plan: Bootstrap,
    fractions: Mapping[str, float],
    *,
    label: str,
    paired_by_request: bool = False,
) -> dict[str, Interval | None]:
    """Give the percentile bootstrap intervals of a statistic of the arms' quantiles.

    Parameters
    ----------
    arms
        One arm for each quantile that ``statistic`` takes.
    statistic
        From a sequence of arrays of quantiles, one array for each arm, to the array of the
        statistic.
    plan
        Resamples, confidence, seed.
    fractions
        Name → quantile, such as 0.99; all are of the same resamples.
    label
        Names the figure; with the seed it makes the random stream, so that a figure does not
        change when others are added.
    paired_by_request
        The arms' n-th values belong together, and so do their blocks: they are drawn together. What
        both have in common, such as their luck, then cancels out (common random numbers: Law and
        Kelton, Simulation Modeling and Analysis, section 11.2).

    Returns
    -------
    dict
        By the names of ``fractions``. None if an arm has fewer than `Bootstrap.minimum_samples`
        samples or fewer than `MINIMUM_BLOCKS` blocks. An interval is widened to its estimate where
        resampling leaves that outside, which happens with blocks of very unequal length.
    """
    found: dict[str, Interval | None] = dict.fromkeys(fractions)
    allowed = allowed_fractions(arms, plan, fractions)
    if not allowed:
        return found
    resampled = resampled_quantiles(
        arms, plan, list(allowed.values()), label=label, paired_by_request=paired_by_request
    )
    for place, (name, fraction) in enumerate(allowed.items()):
        estimate = statistic(
            [np.array([np.quantile(arm.values, fraction, method=METHOD)]) for arm in arms]
        )
        found[name] = around(
            float(estimate[0]), statistic([each[place] for each in resampled]), plan
        )
    return found


def allowed_fractions(
    arms: Sequence[Arm], plan: Bootstrap, fractions: Mapping[str, float]
) -> dict[str, float]:
    """Give the quantiles that all arms have samples and blocks enough for."""
    if any(block_count(arm) < MINIMUM_BLOCKS for arm in arms):
        return {}
    fewest = min(len(arm.values) for arm in arms)
    return {
        name: fraction
        for name, fraction in fractions.items()
        if fewest >= plan.minimum_samples(fraction)
    }


def around(estimate: float, resampled: Floats, plan: Bootstrap) -> Interval:
    """Give the interval that holds the middle of the resampled figures, and the estimate."""
    tail = (1 - plan.confidence) / 2
    low, high = (float(end) for end in np.quantile(resampled, [tail, 1 - tail]))
    return Interval(min(low, estimate), max(high, estimate))


def resampled_quantiles(
    arms: Sequence[Arm],
    plan: Bootstrap,
    fractions: Sequence[float],
    *,
    label: str,
    paired_by_request: bool = False,
) -> list[Floats]:
    """Give each arm's quantiles in the resamples, shape ``(fractions, resamples)``.

    Arms are drawn together by request if they are so paired, else by round where they have the
    same rounds and enough of them, else each by its own blocks.
    """
    random = np.random.default_rng([plan.seed, zlib.crc32(label.encode())])
    if paired_by_request:
        groups = members_of(arms[0].blocks)
        drawn = draw_groups(len(groups), plan.resamples, random)
        return _quantiles([arm.values for arm in arms], groups, drawn, random, fractions)
    if len(arms) > 1 and paired_by_round(arms):
        by_round = [members_of(arm.rounds) for arm in arms]
        drawn = draw_groups(len(by_round[0]), plan.resamples, random)
        return [
            _quantiles([arm.values], groups, drawn, random, fractions)[0]
            for arm, groups in zip(arms, by_round, strict=True)
        ]
    found = []
    for arm in arms:
        groups = members_of(arm.blocks)
        drawn = draw_groups(len(groups), plan.resamples, random)
        found += _quantiles([arm.values], groups, drawn, random, fractions)
    return found


def _quantiles(
    values: Sequence[Floats],
    groups: Sequence[Integers],
    drawn: Integers,
    random: np.random.Generator,
    fractions: Sequence[float],
) -> list[Floats]:
    """Give the quantiles of arrays whose n-th values are drawn together."""
    return figures_of_resamples(
        values,
        groups,
        drawn,
        random,
        lambda each, counts: counted_quantiles(each, counts, fractions),
    )


def first(quantiles: Sequence[Floats]) -> Floats:
    """Give the quantile of the only arm: the `Statistic` of a single strategy."""
    return quantiles[0]


def difference(quantiles: Sequence[Floats]) -> Floats:
    """Give the first arm's quantile less the second's."""
    return quantiles[0] - quantiles[1]


def ratio(quantiles: Sequence[Floats]) -> Floats:
    """Give the first arm's quantile over the sum of the others'."""
    over: Floats = quantiles[0] / np.sum(quantiles[1:], axis=0)
    return over
