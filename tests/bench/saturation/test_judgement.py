"""What came of a rate: which of several things that were seen is the answer."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.saturation import SaturationError, SaturationSettings, searchable_load
from bench.saturation.backlog import Backlog, ExecutionTimes, backlog_of, summed
from bench.saturation.counted_poisson import CountedPoisson
from bench.saturation.decision import Levels, Waits
from bench.saturation.judgement import Evidence, judge
from bench.saturation.objective import Objective
from bench.saturation.settings import MOST_BLOCKS
from bench.scenarios import load_scenario
from tests.bench.saturation.search_settings import search_settings

FAST = Waits((np.full(400, 100.0),))
SLOW = Waits((np.full(400, 900.0),))
STEADY = Backlog(300.0, 10.0, 11.0)
GROWING = Backlog(300.0, 10.0, 90.0)
GOOD = Evidence(FAST, FAST, STEADY, (), 1.0, drained=True, dropped=0, cpu_share=0.6)
P99 = (Objective(0.99, 600.0),)
LATE = ("9 of 100 requests left more than 10 ms late",)


@pytest.mark.parametrize(
    ("changed", "answer", "said"),
    [
        ({}, "holds", "every objective holds"),
        ({"waits": SLOW, "served": SLOW}, "fails", "400 of 400 requests missed p99=600ms"),
        ({"waits": SLOW, "served": SLOW, "cpu_share": 0.97}, "fails", "97% busy"),
        ({"waits": SLOW, "served": SLOW, "dropped": 7}, "fails", "7 could not be sent"),
        # Late, but slow by itself as well: it is the system that fails.
        ({"waits": SLOW, "served": SLOW, "marks": LATE}, "fails", "missed"),
        ({"waits": SLOW, "served": FAST, "marks": LATE}, "generator-bound", "9 of 100"),
        ({"sent_share": 0.8}, "generator-bound", "only 80% of the rate"),
        ({"backlog": GROWING}, "falls behind", "kept for the blocking path, but"),
        ({"drained": False}, "falls behind", "still ran"),
        ({"waits": Waits((np.full(50, 1.0),))}, "cannot tell", "0 of 50 requests missed"),
    ],
)
def test_the_answer_names_what_was_met(changed, answer, said):
    told = judge(replace(GOOD, **changed), P99, Levels(0.04, 0.01))
    assert told.answer == answer
    assert said in told.reason


def test_all_objectives_have_to_hold_and_one_is_enough_to_fail():
    lax, strict = Objective(0.99, 600.0), Objective(0.5, 50.0)
    assert judge(GOOD, (lax,), Levels(0.04, 0.01)).answer == "holds"
    assert judge(GOOD, (lax, strict), Levels(0.04, 0.01)).answer == "fails"


def times(started_s, lasts_s) -> ExecutionTimes:
    started = np.asarray(started_s, float)
    return ExecutionTimes(started, started + np.asarray(lasts_s, float))


@given(st.floats(2, 50), st.floats(0.1, 4), st.integers(0, 2**32 - 1))
def test_executions_that_take_no_longer_do_not_fall_behind(rate, lasts_s, seed):
    rng = np.random.default_rng(seed)
    blocks = []
    for _ in range(3):
        started = np.cumsum(rng.exponential(1 / rate, 150 + math.ceil(5 * rate)))
        warm_up = int((started < 5.0).sum())
        blocks.append(backlog_of(times(started, np.full(len(started), lasts_s)), warm_up=warm_up))
    assert not summed(blocks).grows(1e-6)


@given(st.floats(4, 50), st.floats(1.3, 4))
def test_executions_that_end_more_slowly_than_they_start_are_seen(rate, over):
    started = np.arange(500) / rate
    served_s = over / rate  # one after the other, each takes so long
    ended = np.arange(1, 501) * served_s
    assert backlog_of(times(started, ended - started), warm_up=20).grows(0.01)


def test_how_many_run_at_once_is_the_time_they_ran_over_the_time_that_passed():
    some = times([0, 1, 2, 3], [2, 2, 2, math.inf])
    assert some.running(0, 4) == pytest.approx((2 + 2 + 2 + 1) / 4)
    assert some.running(3, 4) == pytest.approx(2.0)
    assert backlog_of(times([1.0], [1.0])).started == 0


def test_all_looks_together_are_wrong_no_more_often_than_stated():
    for slo in (["p99=600ms"], ["p99=600ms", "p50=100ms"]):
        settings: SaturationSettings = search_settings(*slo)
        levels = [settings.levels(block) for block in range(1, MOST_BLOCKS + 1)]
        assert sum(each.holds for each in levels) == pytest.approx(0.05)
        # Each objective, and the executions.
        assert sum(each.fails for each in levels) * (len(slo) + 1) == pytest.approx(0.05)


@given(st.floats(0.2, 100))
def test_a_load_at_another_rate_keeps_its_streams_shares(rate):
    scenario = load_scenario("two-tenants")
    settings = SaturationSettings("t", 1, scenario, P99, plan=None, shaping=None)
    scaled = settings.load_at(rate, decides=True)
    assert scaled.rate_per_s == pytest.approx(rate)
    own = [each.arrivals.mean_rate_per_s(30.0) for each in scenario.loads[0].streams]
    new = [each.arrivals.mean_rate_per_s(None) for each in scaled.streams]
    assert new[0] / new[1] == pytest.approx(own[0] / own[1])
    assert scaled.requests >= 8 * rate
    assert [each.sizes for each in scaled.streams] == [
        each.sizes for each in scenario.loads[0].streams
    ]


@pytest.mark.parametrize(
    ("scenario", "overrides", "said"),
    [
        ("sizes", [], "choose one with --size, as in --size '256 KB'"),
        (
            "steady",
            ["model=closed", 'load.steady.arrivals={process="closed", users=2}'],
            "is a closed model",
        ),
    ],
)
def test_a_load_that_has_no_rate_to_search_for_is_refused(scenario, overrides, said):
    with pytest.raises(SaturationError, match=said):
        searchable_load(load_scenario(scenario, overrides))


@given(st.floats(0.1, 200), st.integers(100, 600), st.integers(0, 2**32 - 1))
def test_a_block_offers_the_rate_that_is_asked_for_with_gaps_by_chance(rate, count, seed):
    process = CountedPoisson(rate)
    due_s = np.array(process.first(count, np.random.default_rng(seed)))
    assert len(due_s) == count
    assert (np.diff(due_s) >= 0).all()
    assert 0 <= due_s[0] <= due_s[-1] <= count / rate
    # Exponential gaps have the mean for a standard deviation.
    assert 0.5 < np.diff(due_s).std() / np.diff(due_s).mean() < 1.7
    assert process.first(count, np.random.default_rng(seed)) == due_s.tolist()
