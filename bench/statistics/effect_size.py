"""How often a Redis-first request is sooner: what a difference means for one request.

The probability that one request drawn at random from the one strategy is sooner than one from the
other, ties counted half: McGraw & Wong, "A common language effect size statistic", Psychological
Bulletin 111(2), 1992; as a measure without assumptions on the distribution: Vargha & Delaney,
Journal of Educational and Behavioral Statistics 25(2), 2000. Cliff's delta is twice it less 1
(Cliff, "Dominance statistics", Psychological Bulletin 114(3), 1993).
"""

import zlib
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.bootstrap import Arm
from bench.statistics.interval import Bootstrap, Interval, Resampled, welch_freedom
from bench.statistics.latency import arm, paired_arms
from bench.statistics.resampling import (
    Floats,
    Integers,
    chunks_of_counts,
    draw_groups,
    members_of,
)
from bench.statistics.samples import select, stratum

Magnitude = Literal["negligible", "small", "medium", "large"]

MAGNITUDES: Final[tuple[tuple[float, Magnitude], ...]] = (
    (0.147, "negligible"),
    (0.33, "small"),
    (0.474, "medium"),
)
"""Below these absolute values of Cliff's delta; else large. Source: Romano et al., "Appropriate
statistics for ordinal level data", Florida Association of Institutional Research, 2006."""


@dataclass(frozen=True, slots=True)
class EffectSize:
    """How often Redis-first is sooner at a size, warm stratum.

    Attributes
    ----------
    size
        The size's name.
    redis_first_sooner
        Probability that a Redis-first request is sooner than an S3-first one, any two; 0.5 is none.
    redis_first_sooner_interval
        Its interval, resampled by blocks; None with fewer than two.
    cliffs_delta
        From -1 (S3-first always sooner) to 1 (Redis-first always).
    magnitude
        Its size in a word.
    sooner_share_of_pairs
        Of pairs with the same luck, the share in which Redis-first was sooner; None without pairs.
    """

    size: str
    redis_first_sooner: float
    redis_first_sooner_interval: Interval | None
    cliffs_delta: float
    magnitude: Magnitude
    sooner_share_of_pairs: float | None


def effect_size(samples: pd.DataFrame, size: str, plan: Bootstrap) -> EffectSize | None:
    """Give the effect size at one size, or None if a strategy has no answered request."""
    warm = [stratum(select(samples, name, size), "warm") for name in ("redis-first", "s3-first")]
    if any(rows.empty for rows in warm):
        return None
    redis, s3 = (arm(rows) for rows in warm)
    sooner = probability_sooner(redis.values, s3.values)
    delta = 2 * sooner - 1
    pairs = paired_arms(*warm)
    return EffectSize(
        size=size,
        redis_first_sooner=sooner,
        redis_first_sooner_interval=sooner_interval(redis, s3, plan, label=f"effect size {size}"),
        cliffs_delta=delta,
        magnitude=magnitude_of(delta),
        sooner_share_of_pairs=None if pairs is None else _share_sooner(*pairs),
    )


def probability_sooner(first: Floats, second: Floats) -> float:
    """Give the probability that one of ``first`` is less than one of ``second``, ties half."""
    ordered = np.sort(second)
    less_or_equal = np.searchsorted(ordered, first, side="right")
    less = np.searchsorted(ordered, first, side="left")
    return float(1 - (less_or_equal + less).mean() / 2 / len(second))


def magnitude_of(delta: float) -> Magnitude:
    """Give the word for a Cliff's delta."""
    return next((word for limit, word in MAGNITUDES if abs(delta) < limit), "large")


def sooner_interval(first: Arm, second: Arm, plan: Bootstrap, *, label: str) -> Interval | None:
    """Give the interval of `probability_sooner` of two arms; None with fewer than two blocks.

    Resampled as a difference of medians is (see `bench.statistics.bootstrap`), and from as many
    samples on. In 1,000 simulated runs intervals of 95 % held the truth in 94.4 % at 4 blocks of 20
    requests, in 94.8 % at 8, and in 94.6 % at 4 blocks of 80.
    """
    arms = (first, second)
    if not bootstrap.allowed_fractions(arms, plan, bootstrap.MEDIAN):
        return None
    random = np.random.default_rng([plan.seed, zlib.crc32(label.encode())])
    together = bootstrap.paired_by_round(arms)
    groups = [members_of(each.rounds if together else each.blocks) for each in arms]
    drawn = [draw_groups(len(each), plan.resamples, random) for each in groups]
    counts = [
        np.concatenate(list(chunks_of_counts(members, rows)))
        for members, rows in zip(groups, (drawn[0], drawn[0 if together else 1]), strict=True)
    ]
    freedoms = [len(each) - 1 for each in groups]
    once = [np.ones_like(each) for each in counts]
    freedom = welch_freedom(
        [
            float(np.var(counted_probability(first.values, second.values, *alone)))
            for alone in ((counts[0], once[1]), (once[0], counts[1]))
        ],
        freedoms,
    )
    found = Resampled(
        probability_sooner(first.values, second.values),
        counted_probability(first.values, second.values, *counts),
        freedoms[0] if together else freedom,
    )
    return found.interval(plan).within(0.0, 1.0)


def counted_probability(
    first: Floats, second: Floats, first_counts: Integers, second_counts: Integers
) -> Floats:
    """Give `probability_sooner` of resamples, shape ``(resamples,)``.

    Parameters
    ----------
    first, second
        The requests' values, shapes ``(m,)`` and ``(n,)``.
    first_counts, second_counts
        How often each is in each resample, shapes ``(resamples, m)`` and ``(resamples, n)``.
    """
    order = np.argsort(second, kind="stable")
    # Column k counts those of the second arm that are among its k least.
    among_least = np.cumsum(second_counts[:, order], axis=1)
    among_least = np.concatenate([np.zeros_like(among_least[:, :1]), among_least], axis=1)
    ordered = second[order]
    not_later = (
        among_least[:, np.searchsorted(ordered, first, side="left")]
        + among_least[:, np.searchsorted(ordered, first, side="right")]
    ) / 2
    pairs = first_counts.sum(axis=1) * among_least[:, -1]
    probability: Floats = 1 - (first_counts * not_later).sum(axis=1) / pairs
    return probability


def _share_sooner(redis: Arm, s3: Arm) -> float:
    return float(np.mean(redis.values < s3.values) + np.mean(redis.values == s3.values) / 2)
