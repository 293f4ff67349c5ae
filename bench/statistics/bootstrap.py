"""Bootstrap intervals of quantiles, of their difference and of their ratio.

Requests of one block share the machine's state at that time, so they are not independent. So blocks
are resampled as wholes (cluster bootstrap: Davison & Hinkley, Bootstrap Methods, 1997, section 3.8,
strategy 1; Field & Welsh, "Bootstrapping clustered data", JRSS B 69(3), 2007). Drawing requests
inside the blocks drawn as well, as was done here before, counts what requests differ by twice: once
in what blocks differ by, and once more. Of k blocks k - 1 are drawn: drawing k understates the
variance by (k - 1)/k, which is half of it at two blocks (McCarthy & Snowden, The Bootstrap and
Finite Population Sampling, NCHS series 2 no. 95, 1985). How an interval comes of the resamples:
`bench.statistics.interval`. How often the intervals hold the truth: `bench.statistics.coverage`.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import special  # type: ignore[import-untyped]  # SciPy comes without types

from bench.statistics.interval import Bootstrap, Interval, Resampled, combined, student_t
from bench.statistics.percentile import METHOD
from bench.statistics.resampling import (
    Floats,
    Integers,
    counted_quantiles,
    draw_groups,
    figures_of_resamples,
    members_of,
)

MINIMUM_BLOCKS = 2
"""From one block, what one block differs from the next cannot be seen."""

MINIMUM_PAIRED_ROUNDS = 3
"""From here on arms are paired by round: of two rounds, one would be drawn each time."""

MEDIAN: Final[Mapping[str, float]] = {"p50": 0.5}


@dataclass(frozen=True, slots=True)
class Statistic:
    """What is made of the arms' quantiles.

    Attributes
    ----------
    of
        From a sequence of arrays of quantiles, one array for each arm, to the array of the
        statistic.
    above_0
        Whether it is always above 0, so that its interval is taken on its logarithm.
    """

    of: Callable[[Sequence[Floats]], Floats]
    above_0: bool

    def __call__(self, quantiles: Sequence[Floats]) -> Floats:
        """Give the statistic of arrays of quantiles."""
        return self.of(quantiles)


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
    """Give the intervals of a statistic of the arms' quantiles.

    Parameters
    ----------
    arms, statistic, plan, fractions, label, paired_by_request
        As `resampled` takes them.

    Returns
    -------
    dict
        By the names of ``fractions``. None if an arm has fewer than `Bootstrap.minimum_samples`
        samples or fewer than `MINIMUM_BLOCKS` blocks.
    """
    found: dict[str, Interval | None] = dict.fromkeys(fractions)
    drawn = resampled(
        arms, statistic, plan, fractions, label=label, paired_by_request=paired_by_request
    )
    for name, figure in drawn.items():
        spread = figure.interval(plan, on_logarithms=statistic.above_0)
        if statistic is first and fractions[name] > MEDIAN["p50"]:
            spread = Interval(
                spread.low, max(spread.high, _tail_end(arms[0], fractions[name], plan))
            )
        found[name] = spread
    return found


def resampled(
    arms: Sequence[Arm],
    statistic: Statistic,
    plan: Bootstrap,
    fractions: Mapping[str, float],
    *,
    label: str,
    paired_by_request: bool = False,
) -> dict[str, Resampled]:
    """Give a statistic of the arms' quantiles and its resamples, where there are samples enough.

    Arms are drawn together by block if they are paired by request, else by round where they have
    the same rounds and enough of them, else each by its own blocks.

    Parameters
    ----------
    arms
        One arm for each quantile that ``statistic`` takes.
    statistic
        What is made of the quantiles.
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
    """
    allowed = allowed_fractions(arms, plan, fractions)
    if not allowed:
        return {}
    draws = draws_of(arms, plan, label=label, paired_by_request=paired_by_request)
    shares = list(allowed.values())
    quantiles = [
        figures_of_resamples(
            [arm.values],
            members,
            of_arm,
            lambda values, counts: counted_quantiles(values, counts, shares),
        )[0]
        for arm, members, of_arm in zip(arms, draws.groups, draws.drawn, strict=True)
    ]
    found = {}
    for place, (name, fraction) in enumerate(allowed.items()):
        parts = [
            Resampled(
                float(np.quantile(arm.values, fraction, method=METHOD)),
                each[place],
                len(members) - 1,
            )
            for arm, each, members in zip(arms, quantiles, draws.groups, strict=True)
        ]
        found[name] = draws.combined(statistic.of, parts)
    return found


@dataclass(frozen=True, slots=True)
class Draws:
    """Which groups each resample of some arms is made of.

    Attributes
    ----------
    together
        Whether the arms' n-th groups are drawn together.
    groups
        For each arm: the places of each group's members.
    drawn
        For each arm: numbers of the groups of each resample, shape ``(resamples, groups drawn)``.
    """

    together: bool
    groups: list[list[Integers]]
    drawn: list[Integers]

    def combined(
        self, figure: Callable[[Sequence[Floats]], Floats], parts: Sequence[Resampled]
    ) -> Resampled:
        """Give a figure of what was made of each arm's resamples."""
        whole = combined(figure, parts)
        # Of what is drawn together the groups are the same: they are counted once.
        return replace(whole, freedom=parts[0].freedom) if self.together else whole


def draws_of(
    arms: Sequence[Arm], plan: Bootstrap, *, label: str, paired_by_request: bool = False
) -> Draws:
    """Draw the resamples of arms; the parameters are those of `resampled`."""
    random = np.random.default_rng([plan.seed, zlib.crc32(label.encode())])
    together = paired_by_request or (len(arms) > 1 and paired_by_round(arms))
    groups = [
        members_of(arm.rounds if together and not paired_by_request else arm.blocks) for arm in arms
    ]
    numbers = [
        draw_groups(len(each), plan.resamples, random) for each in groups[: 1 if together else None]
    ]
    return Draws(together, groups, numbers * len(groups) if together else numbers)


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


def _tail_end(arm: Arm, fraction: float, plan: Bootstrap) -> float:
    """Give the upper end of a tail quantile's interval by way of its share.

    Where values are sparse, a quantile that came out low has a standard error that came out low.
    The share of values up to it has not: that share's interval, taken on its logit and by blocks,
    is read off as a quantile (Woodruff, "Confidence intervals for medians and other position
    measures", JASA 47(260), 1952).
    """
    estimate = np.quantile(arm.values, fraction, method=METHOD)
    groups = members_of(arm.blocks)
    # What each block has more of values up to the estimate than it should.
    surplus = np.array(
        [
            float((arm.values[members] <= estimate).sum()) - fraction * len(members)
            for members in groups
        ]
    )
    count = len(groups)
    error = np.sqrt(count / (count - 1) * ((surplus - surplus.mean()) ** 2).sum()) / len(arm.values)
    away = student_t(plan.confidence, count - 1) * error / (fraction * (1 - fraction))
    share = special.expit(special.logit(fraction) + away)
    return float(np.quantile(arm.values, share, method=METHOD))


def _first(quantiles: Sequence[Floats]) -> Floats:
    return quantiles[0]


def _difference(quantiles: Sequence[Floats]) -> Floats:
    return quantiles[0] - quantiles[1]


def _ratio(quantiles: Sequence[Floats]) -> Floats:
    over: Floats = quantiles[0] / np.sum(quantiles[1:], axis=0)
    return over


first: Final = Statistic(_first, above_0=True)
"""The quantile of the only arm: the statistic of a single strategy."""

difference: Final = Statistic(_difference, above_0=False)
"""The first arm's quantile less the second's."""

ratio: Final = Statistic(_ratio, above_0=True)
"""The first arm's quantile over the sum of the others'."""
