"""Waits in queues from closed formulas, for holding a simulation against.

Sources: Kleinrock, "Queueing Systems", vol. 1 (1975), chapters 3 and 5, for M/M/k and the
Pollaczek-Khinchine formula; Lee and Longton, "Queueing Processes Associated with Airline Passenger
Check-in", Operational Research Quarterly 10 (1959), for the approximation of M/G/k.
"""

import math


def utilisation(rate_per_s: float, service_s: float, servers: int = 1) -> float:
    """Return the share of the servers' time that work needs (the utilisation law); may pass 1."""
    return rate_per_s * service_s / servers


def in_system(rate_per_s: float, time_in_system_s: float) -> float:
    """Return how many are there in the mean (Little's law)."""
    return rate_per_s * time_in_system_s


def erlang_c(servers: int, offered: float) -> float:
    """Return the probability that an arrival of M/M/k waits.

    Parameters
    ----------
    offered
        Arrival rate times mean service time, in Erlang.

    Raises
    ------
    ValueError
        For no server, or a negative load.
    """
    if servers < 1 or offered < 0:
        raise ValueError(f"servers is {servers} and offered {offered}: use at least 1 and 0")
    if offered >= servers:
        return 1.0
    # Erlang B by its recursion, which neither overflows nor cancels, then C from B.
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    share = offered / servers
    return blocked / (1 - share + share * blocked)


def mgk_wait_s(
    rate_per_s: float, service_s: float, variation: float = 1.0, servers: int = 1
) -> float:
    """Return the mean wait before service of M/G/k; infinite where the load is not carried.

    Exact for one server (Pollaczek-Khinchine) and for exponential service (Erlang C), else Lee and
    Longton's approximation.

    Parameters
    ----------
    variation
        Squared coefficient of variation of the service time: 0 constant, 1 exponential.
    """
    offered = rate_per_s * service_s
    if offered >= servers:
        return math.inf
    if offered == 0:
        return 0.0
    exponential_s = erlang_c(servers, offered) * service_s / (servers - offered)
    return exponential_s * (1 + variation) / 2
