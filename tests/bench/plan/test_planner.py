"""Plans of small loads, held against arithmetic."""

from dataclasses import replace

import numpy as np
import pytest

from bench.plan import make_plan
from bench.plan.headroom import is_undisturbed
from sim.capacity.cache_room import FILLED_TO
from sim.capacity.pipeline import names
from sim.month import SECONDS_PER_MONTH
from sim.quotas import cache_node
from tests.bench.plan.conftest import Quiet, made


def test_a_load_that_holds_is_simulated_once_for_each_strategy(calm):
    for each in calm.strategies:
        assert each.holds
        assert each.headroom.carried is each.answer
        assert each.headroom.factor > 1
        assert not each.refused_from_s
    assert calm.better_cache is None


def test_what_a_full_cache_would_need_is_what_arithmetic_says(too_much):
    found = too_much.of("redis-first")
    assert not found.holds
    memory = next(use for use in found.headroom.limits if use.name == names.CACHE_MEMORY)
    # Copies stay for an hour; a third of it is simulated, and the rest added in proportion.
    value_bytes = 3_145_728 * 0.75 * 1.10 + 100
    expected = value_bytes * len(too_much.load.arrivals.due_s) * 3 / 2**30
    assert memory.used == pytest.approx(expected, rel=0.01)
    assert found.headroom.first is memory
    assert found.headroom.factor == pytest.approx(memory.limit / expected, rel=0.01)
    full_s = memory.limit * 2**30 / value_bytes / 20.0
    assert found.refused_from_s[names.CACHE_FULL] == pytest.approx(full_s, rel=0.15)


def test_the_nodes_that_are_proposed_carry_the_load(too_much):
    better = too_much.better_cache
    assert better is not None
    first = too_much.caches[0]
    assert better.answer.design.cache.shards == first.shards
    assert names.CACHE_FULL not in better.answer.fates.refused
    room = {use.name: use.share for use in better.headroom.limits}
    assert room[names.CACHE_MEMORY] <= FILLED_TO * 1.01
    assert [each.per_month for each in too_much.caches] == sorted(
        each.per_month for each in too_much.caches
    )


def test_fewer_shards_of_a_proposed_node_would_be_too_full(too_much):
    used = {use.name: use.used for use in too_much.of("redis-first").headroom.limits}
    for each in too_much.caches:
        if each.bound_by == names.CACHE_MEMORY and each.shards > 1:
            usable = cache_node(each.node_type).usable_bytes() / 2**30
            assert used[names.CACHE_MEMORY] <= FILLED_TO * each.shards * usable
            assert used[names.CACHE_MEMORY] > FILLED_TO * (each.shards - 1) * usable


def test_the_bill_is_of_all_messages_also_where_they_are_refused(too_much):
    messages = too_much.load.messages_per_month
    for each in too_much.strategies:
        lines = {(line.component, line.what): line.quantity for line in each.bill.lines}
        assert lines["API Gateway", "requests"] == pytest.approx(messages)
        assert lines["Step Functions", "state transitions"] == pytest.approx(11 * messages)


def test_an_outage_is_in_the_answer_and_not_in_the_headroom(too_much):
    found = too_much.of("s3-first")
    assert [each.what for each in found.disturbances] == ["burst", "outage of step-functions"]
    assert names.START_REFUSED in found.answer.fates.refused
    assert is_undisturbed(found.headroom.carried)
    back = found.disturbances[1].recovery
    assert back is not None
    assert back.not_acknowledged > 0


def test_the_months_quota_is_the_months_messages(calm):
    quota = calm.month_quota
    assert quota is not None
    assert quota.share == pytest.approx(calm.load.messages_per_month / 100e6)


def test_the_curve_goes_from_low_to_past_a_limit_and_costs_add_up(calm):
    curve = calm.curve
    assert curve is not None
    rates = sorted({point.rate_per_s for point in curve.points})
    limits = [rate for rate, _ in curve.limit_per_s.values()]
    assert rates[0] < min(limits)
    assert rates[-1] > max(limits)
    low = [point for point in curve.points if point.rate_per_s == rates[0]]
    assert all(point.acknowledged == 1 for point in low)
    assert any(point.acknowledged < 1 for point in curve.points)
    direct = [each for each in curve.costs if each.strategy == "s3-first"]
    mean = calm.load.messages_per_month / SECONDS_PER_MONTH
    per_month = np.interp(mean, [e.rate_per_s for e in direct], [e.per_month for e in direct])
    assert per_month == pytest.approx(calm.of("s3-first").bill.total, rel=0.01)


def test_the_same_seed_gives_the_same_plan_and_another_another(calm):
    again = make_plan(calm.request, Quiet())
    other = make_plan(replace(calm.request, seed=2), Quiet())
    p50 = calm.of("s3-first").answer.latencies.blocking_ms["p50"]
    assert again.of("s3-first").answer.latencies.blocking_ms["p50"] == p50
    assert other.of("s3-first").answer.latencies.blocking_ms["p50"] != p50


def test_phases_are_told_in_the_order_of_the_work():
    shown = Quiet()
    make_plan(made(rate_per_s=1.0, duration="5m").request, shown)
    assert shown.phases[0].startswith("compiling the simulator")
    assert shown.phases[1:] == ["redis-first, messages", "s3-first, messages"]
