"""From which uplink on the answer is another: closed forms, and the run drawn anew."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bench.statistics import Bootstrap
from bench.statistics.condition_crossover import MATTERS_SHARE
from bench.statistics.latency import difference
from bench.statistics.rate_crossover import along_rate
from bench.statistics.redrawn import redrawn
from bench.statistics.robustness import break_even
from bench.statistics.samples import body_sizes
from bench.statistics.shortage import ALIKE
from bench.statistics.uplink_crossover import UPLINKS_MBIT_PER_S, along_uplink
from sim.latency import load_profile, network_of
from sim.latency.shaping import UPLOAD, shaping_of
from tests.bench.statistics.synthetic_calls import shaped_run

TYPICAL = shaping_of(load_profile("aws-typical"), sender=network_of("same-region"))
QUICK = Bootstrap(resamples=100)
NODE_BYTES_PER_S = 117.1e6


@pytest.fixture(scope="module")
def run():
    return shaped_run(TYPICAL, emulator_ms=0.0)


@pytest.fixture(scope="module")
def along(run):
    return along_uplink(*run, body_sizes(run[0]), TYPICAL, QUICK, {})


def test_the_uplink_that_hides_the_difference_is_that_of_the_closed_form(run, along):
    samples, _ = run
    for size in body_sizes(samples):
        (found,) = (x for x in along[1] if (x.size, x.question) == (size.name, "matters"))
        own = difference(samples, size.name, QUICK)
        even = break_even(size, own, TYPICAL.sender, NODE_BYTES_PER_S)
        assert found.answer == "found"
        assert found.at == pytest.approx(even.uplink_mbit_per_s, rel=0.02)
        assert found.interval.low < found.at < found.interval.high
        assert (found.below, found.above) == ("does not matter", "matters")


def test_at_that_uplink_the_difference_of_the_run_drawn_again_is_a_tenth_of_the_wait(run, along):
    samples, calls = run
    for found in along[1]:
        if found.question == "matters":
            sender = replace(TYPICAL.sender, uplink_bit_per_s=found.at * 1e6)
            there = difference(
                redrawn(samples, calls, replace(TYPICAL, sender=sender)), found.size, QUICK
            )
            wait_ms = max(there.redis_first_p50_ms, there.s3_first_p50_ms)
            assert abs(there.difference_ms) / wait_ms == pytest.approx(MATTERS_SHARE, rel=0.02)


def test_only_uploads_change_with_the_senders_uplink(run):
    samples, calls = run
    other = replace(TYPICAL, sender=replace(TYPICAL.sender, uplink_bit_per_s=3e6))
    uploads = calls[calls["operation"] == UPLOAD]
    assert redrawn(samples, uploads, other)["latency_ms"].to_numpy() == pytest.approx(
        redrawn(samples, calls, other)["latency_ms"].to_numpy()
    )


def test_an_uplink_turns_no_answer_that_is_the_same_for_both_strategies(along):
    sooner = [each for each in along[1] if each.question == "sooner"]
    assert sooner
    for each in sooner:
        if each.measure == "p99":
            assert (each.answer, each.reason) == ("not resolvable", "too few requests: 44 of 299")
        else:
            assert (each.answer, each.below) == ("none in the range tried", each.above)
            assert (each.at, each.reason) == (None, None)
        assert (each.least, each.most) == (UPLINKS_MBIT_PER_S[0], UPLINKS_MBIT_PER_S[-1])


def test_strategies_that_are_alike_matter_nowhere_and_are_not_resolvable(run):
    samples, calls = run
    rows = samples[samples["strategy"] == "redis-first"]
    random = np.random.default_rng(3)
    twins = [
        rows.assign(
            strategy=name,
            latency_ms=rows["latency_ms"] + random.normal(0, 0.01, len(rows)),
        )
        for name in ("redis-first", "s3-first")
    ]
    both = pd.concat(twins, ignore_index=True)
    _, found = along_uplink(both, calls, body_sizes(both), TYPICAL, QUICK, {})
    for each in found:
        if each.question == "matters":
            assert (each.answer, each.below) == ("none in the range tried", "does not matter")
        else:
            assert each.answer == "not resolvable"
    _, by_rate = along_rate(both, body_sizes(both), QUICK, {}, cache_bytes_per_s=NODE_BYTES_PER_S)
    assert {each.answer for each in by_rate} == {"not resolvable"}


def test_a_noise_floor_above_the_difference_takes_both_answers_away(run):
    samples, calls = run
    sizes = body_sizes(samples)
    floors = {size.name: {"p50": 1e6} for size in sizes}
    _, by_uplink = along_uplink(samples, calls, sizes, TYPICAL, QUICK, floors)
    _, by_rate = along_rate(samples, sizes, QUICK, floors, cache_bytes_per_s=NODE_BYTES_PER_S)
    assert not [each for each in (*by_uplink, *by_rate) if each.answer == "found"]
    assert all(each.answer == "not resolvable" for each in by_rate)
    assert {each.reason for each in by_rate if each.measure == "p50"} == {ALIKE}


def test_with_requests_enough_the_p99_has_its_answer_too():
    samples, calls = shaped_run(TYPICAL, emulator_ms=0.0, blocks=4, requests=100)
    small = samples[samples["size"] == "256 KB"].copy()
    small.loc[small["strategy"] == "s3-first", "latency_ms"] += 300.0
    curves, found = along_uplink(small, calls, body_sizes(small), TYPICAL, QUICK, {})
    assert [each.measure for each in curves] == ["p50", "p99"]
    (tail,) = [each for each in found if each.measure == "p99"]
    assert (tail.answer, tail.below) == ("none in the range tried", "redis-first")
    # All wait equally longer for their upload: what is between the strategies stays.
    ends = [curves[1].points[place].difference_ms for place in (0, -1)]
    assert ends[0] == pytest.approx(ends[1], rel=0.05)
