"""A comparison finds nothing in a run against itself, seldom anything in A/A, and a change."""

import numpy as np
import pandas as pd
import pytest

from bench.compare import CompareError, compare_runs
from bench.results import Results
from bench.statistics import Bootstrap, SamplesTableError
from bench.statistics.samples import select, stratum
from tests.bench.compare.runs import raw_samples, results_of, times
from tests.bench.results.whole_folder import FAILED, QUICK, shaped_tables, typical

NAMES = ("baseline", "candidate")


def compared(baseline, candidate, plan=QUICK):
    return compare_runs(results_of(baseline), results_of(candidate), names=NAMES, plan=plan)


def test_a_run_against_itself_has_ratio_1_and_nothing_resolvable():
    samples, _ = shaped_tables(blocks=6, requests=14)
    changes = compared(samples, samples).changes
    assert {each.profile for each in changes} == {"raw", "aws-typical"}
    assert {each.strategy for each in changes} == {"redis-first", "s3-first", "floor", "redis-set"}
    for each in changes:
        assert each.verdict == "not resolvable"
        assert each.ratio in (1, None)
        assert each.difference_ms in (0, None)
        if each.paired:
            assert (each.ratio_interval.low, each.ratio_interval.high) == (1, 1)
    # p95 of 6 x 13 requests has an interval, p99 of them has not even a value.
    shaped = [each for each in changes if each.profile == "aws-typical"]
    assert all(each.paired for each in shaped if each.metric != "p99")
    assert all(each.ratio is None for each in shaped if each.metric == "p99")


def test_figures_are_those_of_the_samples_warm_and_measured_alone():
    was, now = raw_samples(1), times(raw_samples(2), 1.3)
    changes = {(each.strategy, each.metric): each for each in compared(was, now).changes}
    for strategy in ("redis-first", "s3-first"):
        before, after = (
            stratum(select(each, strategy, "256 KB"), "warm")["latency_ms"] for each in (was, now)
        )
        p50, mean = changes[strategy, "p50"], changes[strategy, "mean"]
        assert (p50.baseline_ms, p50.candidate_ms) == (before.median(), after.median())
        assert p50.difference_ms == pytest.approx(after.median() - before.median())
        assert p50.ratio == pytest.approx(after.median() / before.median())
        assert mean.ratio == pytest.approx(after.mean() / before.mean())
        assert (p50.baseline_samples, p50.candidate_samples) == (len(before), len(after))
        assert not p50.paired
        assert p50.ratio_interval.contains(p50.ratio)
        assert p50.difference_interval_ms.contains(p50.difference_ms)


def test_two_runs_of_the_same_are_called_different_in_5_percent_of_comparisons_at_most():
    plan = Bootstrap(resamples=200)
    told = []
    for number in range(60):
        pair = [raw_samples(2 * number + side, rounds=6) for side in range(2)]
        told += [each.verdict for each in compared(*pair, plan).changes if each.ratio_interval]
    assert len(told) >= 60 * 2 * 3  # p50, p95 and the mean of both strategies
    different = np.mean([verdict != "not resolvable" for verdict in told])
    assert different <= 0.06


def test_two_runs_of_one_seed_on_a_machine_that_varies_are_seldom_called_different():
    random = np.random.default_rng(31)
    samples, _ = shaped_tables(blocks=6, requests=9)
    samples = samples[samples["profile"] == "aws-typical"]
    told = []
    for _ in range(50):
        pair = []
        for _ in range(2):
            drift = random.normal(1, 0.03, samples["round"].max() + 1)[samples["round"]]
            noise = np.exp(random.normal(0, 0.02, len(samples)))
            changed = samples["latency_ms"] * drift * noise
            pair.append(samples.assign(latency_ms=changed))
        changes = compared(*pair, Bootstrap(resamples=200)).changes
        told += [each.verdict for each in changes if each.ratio_interval]
        assert any(each.paired for each in changes)
    assert len(told) >= 200
    assert np.mean([verdict != "not resolvable" for verdict in told]) <= 0.06


def test_pairs_find_what_unpaired_runs_cannot():
    random = np.random.default_rng(32)
    samples, _ = shaped_tables(blocks=4, requests=12)
    slower = samples["latency_ms"] * 1.05 * np.exp(random.normal(0, 0.01, len(samples)))
    slower = samples.assign(latency_ms=slower)
    found = {
        trace: [
            each
            for each in compared(samples, other).changes
            if (each.profile, each.metric) == ("aws-typical", "p50")
        ]
        for trace, other in (("same", slower), ("none", slower.assign(trace_id="")))
    }
    assert {each.verdict for each in found["same"]} == {"slower"}
    assert {each.verdict for each in found["none"]} == {"not resolvable"}


def test_a_strategy_that_became_faster_is_told_apart_from_one_that_did_not():
    was = raw_samples(5, rounds=8)
    changes = compared(was, times(was, 0.7, strategy="s3-first")).changes
    told = {(each.strategy, each.verdict) for each in changes if each.metric in ("p50", "mean")}
    assert told == {("s3-first", "faster"), ("redis-first", "not resolvable")}


def test_only_what_both_runs_have_is_compared():
    was = raw_samples(6, sizes=("256 KB", "1 MB"))
    now = raw_samples(7, sizes=("1 MB", "largest"), strategies=("s3-first",))
    changes = compared(was, now).changes
    assert {(each.strategy, each.size) for each in changes} == {("s3-first", "1 MB")}


@pytest.mark.parametrize(
    "other",
    [
        raw_samples(8).assign(profile="aws-typical"),
        raw_samples(8, sizes=("1 MB",)),
        raw_samples(8).assign(status=503),
    ],
    ids=["profile", "size", "nothing answered"],
)
def test_runs_that_have_nothing_in_common_are_refused_with_what_each_has(other):
    with pytest.raises(CompareError, match=r"baseline and candidate have nothing in common \(raw;"):
        compared(raw_samples(9), other)


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(SamplesTableError, match="latency_ms"):
        compared(raw_samples(9).drop(columns="latency_ms"), raw_samples(9))
    lacking = Results(raw_samples(9).drop(columns="profile"), pd.DataFrame(), {}, {}, {})
    with pytest.raises(CompareError, match=r"samples\.parquet of candidate lacks the column"):
        compare_runs(results_of(raw_samples(9)), lacking, names=NAMES)


def warnings(baseline, candidate):
    return " ".join(compare_runs(baseline, candidate, names=NAMES, plan=QUICK).warnings)


def test_what_makes_a_comparison_doubtful_is_said():
    good = results_of(raw_samples(10))
    assert warnings(good, good) == ""
    assert "baseline failed its verification" in warnings(
        results_of(raw_samples(10), verification=FAILED), good
    )
    assert "The candidate was not verified" in warnings(
        good, results_of(raw_samples(10), verification={})
    )
    assert "No requests could be paired" in warnings(good, results_of(raw_samples(11)))
    two = results_of(raw_samples(10, rounds=2))
    assert "Profile raw has 2 rounds" in warnings(two, two)
    assert "Run with `--rounds 3`." in warnings(two, two)
    beside = results_of(shaped_tables()[0])
    assert "Profile raw has 1 round" in warnings(beside, beside)
    assert "`--profile raw` to compare it." in warnings(beside, beside)
    assert "Profile aws-typical has" not in warnings(beside, beside)
    lossy = results_of(raw_samples(10, failed_share=0.2))
    assert "In the candidate" in warnings(good, lossy)
    assert "In the baseline" not in warnings(good, lossy)


def test_a_floor_that_changed_is_the_machines_and_is_said():
    was = raw_samples(12, floors=("floor", "redis-set"), rounds=8)
    found = warnings(results_of(was), results_of(times(was, 2.0, strategy="floor")))
    assert "Floors changed (floor 256 KB p50" in found
    assert "redis-set 256 KB" not in found


def test_another_seed_of_the_draws_is_another_luck():
    one, other = (shaped_tables(typical(seed))[0] for seed in (1, 2))
    other = other.assign(trace_id=other["trace_id"].str.replace("^(.{12})", r"\1f", regex=True))
    shaped = [each for each in compared(one, other).changes if each.profile == "aws-typical"]
    assert any(each.ratio_interval for each in shaped)
    assert not any(each.paired for each in shaped)


def test_a_run_that_its_load_generator_made_invalid_is_named():
    samples = raw_samples(10)
    marked = {"raw": {"load_generator": {"marked_blocks": {"3": "the loop stalled"}}}}
    found = warnings(results_of(samples), results_of(samples, plan=marked))
    assert "The candidate is invalid: in 1 block under raw the load generator" in found
    assert "(the first: the loop stalled)." in found
    assert "The baseline is invalid" not in found
