import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.statistics.samples import REMAINDER
from bench.statistics.stages import reconciliation, stage_means
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

ONE_CELL = Shape(strategies=("redis-first",), sizes=("1 MB",), floors=(), rounds=2)


def test_the_means_of_the_stages_add_up_to_the_mean_latency(summary):
    assert len(summary.stages) == 8
    for each in summary.stages:
        assert each.sum_of_means_ms == pytest.approx(each.mean_latency_ms)
        assert sum(each.means_ms.values()) == pytest.approx(each.sum_of_means_ms)


def test_the_remainder_is_a_stage_of_its_own_and_comes_last(summary):
    for each in summary.stages:
        assert next(iter(each.means_ms)) == "client-wait"
        assert list(each.means_ms)[-1] == REMAINDER


def test_the_stages_of_this_run_cover_the_latency(summary):
    assert all(each.covered_share == 1.0 for each in summary.reconciliation)


def test_a_stage_that_nobody_knows_is_shown_before_the_remainder():
    samples = synthetic_samples(ONE_CELL)
    samples["stage_new_thing_ms"] = 0.5
    samples["stage_remainder_ms"] -= 0.5
    means = stage_means(samples, "redis-first", "1 MB")
    assert means is not None
    assert list(means.means_ms)[-2:] == ["new-thing", REMAINDER]
    assert means.means_ms["new-thing"] == pytest.approx(0.5)
    assert means.sum_of_means_ms == pytest.approx(means.mean_latency_ms)


@settings(max_examples=30, deadline=None)
@given(missed_ms=st.floats(-5, 5).filter(lambda value: abs(abs(value) - 1) > 0.05))
def test_latency_that_no_stage_claims_is_not_covered_beyond_one_millisecond(missed_ms):
    # Latencies below 20 ms, so that 1 ms is more than 5 %.
    latency_ms = np.full(12, 15.0)
    samples = pd.DataFrame(
        {
            "strategy": "redis-first",
            "size": "1 MB",
            "warm_up": False,
            "status": 200,
            "error": "",
            "latency_ms": latency_ms,
            "stage_runtime_ms": latency_ms - missed_ms,
            "stage_remainder_ms": missed_ms,
        }
    )
    check = reconciliation(samples, "redis-first", "1 MB")
    assert check is not None
    assert check.covered == (12 if abs(missed_ms) <= 1 else 0)
    assert check.median_remainder_ms == pytest.approx(missed_ms)


def test_requests_without_stages_are_left_out_and_counted():
    samples = synthetic_samples(ONE_CELL)
    warm = samples[~samples["warm_up"] & samples["stage_init_ms"].isna() & (samples["error"] == "")]
    stages = [column for column in samples if column.startswith("stage_")]
    samples.loc[warm.index[:3], stages] = np.nan
    means = stage_means(samples, "redis-first", "1 MB")
    assert means is not None
    assert (means.without_breakdown, means.samples) == (3, len(warm) - 3)


def test_without_any_stage_there_are_no_means():
    samples = synthetic_samples(ONE_CELL).filter(regex="^(?!stage_)")
    assert stage_means(samples, "redis-first", "1 MB") is None
    assert reconciliation(samples, "redis-first", "1 MB") is None
