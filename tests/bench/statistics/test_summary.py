import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load.generator_health import LATE_MS, generator_health
from bench.statistics import (
    SCHEMA_VERSION,
    Bootstrap,
    SamplesTableError,
    summarise,
    summary_json,
)
from bench.statistics.requests import send_lag
from tests.bench.statistics.synthetic_samples import (
    FLOOR_MS,
    PER_MB_MS,
    SIZES,
    TRUE_P50_MS,
    Shape,
    synthetic_samples,
)

QUICK = Bootstrap(resamples=100)
PASS = {"verdict": "pass", "acknowledged": 3, "findings": []}


def of(samples, strategy, size):
    return samples[(samples["strategy"] == strategy) & (samples["size"] == size)]


def counted(samples, strategy, size):
    rows = of(samples, strategy, size)
    return rows[~rows["warm_up"] & (rows["error"] == "") & rows["stage_init_ms"].isna()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("strategy", TRUE_P50_MS)
def test_the_p50_is_the_median_of_warm_answered_requests_and_near_the_truth(
    samples, summary, strategy, size
):
    latency = summary.warm(strategy, size)
    assert latency.p50_ms == pytest.approx(
        float(np.median(counted(samples, strategy, size)["latency_ms"]))
    )
    true_ms = TRUE_P50_MS[strategy] + PER_MB_MS[strategy] * SIZES[size] / 1_048_576
    assert latency.p50_ms == pytest.approx(true_ms, rel=0.15)


def test_warm_up_changes_counts_and_nothing_else():
    samples = synthetic_samples()
    slow = samples.copy()
    slow.loc[slow["warm_up"], ["latency_ms", "service_ms"]] *= 1000
    before, after = (summarise(each, profile="raw", bootstrap=QUICK) for each in (samples, slow))
    assert before == after
    without = summarise(samples[~samples["warm_up"]], profile="raw", bootstrap=QUICK)
    assert without.latency == before.latency
    assert without.stages == before.stages
    assert without.floor_ratios == before.floor_ratios
    assert {each.warm_up for each in without.requests} == {0}
    assert {each.warm_up for each in before.requests} == {0, Shape().warm_up_requests}


def test_cold_requests_are_a_stratum_of_their_own(samples, summary):
    cold = samples[~samples["warm_up"] & samples["stage_init_ms"].notna()]
    assert len(cold)
    assert sum(each.samples for each in summary.latency if each.stratum == "cold") == len(cold)
    warm_maximum = max(each.maximum_ms for each in summary.latency if each.stratum == "warm")
    assert warm_maximum < cold["latency_ms"].min()


def test_the_floor_ratio_is_blocking_p50_over_upload_plus_set(samples, summary):
    assert len(summary.floor_ratios) == 2 * len(SIZES)
    for each in summary.floor_ratios:
        upload, redis_set = (
            float(np.median(of(samples, floor, each.size)["latency_ms"])) for floor in FLOOR_MS
        )
        blocking = float(np.median(counted(samples, each.strategy, each.size)["latency_ms"]))
        assert each.ratio == pytest.approx(blocking / (upload + redis_set))
        assert each.ratio_interval.contains(each.ratio)


def test_a_floor_that_was_not_measured_gives_no_ratio():
    summary = summarise(
        synthetic_samples(Shape(rounds=2, floors=("floor",))), profile="raw", bootstrap=QUICK
    )
    assert {(each.ratio, each.redis_set_p50_ms) for each in summary.floor_ratios} == {(None, None)}
    assert all(each.upload_floor_p50_ms for each in summary.floor_ratios)


def test_the_difference_is_resolved_in_favour_of_the_sooner(summary):
    for each in summary.differences:
        assert each.resolvable
        assert each.sooner == "redis-first"
        assert each.difference_ms == pytest.approx(each.s3_first_p50_ms - each.redis_first_p50_ms)
        assert each.difference_interval_ms.low > 0


def test_strategies_that_are_alike_are_not_told_apart():
    samples = synthetic_samples(Shape(strategies=("redis-first",), sizes=("1 MB",), rounds=4))
    twin = of(samples, "redis-first", "1 MB").assign(strategy="s3-first")
    both = pd.concat([samples, twin], ignore_index=True)
    difference = summarise(both, profile="raw", bootstrap=QUICK).difference("1 MB")
    assert difference.difference_ms == 0
    assert not difference.resolvable
    assert difference.sooner is None


def test_counts_part_the_sent_into_answered_refused_and_failed(samples, summary):
    changed = samples.copy()
    rows = of(changed, "s3-first", "3 MB")
    ok = rows[~rows["warm_up"] & (rows["error"] == "")].index
    changed.loc[ok[:2], ["status", "error"]] = [413, "Request Too Long"]
    changed.loc[ok[2], ["status", "error"]] = [0, "timed out"]
    after = summarise(changed, profile="raw", bootstrap=QUICK)
    (count,) = (x for x in after.requests if (x.strategy, x.size) == ("s3-first", "3 MB"))
    (before,) = (x for x in summary.requests if (x.strategy, x.size) == ("s3-first", "3 MB"))
    assert (count.refused, count.failed) == (2, before.failed + 1)
    assert count.sent == before.sent == count.answered + count.refused + count.failed
    kinds = {(each.status, each.error, each.requests) for each in after.failures}
    assert (413, "Request Too Long", 2) in kinds


def test_a_load_generator_that_is_late_marks_the_run(samples):
    late = samples.copy()
    late.loc[late.index[::20], "sent_s"] += 0.05
    lag = summarise(late, profile="raw", bootstrap=QUICK).send_lag
    assert lag.invalid
    assert lag.late_share == pytest.approx(lag.late / lag.requests)
    assert not summarise(samples, profile="raw", bootstrap=QUICK).send_lag.invalid


@settings(max_examples=60, deadline=None)
@given(late=st.integers(0, 6), dropped=st.integers(0, 6), on_time=st.integers(1, 500))
def test_a_run_of_one_block_is_invalid_if_and_only_if_the_block_is_marked(late, dropped, on_time):
    waits_ms = [1.0] * on_time + [LATE_MS + 30] * late
    count = len(waits_ms) + dropped
    rows = pd.DataFrame(
        {
            "strategy": "s3-first",
            "warm_up": False,
            "due_s": 0.0,
            "sent_s": [*(each / 1000 for each in waits_ms), *([0.001] * dropped)],
            "error": [""] * len(waits_ms) + ["dropped: 512 requests were in flight"] * dropped,
        }
    )
    lag = send_lag(rows)
    block = generator_health(waits_ms, cpu_s=0.1, wall_s=1.0, connections_opened=0, dropped=dropped)
    assert lag.invalid is bool(block.mark)
    assert (lag.requests + lag.dropped, lag.late) == (count, late)


def test_low_quantiles_are_those_of_numpy(samples, summary):
    (each,) = (x for x in summary.distributions if (x.strategy, x.size) == ("s3-first", "1 MB"))
    values = counted(samples, "s3-first", "1 MB")["latency_ms"]
    assert each.quantiles_ms["p5"] == pytest.approx(float(np.quantile(values, 0.05)))
    assert each.quantiles_ms["p75"] == pytest.approx(float(np.quantile(values, 0.75)))
    assert each.quantiles_ms["p99"] is None


def test_asynchronous_stages_are_named_as_their_columns(samples, summary):
    names = {each.stage for each in summary.asynchronous}
    assert {"total", "final-publish", "branch-archive"} <= names
    (each,) = (
        x
        for x in summary.asynchronous
        if (x.strategy, x.size, x.stage) == ("redis-first", "1 MB", "total")
    )
    rows = of(samples, "redis-first", "1 MB")
    values = rows[~rows["warm_up"]]["async_total_ms"].dropna()
    assert each.samples == len(values)
    assert each.p50_ms == pytest.approx(float(values.median()))


@pytest.mark.parametrize(
    "samples",
    [
        synthetic_samples(Shape(rounds=1)).head(0),
        synthetic_samples(Shape(rounds=1)).assign(status=503, error="down", latency_ms=np.nan),
        synthetic_samples(Shape(rounds=1, requests_in_block=1, floors=())),
    ],
    ids=["no rows", "nothing answered", "a request a block"],
)
def test_a_poor_run_still_has_a_summary_that_json_can_hold(samples):
    summary = summarise(samples, profile="raw", bootstrap=QUICK)
    assert json.loads(json.dumps(summary_json(summary, PASS), allow_nan=False))["profile"] == "raw"


def test_a_table_without_a_column_is_refused_by_the_columns_name(samples):
    with pytest.raises(SamplesTableError, match="lacks body_bytes, due_s"):
        summarise(samples.drop(columns=["due_s", "body_bytes"]), profile="raw")


@pytest.mark.filterwarnings("ignore:invalid value encountered in subtract")
def test_a_figure_that_is_not_finite_is_refused_by_its_path(samples):
    broken = samples.copy()
    broken.loc[counted(broken, "redis-first", "1 MB").index[0], "latency_ms"] = np.inf
    summary = summarise(broken, profile="raw", bootstrap=QUICK)
    with pytest.raises(SamplesTableError, match=r"summary\.latency\[\d+\]\.\w+ is inf"):
        summary_json(summary, PASS)


def test_the_json_carries_the_rules_and_the_verdict(summary):
    content = summary_json(summary, {"verdict": "fail", "acknowledged": 7, "findings": [{}, {}]})
    assert content["schema_version"] == SCHEMA_VERSION
    assert content["rules"]["minimum_samples"]["p99"] == 100
    assert content["verification"] == {"verdict": "fail", "acknowledged": 7, "findings": 2}
