"""Stations meet the known results of queueing theory over long runs."""

import math

import numpy as np
import pytest

from sim.capacity.network import (
    Arrivals,
    Constant,
    Exponential,
    Latency,
    Mark,
    Network,
    Serve,
    Station,
    poisson_s,
    simulate,
)

CUSTOMERS = 3_000_000


def mean_wait_s(utilisation, service_time, servers=1):
    """Of services of one second in the mean."""
    rate_per_s = utilisation * servers
    generator = np.random.default_rng([servers, int(100 * utilisation)])
    due_s = poisson_s([(0, rate_per_s)], CUSTOMERS / rate_per_s, generator)
    network = Network((Station("queue", servers),), (Serve("queue", service_time), Mark("left")))
    arrivals = Arrivals(due_s, np.zeros(len(due_s), np.uint32))
    outcome = simulate(network, arrivals, seed=7, interval_s=86_400)
    total = outcome.totals["queue"]
    assert total.busy_s / outcome.ended_s / servers == pytest.approx(utilisation, rel=0.005)
    in_system_ms = outcome.marks["left"].sum(dtype=np.float64)
    assert in_system_ms == pytest.approx(1e3 * (total.wait_s + total.busy_s), rel=1e-6)
    return total.wait_s / len(due_s)


def erlang_c(servers, load):
    top = load**servers / math.factorial(servers) / (1 - load / servers)
    return top / (sum(load**n / math.factorial(n) for n in range(servers)) + top)


@pytest.mark.parametrize("utilisation", [0.5, 0.8])
def test_an_exponential_service_waits_as_m_m_1(utilisation):
    expected_s = utilisation / (1 - utilisation)
    assert mean_wait_s(utilisation, Exponential(1.0)) == pytest.approx(expected_s, rel=0.02)


@pytest.mark.parametrize("utilisation", [0.5, 0.8])
def test_a_constant_service_waits_as_m_d_1(utilisation):
    expected_s = utilisation / (2 * (1 - utilisation))
    assert mean_wait_s(utilisation, Constant(1.0)) == pytest.approx(expected_s, rel=0.02)


@pytest.mark.parametrize("utilisation", [0.5, 0.8])
def test_four_servers_wait_as_erlang_c_has_it(utilisation):
    expected_s = erlang_c(4, 4 * utilisation) / (4 * (1 - utilisation))
    found_s = mean_wait_s(utilisation, Exponential(1.0), servers=4)
    assert found_s == pytest.approx(expected_s, rel=0.02)


@pytest.mark.parametrize("utilisation", [0.5, 0.8])
def test_a_lognormal_service_waits_as_pollaczek_and_khinchine_have_it(utilisation):
    sigma = 0.7
    median_ms = 1e3 / math.exp(sigma**2 / 2)
    service_time = Latency.of(median_ms, median_ms * math.exp(2.3263478740408408 * sigma))
    expected_s = utilisation / (1 - utilisation) * math.exp(sigma**2) / 2
    assert mean_wait_s(utilisation, service_time) == pytest.approx(expected_s, rel=0.02)
