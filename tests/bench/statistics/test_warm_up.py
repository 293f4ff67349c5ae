"""Warm-up: a planted one is found, and a steady series is seldom called short of it."""

import numpy as np
import pandas as pd
import pytest

from bench.report import headline
from bench.statistics import Bootstrap, RunFigures, summarise
from bench.statistics.warm_up import truncation, warm_up
from tests.bench.statistics.repeated_runs import REQUEST_SPREAD, RUNS
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

QUICK = Bootstrap(resamples=20)


def first_block(random, *, slow=0, factor=2.0, planned=0, requests=40, spread=REQUEST_SPREAD):
    """Draw one block, the first ``slow`` requests ``factor`` times as long."""
    values = np.exp(random.normal(0, spread, requests))
    values[:slow] *= factor
    return pd.DataFrame(
        {
            "strategy": "redis-first",
            "size": "1 MB",
            "block": 2,
            "round": 0,
            "warm_up": np.arange(requests) < planned,
            "due_s": np.arange(requests, dtype=float),
            "latency_ms": 10 * values,
            "status": 200,
            "error": "",
        }
    )


@pytest.mark.parametrize("slow", [5, 10, 15])
def test_a_planted_warm_up_is_found_and_the_plan_was_too_short(slow):
    found = warm_up(
        first_block(np.random.default_rng(60), slow=slow, planned=2, spread=0.02),
        "redis-first",
        "1 MB",
    )
    assert slow <= found.detected <= slow + 10
    assert (found.planned, found.requests) == (2, 40)
    assert found.steady
    assert found.too_short


def test_a_planted_warm_up_that_was_planned_for_is_no_fault():
    found = warm_up(
        first_block(np.random.default_rng(61), slow=10, planned=10, spread=0.02),
        "redis-first",
        "1 MB",
    )
    assert found.detected >= 10
    assert not found.too_short


@pytest.mark.repetitions
def test_a_planted_warm_up_is_found_in_nearly_every_run_and_none_is_in_few():
    random = np.random.default_rng(62)
    planted = [warm_up(first_block(random, slow=10), "redis-first", "1 MB") for _ in range(RUNS)]
    steady = [warm_up(first_block(random), "redis-first", "1 MB") for _ in range(RUNS)]
    assert np.mean([each.too_short for each in planted]) >= 0.83
    assert np.mean([each.detected >= 10 for each in planted]) >= 0.95
    assert np.mean([each.too_short for each in steady]) <= 0.06


def test_requests_are_taken_in_the_order_in_which_they_were_due():
    run = first_block(np.random.default_rng(63), slow=10, planned=2)
    shuffled = run.sample(frac=1, random_state=1)
    assert warm_up(shuffled, "redis-first", "1 MB") == warm_up(run, "redis-first", "1 MB")


def test_a_series_that_never_settles_is_cut_at_its_half_and_not_called_steady():
    run = first_block(np.random.default_rng(64)).assign(latency_ms=np.geomspace(1000, 10, 40))
    found = warm_up(run, "redis-first", "1 MB")
    assert (found.detected, found.steady) == (20, False)


@pytest.mark.parametrize(("length", "expected"), [(19, None), (20, 5), (24, 5)])
def test_four_batches_are_the_fewest_and_an_incomplete_one_is_left_out(length, expected):
    series = np.ones(length) + np.tile([0.01, -0.01], length)[:length]
    series[:5] = 9.0
    assert truncation(series) == expected


def test_later_blocks_and_unanswered_requests_are_no_part_of_it():
    run = first_block(np.random.default_rng(65), slow=10)
    later = run.assign(block=9, latency_ms=1e5)
    lost = run.assign(status=503, error="down", due_s=-1.0)
    both = pd.concat([later, run, lost], ignore_index=True)
    assert warm_up(both, "redis-first", "1 MB") == warm_up(run, "redis-first", "1 MB")
    assert warm_up(lost, "redis-first", "1 MB") is None


def test_a_warm_up_that_was_too_short_is_cautioned_of():
    shape = Shape(rounds=2, requests_in_block=30, cold_share=0, failed_share=0)
    samples = synthetic_samples(shape)
    redis = samples.index[
        (samples["strategy"] == "redis-first") & (samples["size"] == "1 MB") & ~samples["warm_up"]
    ]
    samples.loc[redis[:10], "latency_ms"] *= 4
    # The synthetic warm-up has a block of its own, which is not to be the first.
    samples.loc[samples["warm_up"], "block"] = samples["block"].max() + 1

    def cautions(table):
        summary = summarise(table, profile="raw", bootstrap=QUICK)
        return headline(RunFigures(summary, raw=summary), {}).cautions

    assert any("too short for Redis-first at 1 MB" in each for each in cautions(samples))
    assert not any("too short" in each for each in cautions(synthetic_samples()))
