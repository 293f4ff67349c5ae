"""Arrivals come as often as asked, by the law that was asked for, and by the seed alone."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bench.load import PlanError
from bench.load.arrival_process import (
    ArrivalProcess,
    CurveArrivals,
    burst,
    constant,
    poisson,
    ramp,
    step,
)

SIGNIFICANCE = 0.001
"""Each test has its own fixed seed; what passes once passes always."""

rates = st.floats(0.05, 200)
spacings = st.sampled_from(["poisson", "constant"])
processes = st.one_of(
    st.builds(poisson, rates),
    st.builds(constant, rates),
    st.builds(ramp, rates, rates, st.floats(1, 60), spacings),
    st.builds(
        lambda base, high, length, period, spacing: burst(
            base, high, length * period, period, spacing
        ),
        st.floats(0, 20),
        rates,
        st.floats(0.05, 0.9),
        st.floats(1, 30),
        spacings,
    ),
    st.builds(
        step, st.lists(st.tuples(rates, st.floats(0.5, 20)), min_size=1, max_size=5), spacings
    ),
)


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@settings(deadline=None)
@given(processes, st.integers(0, 60), st.integers(0, 2**32))
def test_due_times_ascend_from_0_and_are_as_many_as_asked(
    process: CurveArrivals, count: int, seed: int
) -> None:
    due_s = process.first(count, generator(seed))
    assert len(due_s) == count
    assert due_s == sorted(due_s)
    assert all(math.isfinite(each) for each in due_s)
    assert not due_s or due_s[0] >= 0


@settings(deadline=None)
@given(processes, st.floats(0.5, 40), st.integers(0, 2**32))
def test_due_times_of_a_duration_ascend_within_it(
    process: CurveArrivals, duration_s: float, seed: int
) -> None:
    due_s = process.within(duration_s, generator(seed))
    assert due_s == sorted(due_s)
    assert all(0 <= each <= duration_s * (1 + 1e-9) for each in due_s)


@settings(deadline=None)
@given(processes, st.floats(0.5, 40), st.integers(0, 2**32))
def test_their_number_is_the_mean_rate_times_the_duration(
    process: CurveArrivals, duration_s: float, seed: int
) -> None:
    expected = process.mean_rate_per_s(duration_s) * duration_s
    found = len(process.within(duration_s, generator(seed)))
    if process.spacing == "constant":
        assert abs(found - expected) <= 1
    else:
        # Of a Poisson number beyond 6 standard deviations: never in these many examples.
        assert abs(found - expected) <= 6 * math.sqrt(expected) + 6


@settings(deadline=None, max_examples=30)
@given(processes, st.integers(0, 2**32))
def test_the_seed_alone_decides(process: CurveArrivals, seed: int) -> None:
    assert process.within(10, generator(seed)) == process.within(10, generator(seed))
    one, other = (process.first(20, generator(each)) for each in (seed, seed + 1))
    assert (one == other) == (process.spacing == "constant")


def test_poisson_gaps_are_exponential_by_kolmogorov_and_smirnov() -> None:
    due_s = poisson(7.0).within(1000, generator(3))
    assert stats.kstest(np.diff(due_s), "expon", args=(0, 1 / 7.0)).pvalue > SIGNIFICANCE
    # The test can tell: it refuses the same times held against another rate, and even ones.
    assert stats.kstest(np.diff(due_s), "expon", args=(0, 1 / 8.0)).pvalue < SIGNIFICANCE
    even_s = constant(7.0).within(1000, generator(3))
    assert stats.kstest(np.diff(even_s), "expon", args=(0, 1 / 7.0)).pvalue < SIGNIFICANCE


def test_poisson_counts_of_a_second_have_the_variance_of_their_mean() -> None:
    counts = np.bincount(np.floor(poisson(5.0).within(4000, generator(8))).astype(int))
    assert counts.mean() == pytest.approx(5.0, rel=0.03)
    assert counts.var() == pytest.approx(5.0, rel=0.08)


def ramp_integral(time_s: float) -> float:
    """Of 2/s to 20/s within 100 s, by hand: 2t + 18t²/200."""
    return 2 * time_s + 0.09 * time_s**2


def burst_integral(time_s: float) -> float:
    """Of 1/s, and 30/s in the last 2 of each 10 s, by hand: 68 a period."""
    periods, rest_s = divmod(time_s, 10)
    return 68 * periods + min(rest_s, 8) + 30 * max(0.0, rest_s - 8)


def step_integral(time_s: float) -> float:
    """Of 3/s for 40 s, then 0/s for 10 s, then 12/s for 50 s, by hand."""
    return 3 * min(time_s, 40) + 12 * max(0.0, time_s - 50)


RESCALED: list[tuple[ArrivalProcess, Callable[[float], float], float]] = [
    (ramp(2, 20, 100), ramp_integral, 100),
    (burst(1, 30, 2, 10), burst_integral, 200),
    (step([(3, 40), (0, 10), (12, 50)]), step_integral, 100),
]


@pytest.mark.parametrize(("process", "integral", "duration_s"), RESCALED)
def test_rescaled_by_the_rate_integral_gaps_are_exponential_of_mean_1(
    process: ArrivalProcess, integral: Callable[[float], float], duration_s: float
) -> None:
    """Time-rescaling theorem: Brown et al., Neural Computation 14 (2002), 325-346."""
    gaps = []
    for seed in range(5):
        due_s = process.within(duration_s, generator(seed))
        gaps += np.diff([0.0, *map(integral, due_s)]).tolist()
    assert len(gaps) > 2000
    assert stats.kstest(gaps, "expon").pvalue > SIGNIFICANCE
    # The test can tell: unscaled, the same arrivals are no Poisson process of one rate.
    plain = np.diff(process.within(duration_s, generator(0)))
    assert stats.kstest(plain, "expon", args=(0, plain.mean())).pvalue < SIGNIFICANCE


def test_bursts_come_at_their_period_and_height() -> None:
    due_s = np.array(burst(2, 40, 1, 5, "constant").within(50, generator(1)))
    in_burst = due_s % 5 >= 4
    assert in_burst.sum() == pytest.approx(400, abs=10)
    assert (~in_burst).sum() == pytest.approx(80, abs=10)


def test_a_step_ends_with_its_steps_and_holds_its_last_rate_beyond() -> None:
    process = step([(1, 10), (4, 5)], "constant")
    assert process.own_duration_s == 15
    assert len(process.within(15, generator(1))) == 30
    assert len(process.within(20, generator(1))) == 50


def test_a_ramp_stays_where_it_has_come_to() -> None:
    due_s = np.array(ramp(0, 10, 10, "constant").within(30, generator(1)))
    assert np.sum(due_s >= 10) == pytest.approx(200, abs=1)
    assert np.sum(due_s < 5) == pytest.approx(12.5, abs=1)


def test_a_rate_that_ends_at_0_cannot_bring_more_than_it_has() -> None:
    process = step([(5, 2), (0, 1)], "constant")
    assert len(process.first(10, generator(1))) == 10
    with pytest.raises(PlanError, match="50 requests are more"):
        process.first(50, generator(1))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: poisson(0), "rate is 0 throughout"),
        (lambda: constant(-1), "rate of -1 a second"),
        (lambda: poisson(float("nan")), "rate of nan"),
        (lambda: ramp(1, 2, 0), "duration of 0 s"),
        (lambda: burst(1, 2, 5, 5), "burst_s is 5"),
        (lambda: step([]), "rate is 0 throughout"),
        (lambda: step([(1, -2)]), "duration of -2 s"),
    ],
)
def test_a_process_that_cannot_be_is_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        make()
