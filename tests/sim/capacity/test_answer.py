from dataclasses import replace

import numpy as np
import pytest

from sim.capacity.answer import Answer, Load, answer
from sim.capacity.design import STRATEGIES, Design, Strategy
from sim.capacity.network import Arrivals, Outage, RetryFromStart
from sim.capacity.pipeline import Outages, Surroundings, names
from sim.capacity.recovery import recovery
from sim.latency.network import PRESETS
from sim.prices import PriceList, read_prices
from tests.sim.capacity.conftest import KB256, MB1, MB3, Sending

REFERENCE_P50_MS = {
    ("redis-first", KB256): 81.8,
    ("redis-first", MB1): 103.0,
    ("redis-first", MB3): 158.0,
    ("s3-first", KB256): 133.0,
    ("s3-first", MB1): 157.0,
    ("s3-first", MB3): 236.0,
}
"""Measured in the reference run in results/reference, under aws-typical."""


@pytest.fixture(scope="session")
def prices() -> PriceList:
    return read_prices()


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("body_bytes", [KB256, MB1, MB3])
def test_a_slow_load_waits_as_long_as_a_run_under_the_same_profile(
    design: Design, around: Surroundings, sending: Sending, prices: PriceList,
    strategy: Strategy, body_bytes: int,
):  # fmt: skip
    found = answer(design, strategy, around, sending(0.5, 4_000, [body_bytes]), prices)
    assert found.holds
    assert not found.disagreements
    measured_ms = REFERENCE_P50_MS[strategy, body_bytes]
    assert found.latencies.blocking_ms["p50"] == pytest.approx(measured_ms, rel=0.06)


def test_a_cache_that_is_too_small_refuses_when_arithmetic_says_so(
    design: Design, around: Surroundings, sending: Sending, prices: PriceList
):
    load = sending(50.0, 20_000, [MB1])
    found = answer(design, "redis-first", around, load, prices)
    refused = np.isnan(found.outcome.marks[names.RECEIPT])
    first_s = float(load.arrivals.due_s[np.argmax(refused)])
    # Nothing is gone before its time to live of an hour has passed.
    value_bytes = int(MB1 * 0.75 * 1.10) + 100
    fits = int(around.node.usable_bytes()) // value_bytes
    assert first_s == pytest.approx(float(load.arrivals.due_s[fits]), abs=0.5)
    assert found.first is not None
    assert found.first.name == names.CACHE_MEMORY
    assert not found.holds
    assert set(found.fates.refused) == {names.CACHE_FULL}


def test_more_than_a_quota_is_refused_and_named(
    design: Design, around: Surroundings, sending: Sending, prices: PriceList
):
    tight = replace(around, limits=replace(around.limits, start_rate_per_s=20.0, start_burst=20.0))
    found = answer(design, "s3-first", tight, sending(40.0, 6_000), prices)
    assert found.first is not None
    assert found.first.name == names.STARTS
    assert found.fates.refused.keys() == {names.START_REFUSED}
    # Half of what comes goes through, and retries of the SDK take no more tokens than there are.
    assert found.fates.acknowledged == pytest.approx(0.5, abs=0.05)


def test_a_limit_breaks_at_the_rate_that_was_said(
    design: Design, around: Surroundings, sending: Sending, prices: PriceList
):
    tight = replace(around, limits=replace(around.limits, start_rate_per_s=30.0, start_burst=30.0))
    slow = answer(design, "s3-first", tight, sending(10.0, 6_000), prices)
    assert slow.holds
    assert slow.first_at_per_s is not None
    below = answer(design, "s3-first", tight, sending(0.8 * slow.first_at_per_s, 9_000), prices)
    above = answer(design, "s3-first", tight, sending(1.3 * slow.first_at_per_s, 9_000), prices)
    assert not below.fates.refused
    assert above.fates.refused


def test_a_sender_that_sends_again_gets_through_after_an_outage(
    design: Design, around: Surroundings, sending: Sending, prices: PriceList
):
    down = replace(around, outages=Outages(cache=(Outage(60.0, 90.0),)))
    load = sending(20.0, 4_000)
    gives_up = answer(design, "redis-first", down, load, prices)
    insists = answer(
        design,
        "redis-first",
        down,
        replace(load, retries=RetryFromStart(first_s=1.0, attempts=8)),
        prices,
    )
    assert gives_up.fates.acknowledged == pytest.approx(1 - 30 / 200, abs=0.02)
    assert insists.fates.acknowledged == 1.0
    assert insists.fates.resent == pytest.approx(30 / 200, abs=0.02)
    came_back = recovery(load.arrivals, gives_up.outcome, 60.0, 90.0)
    assert came_back is not None
    assert came_back.recovered_s == 0.0
    assert came_back.not_acknowledged == pytest.approx(600, rel=0.1)
    late = recovery(load.arrivals, insists.outcome, 60.0, 90.0)
    assert late is not None
    assert late.not_acknowledged == 0


def test_an_undisturbed_load_needs_no_recovery(
    design: Design, around: Surroundings, sending: Sending, prices: PriceList
):
    load = sending(20.0, 4_000)
    found = answer(design, "s3-first", around, load, prices)
    calm = recovery(load.arrivals, found.outcome, 60.0, 90.0)
    assert calm is not None
    assert calm.recovered_s == 0.0
    assert calm.not_acknowledged == 0


def bill_lines(found: Answer) -> dict[str, float]:
    return found.bill.by_component()


def test_twice_the_messages_cost_twice_but_for_the_nodes(
    design: Design, around: Surroundings, sending: Sending, prices: PriceList
):
    load = sending(5.0, 4_000)
    once = answer(design, "redis-first", around, load, prices)
    twice = answer(
        design,
        "redis-first",
        around,
        replace(load, messages_per_month=2 * load.messages_per_month),
        prices,
    )
    one, two = bill_lines(once), bill_lines(twice)
    assert one["ElastiCache"] == two["ElastiCache"] > 0
    for component in ("Step Functions", "Lambda ingest", "SNS", "API Gateway"):
        assert two[component] == pytest.approx(2 * one[component])


def test_a_month_of_one_message_a_second_is_billed_by_hand(
    design: Design, around: Surroundings, sending: Sending, prices: PriceList
):
    found = answer(design, "s3-first", around, sending(1.0, 2_000), prices)
    lines = bill_lines(found)
    messages = 730 * 3600
    # 11 state transitions at 0.025 per thousand; 4 publications at 0.50 and one request at 3.50
    # per million; one PUT at 0.005 and one HEAD at 0.0004 per thousand beside the first month's
    # storage, half of 192 KB a message on average, at 0.023 a GB.
    assert lines["Step Functions"] == pytest.approx(11 * messages * 0.025 / 1e3, rel=1e-6)
    assert lines["SNS"] == pytest.approx(4 * messages * 0.50 / 1e6, rel=1e-6)
    assert lines["API Gateway"] == pytest.approx(messages * 3.50 / 1e6, rel=1e-6)
    requests = messages * (0.005 + 0.0004) / 1e3
    storage = messages * KB256 * 0.75 / 2**30 / 2 * 0.023
    assert lines["S3"] == pytest.approx(requests + storage, rel=1e-3)
    assert "ElastiCache" not in lines


def test_a_load_without_messages_is_refused(
    design: Design, around: Surroundings, prices: PriceList
):
    nothing = Load(Arrivals(np.zeros(0), np.zeros(0, np.uint32)), 0.0, PRESETS["none"])
    with pytest.raises(ValueError, match="no messages"):
        answer(design, "s3-first", around, nothing, prices)


def test_the_peak_is_the_busiest_minutes():
    due_s = np.concatenate([np.arange(0, 60, 1.0), np.arange(60, 120, 0.1), [200.0]])
    load = Load(Arrivals(due_s, np.full(len(due_s), 1, np.uint32)), 1.0, PRESETS["none"])
    assert load.peak_rate_per_s == pytest.approx(10.0)
