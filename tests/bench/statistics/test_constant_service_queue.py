"""Waits of M/D/1 against closed forms and against the queue itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.constant_service_queue import BUSIEST, mean_wait_s, wait_distribution

BUSY = st.floats(0.01, 0.99)


@given(busy=BUSY, wait=st.floats(0, 1.99))
def test_the_first_waits_are_those_of_erlangs_sum(busy, wait):
    # With x and lambda in service times: (1 - rho) (e^(l x) - l (x - 1) e^(l (x - 1)) + …).
    exact = np.exp(busy * wait)
    if wait >= 1:
        exact -= busy * (wait - 1) * np.exp(busy * (wait - 1))
    found = wait_distribution(busy).share_within(np.array([wait]))[0]
    # Between the points, an eighth of a service apart, it is a straight line.
    assert found == pytest.approx((1 - busy) * exact, abs=2e-3)


@given(busy=BUSY)
def test_at_its_points_it_is_exact_rises_and_ends_at_all(busy):
    found = wait_distribution(busy)
    first = found.waits < 1
    assert found.shares[first] == pytest.approx(
        (1 - busy) * np.exp(busy * found.waits[first]), rel=1e-12
    )
    assert (np.diff(found.waits) > 0).all()
    assert (np.diff(found.shares) >= 0).all()
    assert found.shares[0] == pytest.approx(1 - busy)
    assert 1 - found.shares[-1] < 1e-8


@pytest.mark.parametrize("busy", [0.001, 0.2, 0.7, 0.95, 0.999, BUSIEST])
def test_its_mean_is_that_of_pollaczek_and_khinchine(busy):
    found = wait_distribution(busy)
    beyond = 1 - found.shares
    mean = float(((beyond[1:] + beyond[:-1]) / 2 * np.diff(found.waits)).sum())
    assert mean == pytest.approx(mean_wait_s(busy, 1.0), rel=1e-6)


@pytest.mark.parametrize("busy", [0.3, 0.8])
def test_its_quantiles_are_those_of_the_queue_itself(busy):
    # Lindley's recursion: a wait is the one before, and a service, less what lies between arrivals.
    between = np.random.default_rng(7).exponential(1 / busy, 1_000_000)
    walked = np.cumsum(1 - between)
    waits = walked - np.minimum.accumulate(np.minimum(walked, 0))
    shares = np.array([0.5, 0.9, 0.99])
    assert wait_distribution(busy).quantiles(shares) == pytest.approx(
        np.quantile(waits, shares), rel=0.04
    )


def test_nobody_waits_where_nobody_comes_and_too_much_is_refused():
    assert wait_distribution(0.0).share_within(np.array([-0.1, 0.0, 1.0])).tolist() == [0, 1, 1]
    for busy in (-0.1, 1.0):
        with pytest.raises(ValueError, match="give a share between 0"):
            wait_distribution(busy)
