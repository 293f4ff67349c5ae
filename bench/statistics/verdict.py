"""Which strategy answers sooner, or that this run cannot tell, and what it could have told."""

from statistics import NormalDist
from typing import Final, Literal

from bench.statistics.interval import Bootstrap, Interval

Verdict = Literal["redis-first", "s3-first", "not resolvable"]
"""The three answers of a comparison: the strategy that answers sooner, or none."""

POWER: Final = 0.8
"""How often a difference of the smallest detectable size would be detected: the usual convention
(Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, section 2.4)."""


def verdict_of(
    difference_ms: float, spread: Interval | None, noise_floor_ms: float | None
) -> Verdict:
    """Judge S3-first's quantile less Redis-first's.

    Parameters
    ----------
    difference_ms
        Positive when Redis-first answers sooner.
    spread
        Its interval; without one nothing is resolvable.
    noise_floor_ms
        What a strategy differs from itself by (see `bench.statistics.noise_floor`). A difference
        that is not larger is not resolvable, whatever its interval. None where it is not known:
        the interval decides alone.
    """
    if spread is None or spread.contains(0):
        return "not resolvable"
    if noise_floor_ms is not None and abs(difference_ms) <= noise_floor_ms:
        return "not resolvable"
    return "redis-first" if difference_ms > 0 else "s3-first"


def smallest_detectable_ms(
    spread: Interval | None, noise_floor_ms: float | None, plan: Bootstrap
) -> float | None:
    """Give the smallest difference that a run with such an interval detects in 80 % of runs, in ms.

    (z of the confidence + z of the power) standard errors, 2.8 at 95 % and 80 %, the standard error
    being what the interval's half width is z of the confidence times (Bloom, "Minimum detectable
    effects", Evaluation Review 19(5), 1995). At least the noise floor. None without an interval.
    """
    if spread is None:
        return None
    of_confidence = NormalDist().inv_cdf((1 + plan.confidence) / 2)
    standard_error_ms = (spread.high - spread.low) / 2 / of_confidence
    detectable_ms = (of_confidence + NormalDist().inv_cdf(POWER)) * standard_error_ms
    return max(detectable_ms, noise_floor_ms or 0.0)
