"""Quantiles and means of many resamples at once are numpy's of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.bootstrap import Arm, first, interval, intervals
from bench.statistics.estimate import MEAN, MEDIAN, Quantile
from bench.statistics.interval import Bootstrap
from bench.statistics.percentile import PERCENTILES, percentile

VALUES = st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30)


def counted(rows):
    """All values once, and how often each is in each row; what is in no row counts for nothing."""
    values = np.concatenate([*map(np.array, rows), [1e5]])
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    counts = (np.arange(len(rows))[:, np.newaxis] == owner).astype(np.int64)
    return values, np.pad(counts, ((0, 0), (0, 1)))


@given(st.lists(VALUES, min_size=1, max_size=5), st.sampled_from([0.05, 0.5, 0.9, 0.95, 0.99]))
def test_a_quantile_is_numpys_whatever_the_lengths_of_the_rows(rows, fraction):
    found = Quantile(fraction).counted(*counted(rows))
    assert found == pytest.approx([np.quantile(row, fraction) for row in rows])


@given(
    st.lists(st.floats(0.01, 1e4), min_size=100, max_size=120), st.sampled_from(list(PERCENTILES))
)
def test_a_quantile_is_the_percentile_of_summaries_to_the_last_digit(row, name):
    # What a comparison shows of a run must be what the run's own report shows.
    values, fraction = np.array(row), PERCENTILES[name]
    assert Quantile(fraction).of(values) == percentile(values, fraction)


@given(VALUES)
def test_a_median_and_a_mean_are_numpys(row):
    assert MEDIAN.of(np.array(row)) == pytest.approx(np.median(row), rel=1e-12)
    assert MEAN.of(np.array(row)) == np.mean(row)


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_a_mean_leaves_out_what_is_not_in_a_resample(rows):
    assert MEAN.counted(*counted(rows)) == pytest.approx([np.mean(row) for row in rows])


@pytest.mark.parametrize(("fraction", "fewest"), [(0.5, 6), (0.95, 59), (0.99, 299), (0.05, 59)])
def test_a_quantile_further_out_needs_more_samples_for_an_interval(fraction, fewest):
    assert Quantile(fraction).minimum_samples_of_interval(0.95) == fewest
    missed = fraction**fewest + (1 - fraction) ** fewest
    one_less = fraction ** (fewest - 1) + (1 - fraction) ** (fewest - 1)
    assert missed <= 0.05 < one_less


@pytest.mark.parametrize("fraction", [0.0, 1.0, 99])
def test_a_fraction_that_is_none_is_refused(fraction):
    with pytest.raises(ValueError, match=r"give 0\.99"):
        Quantile(fraction)


def test_the_interval_of_p95_covers_the_truth_about_as_often_as_it_says():
    random = np.random.default_rng(12)
    truth, runs, covered = 10 * np.exp(0.2 * 1.6449), 200, 0
    for run in range(runs):
        values = 10 * np.exp(random.normal(0, 0.2, 240))
        numbers = np.repeat(np.arange(8), 30)
        found = intervals(
            [Arm(values, numbers, numbers)],
            first,
            Bootstrap(resamples=200),
            {"p95": 0.95},
            label=f"run {run}",
        )
        covered += found["p95"].contains(truth)
    assert covered / runs >= 0.88


def test_p95_of_fewer_samples_than_it_needs_has_no_interval():
    values, numbers = np.arange(58.0), np.arange(58) % 4
    arm = Arm(values, numbers, numbers)
    assert intervals([arm], first, Bootstrap(), {"p95": 0.95}, label="a")["p95"] is None
    assert interval([arm], first, Bootstrap(), label="a") is not None
