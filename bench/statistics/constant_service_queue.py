"""How long one waits in a queue with Poisson arrivals and one constant service time (M/D/1).

The mean is rho s / (2 (1 - rho)) (Kleinrock, Queueing Systems, vol. 1, 1975, 5.6). The distribution
is Erlang's; his sum alternates and loses all its digits at high load. So it is taken from the
number in the system: who waits at most k s - u is who meets few enough before him (Franx, "A simple
solution for the M/D/c waiting time distribution", Operations Research Letters 29(5), 2001),

    P(W <= k s - u) = sum over j < k of P(L <= k - j) (lambda u)^j e^(-lambda u) / j!,  0 <= u < s,

and P(L = n) from a recursion that only adds (Ramaswami, "A stable recursion for the steady state
vector in Markov chains of M/G/1 type", Stochastic Models 4(1), 1988).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import optimize, special  # type: ignore[import-untyped]  # SciPy comes without types

from bench.statistics.resampling import Floats

BUSIEST: Final = 0.9999
"""The highest share of the time busy that a distribution is given for: beyond it, one waits as good
as for ever."""

_EXACT_STATES: Final = 60
"""From here on P(L = n) is geometric: what it is besides has died away, like 7^-n or faster."""

_LEFT_OUT: Final = 1e-9
"""The share of waits beyond the longest that is tabulated."""

_STEPS_PER_SERVICE: Final = 8


@dataclass(frozen=True, slots=True)
class WaitDistribution:
    """The waits of a queue, in service times.

    Attributes
    ----------
    waits
        Rising from 0; shape ``(points,)``.
    shares
        Of arrivals that wait no longer; of the same shape. The first is of those that do not wait.
    """

    waits: Floats
    shares: Floats

    def share_within(self, waits: Floats) -> Floats:
        """Give the share of arrivals that wait no longer than so many service times, any shape."""
        found: Floats = np.interp(waits, self.waits, self.shares, left=0.0, right=1.0)
        return found

    def quantiles(self, shares: Floats) -> Floats:
        """Give the waits that these shares of arrivals do not exceed; 0 for who does not wait."""
        found: Floats = np.interp(shares, self.shares, self.waits)
        return found


def mean_wait_s(rate_per_s: float, service_s: float) -> float:
    """Give the mean wait, below saturation."""
    busy = rate_per_s * service_s
    return busy * service_s / (2 * (1 - busy))


def wait_distribution(busy: float) -> WaitDistribution:
    """Give the distribution of waits where the server is busy such a share of the time.

    Raises
    ------
    ValueError
        If ``busy`` is not between 0 and `BUSIEST`.
    """
    if not 0 <= busy <= BUSIEST:
        raise ValueError(f"busy is {busy}: give a share between 0 and {BUSIEST}")
    if busy == 0:
        return WaitDistribution(np.array([0.0]), np.array([1.0]))
    states = _at_most(busy)
    services = len(states) - 1
    last = -np.arange(_STEPS_PER_SERVICE) / _STEPS_PER_SERVICE  # -u, in service times
    shares = np.empty((services, _STEPS_PER_SERVICE))
    for step, before in enumerate(-last * busy):
        arrived = _poisson(before)
        shares[:, step] = np.convolve(states[1:], arrived)[:services]
    ends = np.arange(1, services + 1)[:, np.newaxis] + last
    order = np.argsort(ends, axis=None)
    return WaitDistribution(
        np.concatenate([[0.0], ends.ravel()[order]]),
        # The last digits of a sum must not make a share fall.
        np.maximum.accumulate(np.concatenate([[1 - busy], shares.ravel()[order]])).clip(max=1.0),
    )


def _poisson(mean: float) -> Floats:
    """Give the probabilities of 0, 1, … events, as far as they count."""
    counts = np.arange(25)
    found: Floats = np.exp(special.xlogy(counts, mean) - mean - special.gammaln(counts + 1))
    return found


def _at_most(busy: float) -> Floats:
    """Give P(L <= n) for n = 0, 1, …, until hardly anything is beyond."""
    counts = np.arange(1, _EXACT_STATES + 1)
    at_least = special.pdtrc(counts - 1, busy)  # of arrivals during one service
    states = np.empty(_EXACT_STATES)
    states[0] = 1 - busy
    for n in range(1, _EXACT_STATES):
        met = states[1:n] @ at_least[n - 1 : 0 : -1] if n > 1 else 0.0
        states[n] = (states[0] * at_least[n - 1] + met) / (1 - at_least[0])
    decay = _decay(busy)
    more = math.ceil(math.log(1 / _LEFT_OUT) / decay)
    tail = states[-1] * np.exp(-decay * np.arange(1, more + 1))
    found: Floats = np.cumsum(np.concatenate([states, tail]))
    return found


def _decay(busy: float) -> float:
    """Give how fast P(L = n) falls in the end, for each n: the root of e^x - 1 = x / busy."""
    highest = 2 * math.log(2 / busy) + 2
    root: float = optimize.brentq(
        lambda x: math.expm1(x) - x / busy, (1 - busy) / 2, highest, xtol=1e-14
    )
    return root
