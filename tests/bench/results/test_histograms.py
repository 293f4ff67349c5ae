"""Histograms that can be merged, and that tell percentiles as exactly as they say."""

import numpy as np
import pandas as pd
import pytest

from bench.results.histograms import MOST_US, histogram_files, histogram_of, read_histogram
from bench.statistics.samples import STRATEGIES, select, stratum
from tests.bench.statistics.synthetic_samples import SIZES, Shape, synthetic_samples


@pytest.fixture(scope="module")
def samples():
    return synthetic_samples(Shape(rounds=2)).assign(profile="raw")


def counts(histogram):
    return {item.value_iterated_to: item.count_added_in_this_iter_step
            for item in histogram.get_recorded_iterator()}


def test_there_is_one_of_each_strategy_and_size_with_every_warm_request(samples):
    files = histogram_files(samples)
    names = {f"raw-{strategy}-{size.replace(' ', '-')}.hdr" for strategy in STRATEGIES for size in SIZES}
    assert set(files) == names
    for strategy in STRATEGIES:
        found = read_histogram(files[f"raw-{strategy}-1-MB.hdr"])
        assert found.get_total_count() == len(stratum(select(samples, strategy, "1 MB"), "warm"))


def test_merged_histograms_of_two_halves_are_the_histogram_of_the_whole(samples):
    halves = [histogram_files(samples[samples["round"] == number]) for number in (0, 1)]
    for name, whole in histogram_files(samples).items():
        merged = read_histogram(halves[0][name])
        merged.add(read_histogram(halves[1][name]))
        assert counts(merged) == counts(read_histogram(whole))


@pytest.mark.parametrize("percentile", [50, 90, 95, 99])
def test_percentiles_agree_with_the_exact_ones_within_the_resolution(percentile):
    latency_ms = pd.Series(np.random.default_rng(70).lognormal(3, 1, 5000))
    found = histogram_of(latency_ms)
    exact_us = np.percentile(latency_ms * 1e3, percentile, method="inverted_cdf")
    # Three digits, and half a microsecond by rounding.
    assert found.get_value_at_percentile(percentile) == pytest.approx(exact_us, rel=1e-3, abs=1)


def test_what_is_beyond_the_range_is_counted_at_its_end_and_not_lost():
    found = histogram_of(pd.Series([0.0, 1.0, 1e9]))
    assert found.get_total_count() == 3
    assert found.get_max_value() == pytest.approx(MOST_US, rel=1e-3)


def test_a_run_without_an_answer_has_no_histogram(samples):
    assert histogram_files(samples.assign(status=503, error="down")) == {}
