"""A Poisson process of which is known how many arrivals a time has: none is offered by luck.

A few hundred arrivals of a Poisson process are some percent more or less a second than its rate,
which is as much as a search wants to tell apart. Given their number, the arrivals of a time are
independent and uniform in it (Ross, "Stochastic Processes", theorem 2.3.1): gaps are as irregular
as before, and the rate is the one asked for.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class CountedPoisson:
    """See the module; an `ArrivalProcess`."""

    rate_per_s: float

    @property
    def name(self) -> str:
        """Say what it is."""
        return f"Poisson given its number, {self.rate_per_s:g}/s"

    def first(self, count: int, rng: np.random.Generator) -> list[float]:
        """Return `count` due times within `count / rate_per_s` seconds."""
        due_s = rng.uniform(0.0, count / self.rate_per_s, count)
        return [float(each) for each in np.sort(due_s)]

    def within(self, duration_s: float, rng: np.random.Generator) -> list[float]:
        """Return the due times of `duration_s`, as many as are expected."""
        count = round(self.rate_per_s * duration_s)
        return [float(each) for each in np.sort(rng.uniform(0.0, duration_s, count))]

    @property
    def own_duration_s(self) -> None:
        """Goes on."""
        return None

    def mean_rate_per_s(self, duration_s: float | None) -> float:
        """Return the rate, over whatever time."""
        del duration_s
        return self.rate_per_s
