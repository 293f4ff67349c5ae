from itertools import product
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics import Bootstrap
from bench.statistics.effect_size import (
    counted_probability,
    effect_size,
    magnitude_of,
    probability_sooner,
    sooner_interval,
)
from sim.latency import load_profile, network_of
from sim.latency.shaping import shaping_of
from tests.bench.statistics.repeated_runs import (
    BLOCK_SPREAD,
    MEDIAN_MS,
    REQUEST_SPREAD,
    RUNS,
    simulated_arm,
)
from tests.bench.statistics.synthetic_calls import shaped_run
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

QUICK = Bootstrap(resamples=200)
FEW_VALUES = st.lists(st.integers(0, 5), min_size=1, max_size=12)


@given(FEW_VALUES, FEW_VALUES)
def test_the_probability_counts_every_pair_and_ties_half(first, second):
    pairs = [1.0 if one < other else 0.5 * (one == other) for one, other in product(first, second)]
    found = probability_sooner(np.array(first, dtype=float), np.array(second, dtype=float))
    assert found == pytest.approx(sum(pairs) / len(pairs))


def test_a_counted_probability_is_that_of_what_was_counted():
    random = np.random.default_rng(51)
    values = [random.integers(0, 6, size).astype(float) for size in (9, 7)]
    counts = [random.integers(0, 4, (5, len(each))) for each in values]
    found = counted_probability(*values, *counts)
    for row in range(5):
        drawn = [np.repeat(each, times[row]) for each, times in zip(values, counts, strict=True)]
        assert found[row] == pytest.approx(probability_sooner(*drawn))


@pytest.mark.parametrize(
    ("delta", "word"),
    [(0.0, "negligible"), (-0.2, "small"), (0.4, "medium"), (-0.5, "large"), (1.0, "large")],
)
def test_a_delta_has_a_word(delta, word):
    assert magnitude_of(delta) == word


@pytest.mark.repetitions
@pytest.mark.parametrize("blocks", [4, 8])
def test_the_interval_holds_the_true_probability_as_often_as_it_says(blocks):
    spread = np.hypot(BLOCK_SPREAD, REQUEST_SPREAD)
    truth = NormalDist().cdf(np.log(1.2) / (spread * np.sqrt(2)))
    random = np.random.default_rng(50)
    held = 0
    for run in range(RUNS):
        redis = simulated_arm(random, blocks, 20)
        s3 = simulated_arm(random, blocks, 20, median_ms=1.2 * MEDIAN_MS)
        held += sooner_interval(redis, s3, QUICK, label=f"run {run}").contains(truth)
    assert 0.93 <= held / RUNS <= 0.97


def test_a_strategy_that_is_always_sooner_has_a_delta_of_one():
    samples = synthetic_samples(Shape(sizes=("1 MB",)))
    samples.loc[samples["strategy"] == "s3-first", "latency_ms"] += 1e4
    found = effect_size(samples, "1 MB", QUICK)
    assert (found.redis_first_sooner, found.cliffs_delta, found.magnitude) == (1.0, 1.0, "large")
    assert (found.redis_first_sooner_interval.low, found.redis_first_sooner_interval.high) == (1, 1)
    samples["latency_ms"] = -samples["latency_ms"]
    assert effect_size(samples, "1 MB", QUICK).cliffs_delta == -1.0


def test_pairs_with_the_same_luck_are_counted_among_themselves():
    shaping = shaping_of(load_profile("aws-typical"), sender=network_of("same-region"))
    samples, _ = shaped_run(shaping)
    found = effect_size(samples, "largest", QUICK)
    measured = samples[~samples["warm_up"] & (samples["size"] == "largest")]
    pairs = measured.assign(luck=measured["trace_id"].str[-24:]).pivot_table(
        index="luck", columns="strategy", values="latency_ms"
    )
    expected = (pairs["redis-first"] < pairs["s3-first"]).mean()
    assert found.sooner_share_of_pairs == pytest.approx(expected)
    assert effect_size(samples.assign(trace_id=""), "largest", QUICK).sooner_share_of_pairs is None


def test_a_strategy_without_answers_has_no_effect_size():
    samples = synthetic_samples(Shape(strategies=("s3-first",), sizes=("1 MB",), rounds=1))
    assert effect_size(samples, "1 MB", QUICK) is None
