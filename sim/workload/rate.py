"""How many records come a second, over the day: the same always, or more at one hour than another.

A shape gives means over stretches of time, exact but for rounding, so that what is summed up is
what the file says. Bursts, which multiply a rate, stand beside it.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAY_S: Final = 86_400.0
_CELL_S: Final = 60.0
"""A rate over the day is taken to be even within each minute: at a peak of 24 times the mean, it
changes by less than 3 % of the peak in one."""

LARGEST_PEAK_FACTOR: Final = 24.0
"""All of a day's records within one hour, evenly, would be 24 times the mean."""


class RateShape(Protocol):
    """A rate without bursts."""

    @property
    def mean_per_s(self) -> float:
        """Records a second, over a day."""

    @property
    def repeats_s(self) -> float:
        """After how many seconds it begins again; 0 if it is the same always."""

    def edges_s(self, begin_s: float, end_s: float) -> Floats:
        """Return times between which the rate is taken to be even, `begin_s` and `end_s` among."""

    def means_per_s(self, edges_s: Floats) -> Floats:
        """Return the mean rate between each time and the next, shape (n - 1,)."""


@dataclass(frozen=True, slots=True)
class ConstantRate:
    """The same rate always."""

    mean_per_s: float

    @property
    def repeats_s(self) -> float:
        """Nothing ever changes."""
        return 0.0

    def edges_s(self, begin_s: float, end_s: float) -> Floats:
        """Return begin and end."""
        return np.array([begin_s, end_s])

    def means_per_s(self, edges_s: Floats) -> Floats:
        """Return the rate, once for each stretch."""
        return np.full(len(edges_s) - 1, self.mean_per_s)


@dataclass(frozen=True, slots=True)
class DiurnalRate:
    """A smooth rate with one peak a day; time 0 is midnight.

    It is a von Mises density on the circle of 24 hours, m · exp(κ cos θ) / I₀(κ) with θ the angle
    from the peak: above 0 everywhere, m over a day for each κ, and as peaked as wanted, where a
    cosine ends at twice the mean (Mardia and Jupp, "Directional Statistics", 2000, section 3.5).

    Parameters
    ----------
    peak_factor
        Rate at the peak over the mean; 1 to 24.
    peak_hour
        When it is, 0 to 24.
    """

    mean_per_s: float
    peak_factor: float
    peak_hour: float

    @property
    def repeats_s(self) -> float:
        """A day."""
        return DAY_S

    def edges_s(self, begin_s: float, end_s: float) -> Floats:
        """Return begin, end and the whole minutes between."""
        first, last = math.floor(begin_s / _CELL_S) + 1, math.ceil(end_s / _CELL_S)
        return np.concatenate(([begin_s], np.arange(first, last) * _CELL_S, [end_s]))

    def at(self, time_s: Floats) -> Floats:
        """Return the rate at times, shape as given."""
        concentration = _concentration(self.peak_factor)
        angle = (time_s / DAY_S - self.peak_hour / 24) * (2 * np.pi)
        # exp(κ cos θ) / I₀(κ), from the value at the peak, so that no exponential overflows.
        found: Floats = (
            self.mean_per_s * self.peak_factor * np.exp(concentration * (np.cos(angle) - 1))
        )
        return found

    def means_per_s(self, edges_s: Floats) -> Floats:
        """Return the means by Simpson's rule, whose error in a minute is below rounding."""
        at_edges = self.at(edges_s)
        between = self.at((edges_s[:-1] + edges_s[1:]) / 2)
        found: Floats = (at_edges[:-1] + 4 * between + at_edges[1:]) / 6
        return found


@cache
def _concentration(peak_factor: float) -> float:
    """Return the κ at which exp(κ) / I₀(κ) is the peak factor."""
    from scipy import optimize, special  # type: ignore[import-untyped]  # SciPy comes without types

    if peak_factor <= 1:
        return 0.0

    def excess(concentration: float) -> float:
        return float(1 / special.i0e(concentration)) - peak_factor

    # For large κ the peak is at most √(2πκ), which bounds the root from above with room.
    return float(optimize.brentq(excess, 0.0, 1 + peak_factor**2, xtol=1e-12))


@dataclass(frozen=True, slots=True)
class Bursts:
    """Stretches in which the rate is so many times what it would be.

    Parameters
    ----------
    factor
        At least 0; below 1 they are lulls.
    duration_s, every_s
        How long one is, and from the begin of one to that of the next.
    first_s
        When one begins, counted from midnight; below `every_s`.
    """

    factor: float
    duration_s: float
    every_s: float
    first_s: float

    def edges_s(self, begin_s: float, end_s: float) -> Floats:
        """Return begins and ends between two times."""
        numbers = np.arange(
            math.floor((begin_s - self.first_s - self.duration_s) / self.every_s),
            math.ceil((end_s - self.first_s) / self.every_s) + 1,
        )
        begins = self.first_s + numbers * self.every_s
        found = np.concatenate((begins, begins + self.duration_s))
        return np.sort(found[(found > begin_s) & (found < end_s)])

    def factors(self, time_s: Floats) -> Floats:
        """Return the factor at each time, shape as given."""
        since_s = np.mod(time_s - self.first_s, self.every_s)
        return np.where(since_s < self.duration_s, self.factor, 1.0)

    @property
    def mean_factor(self) -> float:
        """Of a rate that is the same otherwise."""
        return 1 + (self.factor - 1) * self.duration_s / self.every_s
