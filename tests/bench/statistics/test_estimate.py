"""Quantiles and means of many rows at once are numpy's of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.bootstrap import Arm, Bootstrap, first, interval
from bench.statistics.estimate import MEAN, MEDIAN, Quantile, estimate_of

VALUES = st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30)


def padded(rows):
    width = max(len(row) for row in rows)
    ordered = np.full((len(rows), width), np.nan)
    for place, row in zip(ordered, rows, strict=True):
        place[: len(row)] = sorted(row)
    return ordered, np.array([len(row) for row in rows])


@given(st.lists(VALUES, min_size=1, max_size=5), st.sampled_from([0.05, 0.5, 0.9, 0.95, 0.99]))
def test_a_quantile_is_numpys_whatever_the_lengths_of_the_rows(rows, fraction):
    found = Quantile(fraction).of(*padded(rows))
    assert found == pytest.approx([np.quantile(row, fraction) for row in rows])


@given(VALUES)
def test_a_median_is_numpys_to_the_last_digit(row):
    # Summaries that were written before other quantiles were known must not change.
    assert estimate_of(np.array(row), MEDIAN) == np.median(row)


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_a_mean_leaves_the_padding_out(rows):
    assert MEAN.of(*padded(rows)) == pytest.approx([np.mean(row) for row in rows])


@pytest.mark.parametrize(("fraction", "fewest"), [(0.5, 6), (0.95, 59), (0.99, 299), (0.05, 59)])
def test_a_quantile_further_out_needs_more_samples_for_an_interval(fraction, fewest):
    assert Quantile(fraction).interval_minimum(0.95) == fewest
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
        found = interval(
            [Arm(values, numbers, numbers)],
            first,
            Bootstrap(resamples=200),
            label=f"run {run}",
            estimate=Quantile(0.95),
        )
        covered += found.contains(truth)
    assert covered / runs >= 0.88


def test_p95_of_fewer_samples_than_it_needs_has_no_interval():
    values, numbers = np.arange(58.0), np.arange(58) % 4
    arm = Arm(values, numbers, numbers)
    assert interval([arm], first, Bootstrap(), label="a", estimate=Quantile(0.95)) is None
    assert interval([arm], first, Bootstrap(), label="a") is not None
