"""Intervals from resampled figures: the standard error of the resamples, and Student's t.

Blocks are few. Percentiles of resamples of so few are too narrow: of four blocks a resample never
leaves the span, and the standard error itself is known from three degrees of freedom only. So the
resamples give the standard error, and Student's t the interval (Efron & Tibshirani, An Introduction
to the Bootstrap, 1993, section 12.4; Hesterberg, "What Teachers Should Know About the Bootstrap",
The American Statistician 69(4), 2015). Of what independent parts add, the degrees of freedom are
Welch's and Satterthwaite's (Satterthwaite, Biometrics Bulletin 2(6), 1946).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped]  # SciPy comes without types

from bench.statistics.percentile import minimum_samples_of_interval
from bench.statistics.resampling import Floats


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

    def within(self, least: float, most: float) -> "Interval":
        """Give what of the interval is in a range; an end beyond it becomes the range's."""
        return Interval(*(min(max(end, least), most) for end in (self.low, self.high)))


@dataclass(frozen=True, slots=True)
class Resampled:
    """A figure, the same of each resample, and what its standard error is known from.

    Attributes
    ----------
    estimate
        The figure of what was measured.
    figures
        Of the resamples, shape ``(resamples,)``.
    freedom
        Degrees of freedom of their spread: blocks less one, or fewer than blocks of all parts.
    """

    estimate: float
    figures: Floats
    freedom: float

    def interval(self, plan: Bootstrap, *, on_logarithms: bool = False) -> Interval:
        """Give the interval around the estimate.

        Parameters
        ----------
        plan
            Its confidence.
        on_logarithms
            For what is always above 0, such as a time or a ratio: the interval is as many times up
            as down, and stays above 0.
        """
        if on_logarithms and self.estimate > 0 and (self.figures > 0).all():
            times = math.exp(reach(np.log(self.figures), plan.confidence, self.freedom))
            return Interval(self.estimate / times, self.estimate * times)
        away = reach(self.figures, plan.confidence, self.freedom)
        return Interval(self.estimate - away, self.estimate + away)


def reach(resamples: Floats, confidence: float, freedom: float) -> float:
    """Give how far an interval reaches to each side of its estimate, in the unit of the resamples.

    Student's t at (1 + confidence)/2, with so many degrees of freedom, times the standard deviation
    of the resamples.
    """
    return student_t(confidence, freedom) * float(np.std(resamples))


def student_t(confidence: float, freedom: float) -> float:
    """Give what Student's t is beyond, on either side, with probability 1 - confidence."""
    return float(special.stdtrit(freedom, (1 + confidence) / 2))


def combined(figure: Callable[[Sequence[Floats]], Floats], parts: Sequence[Resampled]) -> Resampled:
    """Give a figure of parts that were resampled independently of each other.

    Parameters
    ----------
    figure
        From an array of each part's figures to the array of the whole's.
    parts
        One or more.
    """
    (estimate,) = figure([np.array([each.estimate]) for each in parts])
    variances = []
    for place, part in enumerate(parts):
        # What this part alone moves, the others being what was measured.
        alone = [
            each.figures if number == place else np.full_like(part.figures, each.estimate)
            for number, each in enumerate(parts)
        ]
        variances.append(float(np.var(figure(alone))))
    freedom = welch_freedom(variances, [each.freedom for each in parts])
    return Resampled(float(estimate), figure([each.figures for each in parts]), freedom)


def welch_freedom(variances: Sequence[float], freedoms: Sequence[float]) -> float:
    """Give the degrees of freedom of a sum of variances that have so many each."""
    squares = sum(
        variance**2 / freedom for variance, freedom in zip(variances, freedoms, strict=True)
    )
    return sum(variances) ** 2 / squares if squares > 0 else min(freedoms)
