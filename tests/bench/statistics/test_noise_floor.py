"""A/A: what a strategy differs from itself by, with and without luck, and what follows from it."""

import numpy as np
import pandas as pd
import pytest

from bench.statistics import Bootstrap, summarise
from bench.statistics.latency import difference
from bench.statistics.noise_floor import noise_floors_ms, self_differences
from sim.latency import load_profile, network_of
from sim.latency.luck import luck_from, trace_id
from sim.latency.shaping import shaping_of
from tests.bench.statistics.repeated_runs import BLOCK_SPREAD, REQUEST_SPREAD, RUNS
from tests.bench.statistics.synthetic_calls import SIZES, shaped_run
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

TYPICAL = shaping_of(load_profile("aws-typical"), sender=network_of("same-region"))
QUICK = Bootstrap(resamples=200)


def in_abba(samples):
    """Make two rounds of four of `shaped_run`'s: its blocks become first and second blocks."""
    return samples.assign(round=samples["round"] // 2)


def abba_run(random, *, rounds=2, requests=20, shift_ms=0.0, second_ms=0.0):
    """Draw a run at one size with log-normal blocks; the arms are alike but for `shift_ms`."""
    rows = []
    for place, strategy in enumerate(
        strategy
        for number in range(rounds)
        for strategy in ("redis-first", "s3-first", "s3-first", "redis-first")
    ):
        values = 10 * np.exp(
            random.normal(0, BLOCK_SPREAD) + random.normal(0, REQUEST_SPREAD, requests)
        )
        values += shift_ms * (strategy == "s3-first") + second_ms * (place % 4 >= 2)
        rows.append(
            pd.DataFrame(
                {
                    "block": place,
                    "round": place // 4,
                    "strategy": strategy,
                    "size": "1 MB",
                    "warm_up": False,
                    "due_s": np.arange(requests) + 100.0 * place,
                    "latency_ms": values,
                    "status": 200,
                    "error": "",
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def test_second_blocks_are_compared_with_first_ones():
    run = abba_run(np.random.default_rng(30), rounds=3, second_ms=4.0)
    for each in self_differences(run, None, "1 MB"):
        first, second = (
            run[(run["strategy"] == each.strategy) & run["block"].mod(4).isin(turns)]["latency_ms"]
            for turns in ((0, 1), (2, 3))
        )
        share = {"p50": 0.5, "p90": 0.9, "p95": 0.95}[each.percentile]
        assert each.pairs == 60
        assert each.first_ms == pytest.approx(first.quantile(share))
        assert each.difference_ms == pytest.approx(second.quantile(share) - first.quantile(share))


def test_the_larger_difference_of_the_strategies_is_the_floor():
    found = self_differences(abba_run(np.random.default_rng(31)), None, "1 MB")
    floors = noise_floors_ms(found, "1 MB")
    assert list(floors) == ["p50", "p90", "p95"]
    p50s = [abs(each.difference_ms) for each in found if each.percentile == "p50"]
    assert len(p50s) == 2
    assert floors["p50"] == max(p50s)
    assert noise_floors_ms(found, "3 MB") == {}


def test_a_cold_or_failed_request_leaves_its_partner_out_and_shifts_no_other():
    run = abba_run(np.random.default_rng(32), rounds=1)
    run["latency_ms"] = run["due_s"] % 100  # the place in the block
    run.loc[run["block"] == 0, "status"] = [503, *[200] * 19]
    redis = [each for each in self_differences(run, None, "1 MB") if each.strategy == "redis-first"]
    assert {each.pairs for each in redis} == {19}
    assert all(each.difference_ms == 0 for each in redis)


def test_luck_is_taken_out_of_what_a_strategy_differs_from_itself_by():
    samples, calls = shaped_run(TYPICAL)
    samples = in_abba(samples)
    for size in SIZES:
        blind, paired = (
            noise_floors_ms(self_differences(samples, known, size), size)["p50"]
            for known in (None, calls)
        )
        # The calls are all that these requests take, but for 5 ms that do not change.
        assert blind > 0.5
        assert paired == pytest.approx(0, abs=1e-6)


def test_what_the_machine_adds_stays_when_luck_is_taken_out():
    samples, calls = shaped_run(TYPICAL)
    samples = in_abba(samples)
    later = samples["block"] // 2 % 2 == 1
    slowed = samples.assign(latency_ms=samples["latency_ms"] + 7.0 * later)
    for size in SIZES:
        for each in self_differences(slowed, calls, size):
            assert each.difference_ms == pytest.approx(7.0, abs=1e-6)


def test_an_emulator_slower_than_its_target_is_noise_that_luck_does_not_explain():
    samples, calls = shaped_run(TYPICAL, emulator_ms=1e4)
    found = self_differences(in_abba(samples), calls, "256 KB")
    assert all(each.difference_ms == pytest.approx(0) for each in found)
    assert found[0].first_ms > 1e4


def test_a_summary_holds_differences_against_the_floor():
    samples = synthetic_samples(Shape(sizes=("1 MB",)))
    before = summarise(samples, profile="raw", bootstrap=QUICK).difference("1 MB")
    assert before.verdict == "redis-first"
    ordinals = samples.groupby(["strategy", "round"])["block"].rank("dense")
    drifting = samples.assign(latency_ms=samples["latency_ms"] + 50.0 * (ordinals == 2))
    after = summarise(drifting, profile="raw", bootstrap=QUICK).difference("1 MB")
    assert after.noise_floor_ms > 40
    assert (after.verdict, after.sooner, after.resolvable) == ("not resolvable", None, False)


def test_a_run_with_one_block_a_round_has_no_floor_and_its_interval_decides():
    samples, calls = shaped_run(TYPICAL)
    assert self_differences(samples, calls, "largest") == ()
    found = difference(samples, "largest", QUICK)
    assert (found.noise_floor_ms, found.verdict) == (None, "redis-first")


@pytest.mark.repetitions
@pytest.mark.parametrize(("rounds", "runs"), [(2, RUNS // 2), (4, RUNS // 2)])
def test_strategies_that_are_alike_are_told_apart_in_at_most_6_of_100_runs(rounds, runs):
    random = np.random.default_rng(33)
    told = 0
    for _ in range(runs):
        run = abba_run(random, rounds=rounds)
        floors = noise_floors_ms(self_differences(run, None, "1 MB"), "1 MB")
        found = difference(run, "1 MB", QUICK, noise_floor_ms=floors["p50"])
        told += found.verdict != "not resolvable"
    assert told / runs <= 0.06


def test_traces_of_another_run_are_no_partners():
    samples, calls = shaped_run(TYPICAL)
    foreign = calls.assign(trace=trace_id(1, luck_from("nobody")))
    samples = in_abba(samples)
    assert self_differences(samples, foreign, "largest") == self_differences(
        samples, None, "largest"
    )


def test_a_summary_takes_the_luck_out_of_the_floor_where_it_is_given_the_calls():
    samples, calls = shaped_run(TYPICAL)
    samples = in_abba(samples)
    blind, paired = (
        summarise(samples, profile="aws-typical", calls=known, bootstrap=QUICK).difference("256 KB")
        for known in (None, calls)
    )
    assert paired.noise_floor_ms == pytest.approx(0, abs=1e-6)
    assert blind.noise_floor_ms > 0.5
    assert paired.difference_interval_ms == blind.difference_interval_ms
