"""The same run in another world: drawn again, it is the run that would have been."""

import numpy as np
import pytest

from bench.run.variants import variants_of
from bench.statistics import Bootstrap, operation_calls, robustness
from bench.statistics.bootstrap import Arm, interval
from bench.statistics.bootstrap import difference as difference_of
from bench.statistics.condition_crossover import MATTERS_SHARE
from bench.statistics.latency import difference
from bench.statistics.redrawn import redrawn
from bench.statistics.robustness import break_even
from bench.statistics.samples import body_sizes
from sim.latency import load_profile, network_of
from sim.latency.shaping import shaping_of
from tests.bench.statistics.synthetic_calls import LATE_MS, SIZES, shaped_run

TYPICAL = shaping_of(load_profile("aws-typical"), sender=network_of("same-region"))
QUICK = Bootstrap(resamples=200)


@pytest.fixture(scope="module")
def run():
    return shaped_run(TYPICAL)


@pytest.mark.parametrize("profile", ["aws-optimistic", "aws-typical", "aws-pessimistic"])
@pytest.mark.parametrize("network", ["same-region", "mobile"])
def test_a_run_drawn_again_is_the_run_under_the_other_numbers(run, profile, network):
    other = shaping_of(load_profile(profile), sender=network_of(network))
    again, truth = redrawn(*run, other), shaped_run(other)[0]
    assert again["latency_ms"].to_numpy() == pytest.approx(
        truth["latency_ms"].to_numpy(), abs=2 * LATE_MS
    )


def test_another_seed_is_another_run(run):
    other = shaping_of(load_profile("aws-typical"), seed=2, sender=network_of("same-region"))
    change = redrawn(*run, other)["latency_ms"] - run[0]["latency_ms"]
    assert (change.abs() > 0.01).mean() > 0.9


def test_an_emulator_that_was_slower_than_the_target_keeps_its_time():
    samples, calls = shaped_run(TYPICAL, emulator_ms=1e6)
    other = shaping_of(load_profile("aws-pessimistic"), sender=network_of("same-region"))
    assert (redrawn(samples, calls, other)["latency_ms"] == samples["latency_ms"]).all()
    assert all(each.emulator_bound for each in operation_calls(samples, calls))


def test_calls_are_counted_by_operation_and_size_and_their_lateness_is_told(run):
    samples, calls = run
    found = {(each.operation, each.size): each for each in operation_calls(samples, calls)}
    assert {size for operation, size in found if operation == "s3.PutObject"} == set(SIZES)
    assert ("dynamodb.PutItem", "") in found  # nobody waits for it
    put = found["s3.PutObject", "largest"]
    measured = samples[~samples["warm_up"] & (samples["size"] == "largest")]
    assert put.calls == (measured["strategy"] == "s3-first").sum()
    assert put.exceeded == 0
    assert not put.emulator_bound
    assert put.timer_error_p50_ms == pytest.approx(0.1)
    assert put.target_p50_ms < put.total_p50_ms
    assert put.client_p50_ms == 0.5


def test_a_share_of_slow_samples_above_the_bound_is_emulator_bound(run):
    samples, calls = run
    slow = calls.copy()
    puts = slow.index[slow["operation"] == "s3.PutObject"]
    for share, bound in ((0.02, False), (0.10, True)):
        chosen = puts[: int(len(puts) * share)]
        slow.loc[chosen, "emulator_ms"] = slow.loc[chosen, "target_ms"] + 1
        found = operation_calls(samples.assign(size="all", warm_up=False), slow)
        (put,) = [each for each in found if each.operation == "s3.PutObject"]
        assert put.emulator_bound is bound


def worlds(run, **changed):
    samples, calls = run
    settings = {"cache_node": "cache.r7g.large", "cache_bytes_per_s": 117.1e6, **changed}
    variants = variants_of(TYPICAL)
    return robustness(samples, calls, body_sizes(samples), variants, QUICK, **settings)


def test_the_other_worlds_stand_beside_the_run_itself(run):
    found = worlds(run)
    assert {each.kind for each in found.differences} == {
        "as measured",
        "profile",
        "slope",
        "network",
    }
    for size in SIZES:
        own = found.at("as measured", "aws-typical", size)
        fast, slow = (found.at("profile", f"aws-{name}", size) for name in PROFILES)
        assert fast.difference.s3_first_p50_ms < own.difference.s3_first_p50_ms
        assert own.difference.s3_first_p50_ms < slow.difference.s3_first_p50_ms
        # Both strategies pay for the gateway: it changes the wait, not the difference.
        steep = found.at("slope", "gateway time per MB x 3", size)
        assert steep.difference.difference_ms == pytest.approx(
            own.difference.difference_ms, rel=0.1
        )
        assert steep.share <= own.share
        redis = found.at("slope", "Redis time per MB x 3", size)
        assert redis.difference.difference_ms < own.difference.difference_ms


PROFILES = ("optimistic", "pessimistic")


def test_below_the_break_even_uplink_the_difference_is_hidden(run):
    samples, _ = run
    sizes = body_sizes(samples)
    largest = sizes[-1]
    own = worlds(run).at("as measured", "aws-typical", largest.name).difference
    even = break_even(largest, own, TYPICAL.sender, 117.1e6)
    assert even.uplink_mbit_per_s is not None
    upload_ms = largest.body_bytes * 8e-3 / even.uplink_mbit_per_s
    slower_ms = max(own.redis_first_p50_ms, own.s3_first_p50_ms)
    bandwidth_ms = largest.body_bytes * 8e3 / TYPICAL.sender.uplink_bit_per_s
    share = abs(own.difference_ms) / (slower_ms - bandwidth_ms + upload_ms)
    assert share == pytest.approx(MATTERS_SHARE, rel=1e-6)


def test_the_queue_before_the_cache_takes_the_lead_away_below_its_capacity(run):
    found = worlds(run)
    by_rate = [each for each in found.crossovers if (each.axis, each.measure) == ("rate", "p50")]
    for even, crossover in zip(found.break_even, by_rate, strict=True):
        assert even.size == crossover.size
        assert 0 < even.even_rate_per_s < even.cache_rate_per_s
        assert even.even_rate_per_s == pytest.approx(crossover.at, rel=1e-6)


def test_a_node_twice_as_wide_carries_twice_as_much(run):
    one, two = worlds(run), worlds(run, cache_bytes_per_s=234.2e6)
    for narrow, wide in zip(one.break_even, two.break_even, strict=True):
        assert wide.cache_rate_per_s == pytest.approx(2 * narrow.cache_rate_per_s)
        assert wide.uplink_mbit_per_s == narrow.uplink_mbit_per_s


def test_strategies_with_one_luck_differ_by_themselves(run):
    samples, _ = run
    pairs = samples.assign(luck=samples["trace_id"].str[-24:]).pivot_table(
        index=["size", "luck"], columns="strategy", values="latency_ms"
    )
    paired = pairs["s3-first"] - pairs["redis-first"]
    shuffled = pairs["s3-first"].sample(frac=1, random_state=1).to_numpy() - pairs["redis-first"]
    assert np.var(paired.loc["256 KB"]) < np.var(shuffled)


def test_pairs_of_one_luck_narrow_the_interval_of_the_difference(run):
    samples, _ = run
    # Blocks that share their luck are of one round here: drawn by round they are pairs as well.
    other_rounds = samples["round"] + 10 * (samples["strategy"] == "s3-first")
    unpaired = samples.assign(trace_id="", round=other_rounds)
    for size in SIZES:
        paired, blind = (difference(each, size, QUICK) for each in (samples, unpaired))
        assert (paired.paired_by, blind.paired_by) == ("request", "block")
        narrow, wide = paired.difference_interval_ms, blind.difference_interval_ms
        assert paired.difference_ms == blind.difference_ms
        assert narrow.high - narrow.low < wide.high - wide.low


def test_pairs_cover_the_truth_about_as_often_as_they_say():
    # Common luck with a spread of 40 %, and a difference of 10 ms with one of its own.
    random = np.random.default_rng(11)
    covered, runs = 0, 200
    for number in range(runs):
        common = 100 * np.exp(random.normal(0, 0.4, 80))
        blocks = np.repeat(np.arange(8), 10)
        values = (common + 10 + random.normal(0, 2, 80), common + random.normal(0, 2, 80))
        arms = [Arm(each, blocks, blocks) for each in values]
        found = interval(arms, difference_of, QUICK, label=f"run {number}", paired_by_request=True)
        covered += found.contains(10.0)
    assert covered / runs >= 0.88
