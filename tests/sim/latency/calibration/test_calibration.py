"""A fit finds the model that samples were drawn from, and refuses what they cannot say."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.errors import ProfileError
from sim.latency import OperationModel
from sim.latency.calibration import MINIMUM_IN_TAIL, fit_operation
from sim.latency.calibration.goodness import goodness_of, probabilities
from sim.latency.calibration.likelihood import Coordinates, mean_log_likelihood
from sim.latency.calibration.sample_cells import SampleCells
from sim.latency.operation_distribution import cdf
from tests.sim.latency.calibration.calibration_samples import SIZES, draw_calls

TRUTH = {
    "elasticache.SET": OperationModel(0.45, 1.5, 4.6, 7.36),
    "s3.PutObject": OperationModel(40, 140, 20, 32, 0.01, 20),
    "s3.GetObject": OperationModel(27, 113, 12, 19.2),
    "states.StartExecution": OperationModel(45, 150),
    "dynamodb.PutItem": OperationModel(7, 30, 0, 0, 0.01, 20),
}
SAMPLES = 300_000
"""Share and factor of a tail of one in a hundred are then known to 2 % (one standard deviation)."""
UNSIZED = OperationModel(45, 150)
SIZED = OperationModel(40, 140, 20, 32)
TAILED = OperationModel(40, 140, 20, 32, 0.01, 20)

models = st.builds(
    lambda median, skew, slope, spread, share, factor: OperationModel(
        median, median * skew, slope, slope * spread, share, factor
    ),
    st.floats(0.1, 300),
    st.floats(1.3, 15),
    st.floats(0.1, 300),
    st.floats(1.1, 4),
    st.one_of(st.just(0.0), st.floats(0.002, 0.05)),
    st.floats(5, 100),
)


def likelihood(model, latency_ms, body_bytes):
    cells = SampleCells(latency_ms, body_bytes / 1e6, np.ones(len(latency_ms)))
    return mean_log_likelihood(Coordinates.of(model).as_vector(), cells)[0]


@pytest.mark.parametrize("operation", TRUTH)
def test_each_parameter_of_a_known_model_is_found_within_5_percent(operation):
    truth = TRUTH[operation]
    fit = fit_operation(operation, *draw_calls(truth, SAMPLES), truth)
    for name in truth.__slots__:
        expected = getattr(truth, name)
        assert getattr(fit.model, name) == pytest.approx(expected, rel=0.05, abs=0), name
        if expected not in (0, 1):
            assert name in fit.fitted
    assert fit.goodness.fits
    assert fit.goodness.verdict().startswith("fits")
    assert (fit.smallest_bytes, fit.largest_bytes) == (SIZES[0], SIZES[-1])


def test_sizes_that_are_all_different_are_as_good():
    truth, random = TRUTH["s3.PutObject"], np.random.default_rng(1)
    latency_ms, _ = draw_calls(truth, 60_000, sizes=(0,))
    body_bytes = random.integers(200_000, 6_000_000, 60_000).astype(np.float64)
    per_mb = truth.ms_per_mb * np.exp(np.log(1.6) / 2.326348 * random.standard_normal(60_000))
    fit = fit_operation("s3.PutObject", latency_ms + per_mb * body_bytes / 1e6, body_bytes, SIZED)
    for name in ("median_ms", "p99_ms", "ms_per_mb", "ms_per_mb_p99"):
        assert getattr(fit.model, name) == pytest.approx(getattr(truth, name), rel=0.05), name
    assert fit.goodness.fits


@settings(max_examples=12, deadline=None, derandomize=True)
@given(models, st.integers(1, 1_000))
def test_no_known_model_is_much_likelier_than_the_one_that_is_found(truth, seed):
    # A base that hides behind the smallest body's time leaves several hills of about one height.
    assume(truth.median_ms > truth.ms_per_mb * SIZES[0] / 1e6)
    calls = draw_calls(truth, 8_000, seed=seed)
    fit = fit_operation("s3.PutObject", *calls, truth)
    # So much two terms may be worth and yet be turned down; 5 for the rounding to four digits.
    slack = (15 + 2 * np.log(8_000)) / 8_000
    assert likelihood(fit.model, *calls) >= likelihood(truth, *calls) - slack


@settings(max_examples=30, deadline=None)
@given(models, st.sampled_from([0, 262_144, 6_000_000]), st.floats(0.3, 5))
def test_the_density_is_the_derivative_of_the_cdf(model, size, times):
    at_ms = times * (model.median_ms + model.ms_per_mb * size / 1e6)
    step_ms = 1e-3 * at_ms
    slope = cdf(model, at_ms + step_ms, size) - cdf(model, at_ms - step_ms, size)
    density = np.exp(likelihood(model, np.array([at_ms]), np.array([float(size)])))
    assert density * at_ms == pytest.approx(slope / 2e-3, rel=0.03, abs=2e-3)


@settings(max_examples=30, deadline=None)
@given(models)
def test_the_gradient_is_the_likelihoods(model):
    calls = draw_calls(model, 400)
    cells = SampleCells.of(*calls, width=0.1)
    vector = Coordinates.of(model).as_vector()
    _, slopes = mean_log_likelihood(vector, cells)
    for place in range(6):
        if np.isfinite(vector[place]):
            step = np.zeros(6)
            step[place] = 1e-5
            there, _ = mean_log_likelihood(vector + step, cells)
            back, _ = mean_log_likelihood(vector - step, cells)
            assert slopes[place] == pytest.approx((there - back) / 2e-5, rel=1e-3, abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(models, st.sampled_from([0, 300_000, 6_000_000]))
def test_probabilities_are_the_cdf_at_array_speed(model, size):
    latency_ms, body_bytes = draw_calls(model, 20, sizes=(size,))
    expected = [cdf(model, float(each), size) for each in latency_ms]
    assert probabilities(model, latency_ms, body_bytes) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(models, st.integers(600, 5_000))
def test_cells_stand_for_every_sample(model, count):
    latency_ms, body_bytes = draw_calls(model, count)
    cells = SampleCells.of(latency_ms, body_bytes, width=0.25)
    assert cells.counts.sum() == len(latency_ms)
    assert cells.counts @ cells.size_mb == pytest.approx(body_bytes.sum() / 1e6)
    assert cells.counts @ np.log(cells.latency_ms) == pytest.approx(np.log(latency_ms).sum())


def test_another_model_does_not_fit_and_the_verdict_says_where():
    latency_ms, body_bytes = draw_calls(TRUTH["s3.GetObject"], 8_000)
    found = goodness_of(TRUTH["s3.GetObject"], latency_ms, body_bytes)
    assert found.fits
    assert found.whole.p_value > 0.01
    slower = goodness_of(TRUTH["s3.GetObject"], latency_ms * 1.2, body_bytes)
    assert not slower.fits
    assert slower.verdict().startswith("does not fit: where the model has ")
    assert slower.verdict().endswith("they are slower there")


def test_a_bend_over_sizes_is_seen_in_its_band():
    latency_ms, body_bytes = draw_calls(SIZED, 20_000)
    fit = fit_operation("s3.PutObject", latency_ms + 4 * (body_bytes / 1e6) ** 2, body_bytes, SIZED)
    assert not fit.goodness.fits
    assert " MB, the samples have " in fit.goodness.verdict()


def refusal(operation, latency_ms, body_bytes, inherited):
    with pytest.raises(ProfileError) as refused:
        fit_operation(operation, np.array(latency_ms), np.array(body_bytes, float), inherited)
    return str(refused.value)


def test_no_p99_comes_from_99_samples():
    said = refusal("states.StartExecution", np.arange(1.0, 100.0), np.zeros(99), UNSIZED)
    assert said == "states.StartExecution: 99 samples are too few for a p99. Give at least 100."


def test_equal_latencies_are_no_distribution():
    said = refusal("states.StartExecution", np.full(200, 7.5), np.zeros(200), UNSIZED)
    assert "all latencies are 7.5 ms" in said


@pytest.mark.parametrize(
    "sizes", [(1_000_000,), (900_000, 1_000_000), (1_000_000,) * 100 + (4_000_000,)]
)
def test_one_size_cannot_tell_the_base_from_the_time_per_mb(sizes):
    said = refusal("s3.PutObject", *draw_calls(SIZED, 2_020, sizes=sizes), SIZED)
    assert "cannot tell the base from the time per MB" in said
    assert "at least 30 samples of at most half of the largest size" in said


def test_small_bodies_give_the_base_and_inherit_the_time_per_mb():
    fit = fit_operation("s3.PutObject", *draw_calls(SIZED, 4_000, sizes=(1_000,)), SIZED)
    assert fit.fitted == ("median_ms", "p99_ms")
    assert (fit.model.ms_per_mb, fit.model.ms_per_mb_p99) == (20, 32)
    assert any("time per MB is inherited" in note for note in fit.notes)
    assert any("up to 6 MB, are extrapolated" in note for note in fit.notes)


def test_one_size_of_an_operation_without_a_size_term_is_all_base():
    latency_ms, body_bytes = draw_calls(UNSIZED, 4_000, sizes=(1_000_000,))
    fit = fit_operation("states.StartExecution", latency_ms, body_bytes, UNSIZED)
    assert fit.model.median_ms == pytest.approx(45, rel=0.05)
    assert fit.model.ms_per_mb == 0
    assert any("is in the base" in note for note in fit.notes)


def test_too_few_large_bodies_inherit_the_spread_of_the_time_per_mb():
    small, large = draw_calls(SIZED, 2_000, SIZES[:2]), draw_calls(SIZED, 60, SIZES[3:])
    calls = (np.concatenate(pair) for pair in zip(small, large, strict=True))
    fit = fit_operation("s3.PutObject", *calls, SIZED)
    assert fit.fitted == ("median_ms", "p99_ms", "ms_per_mb")
    assert fit.model.ms_per_mb == pytest.approx(20, rel=0.1)
    assert fit.model.ms_per_mb_p99 / fit.model.ms_per_mb == pytest.approx(1.6, rel=0.01)
    assert any("60 samples above half of the largest size" in note for note in fit.notes)


def test_sizes_below_6_mb_say_what_is_extrapolated():
    fit = fit_operation("s3.PutObject", *draw_calls(SIZED, 4_000, SIZES[:3]), SIZED)
    assert any("3,145,728 bytes" in note and "extrapolated" in note for note in fit.notes)
    whole = fit_operation("s3.PutObject", *draw_calls(SIZED, 4_000), SIZED)
    assert not any("extrapolated" in note for note in whole.notes)


def test_a_tail_that_the_samples_cannot_show_is_inherited():
    rare = OperationModel(40, 140, 20, 32, 1e-4, 50)
    fit = fit_operation("s3.PutObject", *draw_calls(SIZED, 4_000), rare)
    assert (fit.model.tail_share, fit.model.tail_factor) == (1e-4, 50)
    assert "tail_share" not in fit.fitted
    assert any("No tail was seen" in note for note in fit.notes)


def test_a_tail_that_the_samples_would_have_shown_is_ruled_out():
    fit = fit_operation("s3.PutObject", *draw_calls(SIZED, 20_000), TAILED)
    assert (fit.model.tail_share, fit.model.tail_factor) == (0, 1)
    assert "tail_share" in fit.fitted


def test_a_few_slow_calls_are_no_tail_and_do_not_bend_the_p99():
    latency_ms, body_bytes = draw_calls(SIZED, 4_000)
    latency_ms[::500] = 20_000
    fit = fit_operation("s3.PutObject", latency_ms, body_bytes, SIZED)
    assert fit.model.p99_ms == pytest.approx(140, rel=0.1)
    assert "tail_share" not in fit.fitted
    (note,) = [note for note in fit.notes if "slow calls" in note]
    assert f"fewer than the {MINIMUM_IN_TAIL}" in note


def test_execution_environments_do_not_import_what_only_a_fit_needs():
    program = (
        "import sys, sim.latency, sim.latency.operation_model, sim.latency.draw\n"
        "print({'numpy', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr
