"""The model of one operation: its distribution is the one that it says it is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.latency import OperationModel, draw_of, load_profile, profile_names
from sim.latency.operation_distribution import cdf, quantile_ms, sample_ms
from sim.latency.profile import OPERATIONS

DRAWS = 10_000
KNOWN = (0.23579774058455, 0.6299043945186291, 0.10016974402028561)
CRITICAL = 1.949 / math.sqrt(DRAWS)
"""Kolmogorov-Smirnov at one in a thousand."""

positive = st.floats(min_value=0.01, max_value=1e4)
models = st.builds(
    lambda median, skew, slope, spread, share, factor: OperationModel(
        median, median * skew, slope, slope * spread, share, factor
    ),
    positive,
    st.floats(1, 20),
    st.one_of(st.just(0.0), positive),
    st.floats(1, 5),
    st.floats(0, 0.05),
    st.floats(1, 100),
)


def distance(samples, model, body_bytes):
    """Return the Kolmogorov-Smirnov distance of samples from a model."""
    ordered = np.sort(samples)
    expected = np.array([cdf(model, float(each), body_bytes) for each in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return max(np.max(steps[1:] - expected), np.max(expected - steps[:-1]))


@pytest.mark.parametrize("operation", ["s3.PutObject", "elasticache.SET", "states.StartExecution"])
@pytest.mark.parametrize("body_bytes", [0, 6_000_000])
def test_seeded_draws_follow_the_model(operation, body_bytes):
    model = load_profile("aws-typical").model(operation)
    draws = (draw_of(1, str(number), operation) for number in range(DRAWS))
    latencies = [model.latency_ms(draw, body_bytes) for draw in draws]
    assert distance(latencies, model, body_bytes) < CRITICAL


def test_the_distance_sees_a_model_that_is_a_tenth_off():
    model = load_profile("aws-typical").model("s3.PutObject")
    other = OperationModel(model.median_ms * 1.1, model.p99_ms * 1.1)
    draws = [model.latency_ms(draw_of(1, str(number), "x")) for number in range(DRAWS)]
    assert distance(draws, other, 0) > CRITICAL


def test_samples_and_draws_are_of_one_distribution():
    model = OperationModel(10, 50, 20, 40, 0.02, 20)
    samples = sample_ms(model, np.random.default_rng(1), DRAWS, 1_000_000)
    assert distance(samples, model, 1_000_000) < CRITICAL


@given(models, st.integers(0, 10_000_000), st.sampled_from([0.01, 0.5, 0.9, 0.99, 0.999]))
def test_the_quantile_is_where_the_cdf_has_that_share(model, body_bytes, share):
    latency_ms = quantile_ms(model, share, body_bytes)
    around = (cdf(model, latency_ms * factor, body_bytes) for factor in (1 - 1e-5, 1 + 1e-5))
    below, above = around
    assert below - 1e-9 <= share <= above + 1e-9


@given(positive, st.floats(1, 20))
def test_median_and_p99_are_the_parameters(median_ms, skew):
    model = OperationModel(median_ms, median_ms * skew)
    assert quantile_ms(model, 0.5) == pytest.approx(median_ms, rel=1e-5)
    assert quantile_ms(model, 0.99) == pytest.approx(median_ms * skew, rel=1e-5)


@given(models, st.integers(0, 5_000_000), st.integers(1, 5_000_000))
def test_a_larger_body_never_takes_less_with_the_same_luck(model, body_bytes, more_bytes):
    draw = draw_of(1, "a message", "s3.PutObject")
    less_ms = model.latency_ms(draw, body_bytes)
    assert less_ms <= model.latency_ms(draw, body_bytes + more_bytes)


def test_first_byte_and_streaming_are_the_whole():
    model, draw = OperationModel(10, 50, 20, 40), draw_of(1, "m", "s3.GetObject")
    whole_ms = model.first_byte_ms(draw) + model.streaming_ms(draw, 500_000)
    assert model.latency_ms(draw, 500_000) == whole_ms


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"median_ms": -1}, "median_ms"),
        ({"median_ms": math.nan}, "median_ms"),
        ({"median_ms": 2, "p99_ms": 1}, "p99_ms"),
        ({"p99_ms": 1}, "p99_ms"),
        ({"ms_per_mb": 2, "ms_per_mb_p99": 1}, "ms_per_mb_p99"),
        ({"tail_share": 1}, "tail_share"),
        ({"tail_factor": 0.5}, "tail_factor"),
    ],
)
def test_a_number_that_cannot_be_is_named(parameters, name):
    with pytest.raises(ValueError, match=f"^{name} is "):
        OperationModel(**parameters)


def test_the_same_seed_gives_the_same_draws_and_another_gives_others():
    def draws(seed):
        return [draw_of(seed, f"message {n}", "s3.PutObject", n % 2) for n in range(100)]

    assert draws(7) == draws(7)
    assert not set(draws(7)) & set(draws(8))
    assert len(set(draws(7))) == 100


def test_draws_are_known_across_versions():
    # Whoever re-runs a published run has to get its draws.
    draw = draw_of(1, "message", "s3.PutObject")
    assert (draw.first_byte, draw.streaming, draw.tail) == pytest.approx(KNOWN, abs=1e-15)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_profiles_are_in_order(operation):
    medians = [
        [quantile_ms(load_profile(name).model(operation), 0.5, size) for size in (0, 1_000_000)]
        for name in ("aws-optimistic", "aws-typical", "aws-pessimistic")
    ]
    assert medians == sorted(medians)
    assert all(median > 0 for pair in medians for median in pair)


def test_raw_adds_nothing():
    assert profile_names() == ["raw", "aws-optimistic", "aws-typical", "aws-pessimistic"]
    raw = load_profile("raw")
    draw = draw_of(1, "m", "s3.PutObject")
    assert {raw.model(name).latency_ms(draw, 6_000_000) for name in OPERATIONS} == {0.0}
