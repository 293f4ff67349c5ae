"""A workload brings what its file says: in the mean, at its peak, and in each burst."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.latency import network_of
from sim.month import SECONDS_PER_MONTH
from sim.workload import (
    Bursts,
    ConstantRate,
    DiurnalRate,
    Expectation,
    Growth,
    Retries,
    Workload,
    workload_names,
)
from sim.workload.arrivals import most_within

DAY_S = 86_400.0
RATES = st.floats(0.01, 1000)
DIURNAL = st.builds(
    DiurnalRate,
    mean_per_s=RATES,
    peak_factor=st.floats(1, 24),
    peak_hour=st.floats(0, 24),
)


@st.composite
def bursts(draw: st.DrawFn) -> Bursts:
    every_s = draw(st.floats(60, 20_000))
    return Bursts(
        factor=draw(st.floats(0, 50)),
        duration_s=every_s * draw(st.floats(0.01, 0.99)),
        every_s=every_s,
        first_s=every_s * draw(st.floats(0, 0.999)),
    )


def workload(rate: ConstantRate | DiurnalRate, bursts: Bursts | None = None) -> Workload:
    return Workload(
        name="a test's",
        description="",
        rate=rate,
        bursts=bursts,
        sizes={"256 KB": 3, "1 MB": 1},
        kinds={"json": 1.0},
        largest_bytes=6_000_000,
        growth=Growth(),
        retries=Retries(),
        sender=network_of("office"),
    )


@settings(deadline=None)  # the first call imports SciPy
@given(DIURNAL)
def test_the_rate_over_a_day_is_the_mean_and_its_peak_the_factor_at_the_hour(
    rate: DiurnalRate,
) -> None:
    assert Expectation.of(rate, None, 0, DAY_S).total == pytest.approx(rate.mean_per_s * DAY_S)
    times = np.linspace(0, DAY_S, 1441)
    at_peak = rate.at(np.array([rate.peak_hour * 3600]))[0]
    assert at_peak == pytest.approx(rate.mean_per_s * rate.peak_factor)
    assert np.all(rate.at(times) <= at_peak * (1 + 1e-12))
    assert np.all(rate.at(times) > 0)
    assert rate.at(times[:1]) == pytest.approx(rate.at(times[-1:]))


@settings(deadline=None)
@given(st.floats(1, 24))
def test_the_rate_changes_little_within_a_minute(peak_factor: float) -> None:
    rate = DiurnalRate(1.0, peak_factor, 12.0)
    minutes = rate.at(np.arange(1441) * 60.0)
    assert np.max(np.abs(np.diff(minutes))) <= 0.03 * peak_factor


@given(bursts(), st.floats(0, 1e5))
def test_bursts_are_where_they_were_put(pattern: Bursts, begin_s: float) -> None:
    expected = Expectation.of(ConstantRate(7.0), pattern, begin_s, begin_s + 5 * pattern.every_s)
    middles = (expected.edges_s[:-1] + expected.edges_s[1:]) / 2
    long = np.diff(expected.edges_s) > 1e-6  # what is shorter is rounding, not a burst's
    for middle_s, rate_per_s in zip(middles[long], expected.rates_per_s[long], strict=True):
        number = math.floor((middle_s - pattern.first_s) / pattern.every_s)
        since_s = middle_s - pattern.first_s - number * pattern.every_s
        assert rate_per_s == 7.0 * (pattern.factor if since_s < pattern.duration_s else 1.0)
    mean_per_s = 7.0 * (1 + (pattern.factor - 1) * pattern.duration_s / pattern.every_s)
    assert expected.total == pytest.approx(mean_per_s * 5 * pattern.every_s, abs=1e-6)


def test_a_burst_brings_its_records_between_its_begin_and_its_end() -> None:
    lull = workload(ConstantRate(20.0), Bursts(0.0, 30.0, 100.0, first_s=70.0))
    times = lull.arrivals(1000.0, seed=1).times_s
    assert len(times) == pytest.approx(20 * 700, abs=5 * math.sqrt(14_000))
    assert np.all(times % 100 < 70.0 + 1e-9)
    later = lull.arrivals(100.0, seed=1, start_s=50.0).times_s
    assert not np.any((later >= 20 + 1e-9) & (later < 50))


@settings(max_examples=25, deadline=None)
@given(st.one_of(st.builds(ConstantRate, RATES), DIURNAL), st.none() | bursts(), st.integers(0))
def test_counts_over_seeds_are_a_poisson_distributions(
    rate: ConstantRate | DiurnalRate, pattern: Bursts | None, seed: int
) -> None:
    start_s = 3600.0 * (seed % 24)
    period_s = min(600.0, 1000 / rate.mean_per_s)
    expected = Expectation.of(rate, pattern, start_s, start_s + period_s).total
    assume(expected < 10_000)
    made = workload(rate, pattern)
    counts = [
        len(made.arrivals(period_s, seed + each, start_s=start_s).times_s) for each in range(10)
    ]
    # The sum of 10 is Poisson too; 6 deviations are left by chance once in 5·10⁸ times, and 30 more
    # for where the distribution is far from normal.
    assert abs(sum(counts) - 10 * expected) <= 6 * math.sqrt(10 * expected) + 30


def test_records_are_spread_as_the_rate_is() -> None:
    rate = DiurnalRate(5.0, 4.0, 14.0)
    times = workload(rate, Bursts(5.0, 600.0, 7200.0, 3000.0)).arrivals(DAY_S, seed=2).times_s
    expected = Expectation.of(rate, Bursts(5.0, 600.0, 7200.0, 3000.0), 0, DAY_S)
    share = np.interp(times, expected.edges_s, expected.until) / expected.total
    # Kolmogorov's distribution: beyond 2.2 / √n once in ten thousand times.
    ranks = (np.arange(len(times)) + 0.5) / len(times)
    assert np.max(np.abs(share - ranks)) < 2.2 / math.sqrt(len(times))


@given(st.integers(0, 2**63), st.floats(0.1, 500), st.floats(0, 1e6))
def test_the_same_seed_gives_the_same_ascending_records_within_the_period(
    seed: int, period_s: float, start_s: float
) -> None:
    made = workload(ConstantRate(3.0), Bursts(5.0, 10.0, 60.0, 50.0))
    one, other = (made.arrivals(period_s, seed, start_s=start_s) for _ in range(2))
    assert np.array_equal(one.times_s, other.times_s)
    assert np.array_equal(one.body_bytes, other.body_bytes)
    assert (one.times_s.dtype, one.body_bytes.dtype) == (np.float64, np.uint32)
    assert len(one.times_s) == len(one.body_bytes)
    assert np.all(np.diff(one.times_s) >= 0)
    assert np.all((one.times_s >= 0) & (one.times_s < period_s))
    assert set(np.unique(one.body_bytes)) <= {262_144, 1_048_576}


def test_sizes_come_by_their_weights() -> None:
    found = workload(ConstantRate(1000.0)).arrivals(100.0, seed=3)
    large = int(np.sum(found.body_bytes == 1_048_576))
    count = len(found.times_s)
    assert large == pytest.approx(count / 4, abs=5 * math.sqrt(count * 3 / 16))
    assert found.total_bytes == large * 1_048_576 + (count - large) * 262_144
    assert workload(ConstantRate(1.0)).mean_body_bytes == (3 * 262_144 + 1_048_576) / 4


def test_the_peak_of_bursts_is_the_factor_within_them_and_less_over_longer_stretches() -> None:
    made = workload(ConstantRate(50.0), Bursts(5.0, 30.0, 300.0, 0.0))
    assert made.peak_rate_per_s() == pytest.approx(250)
    assert made.peak_rate_per_s(60) == pytest.approx((30 * 250 + 30 * 50) / 60)
    assert made.peak_rate_per_s(1e6) == pytest.approx(made.mean_rate_per_s(), rel=1e-3)
    assert made.mean_rate_per_s() == pytest.approx(50 * (1 + 4 * 0.1))


@settings(max_examples=15, deadline=None)
@given(DIURNAL, st.none() | bursts(), st.sampled_from([1.0, 60.0, 600.0]))
def test_a_peak_is_no_less_than_the_mean_and_no_more_than_all_factors_together(
    rate: DiurnalRate, pattern: Bursts | None, window_s: float
) -> None:
    made = workload(rate, pattern)
    factor = max(1.0, pattern.factor) if pattern else 1.0
    peak = made.peak_rate_per_s(window_s)
    assert made.mean_rate_per_s() * (1 - 1e-9) <= peak
    assert peak <= rate.mean_per_s * rate.peak_factor * factor * (1 + 1e-9)


@given(st.lists(st.floats(0, 100), max_size=40), st.floats(0.01, 200))
def test_the_most_within_a_window_is_what_counting_finds(
    times: list[float], window_s: float
) -> None:
    ascending = np.sort(np.array(times))
    counted = max(
        (sum(begin <= each < begin + window_s for each in ascending) for begin in ascending),
        default=0,
    )
    assert most_within(ascending, window_s) == counted


def test_growth_multiplies_rates_month_by_month() -> None:
    made = workload(ConstantRate(10.0)).with_growth(Growth(0.5, 3))
    assert [made.mean_rate_per_s(month) for month in range(3)] == pytest.approx([10, 15, 22.5])
    assert made.peak_rate_per_s(month=2) == pytest.approx(22.5)
    totals = made.month_totals(1)
    assert totals.messages == pytest.approx(15 * SECONDS_PER_MONTH)
    assert totals.body_bytes == pytest.approx(totals.messages * made.mean_body_bytes)
    count = len(made.arrivals(1000, seed=4, month=2).times_s)
    assert count == pytest.approx(22_500, abs=5 * math.sqrt(22_500))


def test_retries_wait_longer_each_time() -> None:
    retries = Retries(attempts=4, backoff_s=0.5, backoff_factor=3)
    assert retries.waits_s() == [0.5, 1.5, 4.5]
    assert retries.mean_attempts(0) == 1
    assert retries.mean_attempts(1) == 4
    assert retries.mean_attempts(0.5) == pytest.approx((1 - 0.5**4) / (1 - 0.5))


@pytest.mark.parametrize(("period_s", "start_s"), [(0, 0), (-1, 0), (math.inf, 0), (1, -1)])
def test_a_period_that_cannot_be_is_refused(period_s: float, start_s: float) -> None:
    with pytest.raises(ValueError, match=r"(period|start)_s \(="):
        workload(ConstantRate(1.0)).arrivals(period_s, 1, start_s=start_s)


def test_the_reference_workload_is_50_a_second_with_bursts_of_five_times_as_many() -> None:
    assert workload_names() == ["audit-records"]
    made = Workload.read("audit-records")
    assert made.rate == ConstantRate(50.0)
    assert made.peak_rate_per_s() == pytest.approx(250)
    sizes = np.unique(made.arrivals(60, seed=1).body_bytes)
    assert (sizes[0], sizes[-1]) == (262_144, made.largest_bytes)
    assert made == replace(made)
