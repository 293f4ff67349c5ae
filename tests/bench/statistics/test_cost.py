"""What messages cost: a planted crossover, and the billed durations that it rests on."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from bench.statistics import Bootstrap, costs
from bench.statistics.billed_duration import with_billed_duration
from bench.statistics.cost import LEAST_PER_S, RATES, TURNS
from bench.statistics.samples import body_sizes
from bench.statistics.shortage import ALIKE
from sim.latency import load_profile, network_of
from sim.latency.shaping import shaping_of
from sim.month import SECONDS_PER_MONTH
from sim.prices import Bill, BillLine, Price, Tier
from tests.bench.statistics.synthetic_calls import (
    APART_S,
    HASHING_MS,
    shaped_run,
    with_invocations,
)

TYPICAL = shaping_of(load_profile("aws-typical"), sender=network_of("same-region"))
QUICK = Bootstrap(resamples=200)
SECOND = Price(
    "second", "second", 1, (Tier(float("inf"), 1.0),), "here", "2026-01-02", "recalled", ""
)
NODE = replace(SECOND, name="node", date="2026-03-04", confidence="vendor")


RATE_PER_S = (2 * 11 - 1) / (10 * APART_S)
"""Both sizes' warm requests of a block are sent at the same times."""


@dataclass
class TwoParts:
    """A dollar a billed second, and `nodes` dollars a month more for Redis-first."""

    nodes: float
    a_byte: float = 0.0
    region: str = "here"
    node_type: str = "cache.none"

    def most_per_s(self, _):
        return 100.0

    def shards(self, _, __):
        return 3

    def bill(self, strategy, body_bytes, rate_per_s, ingest_billed_s):
        seconds = rate_per_s * SECONDS_PER_MONTH * ingest_billed_s
        lines = [BillLine("Lambda ingest", "duration", seconds, SECOND, seconds)]
        if strategy == "redis-first":
            amount = self.nodes + self.a_byte * body_bytes
            lines.append(BillLine("ElastiCache", "nodes", 1, NODE, amount))
        return Bill("here", tuple(lines), ("tax",))


@pytest.fixture(scope="module")
def run():
    samples, calls = shaped_run(TYPICAL, emulator_ms=0.0)
    return samples.assign(profile="aws-typical"), with_invocations(calls, runtime_ms=3.4)


def of_run(run, bills, plan=QUICK):
    samples, calls = run
    return costs(samples, calls, body_sizes(samples), plan, bills)


def test_billed_is_the_handler_and_the_runtime_in_whole_ms(run):
    samples, calls = run
    found = with_billed_duration(samples, calls)
    inside = samples["stage_payload_store_ms"] + samples["stage_start_execution_ms"]
    expected = np.ceil(inside + HASHING_MS + 3.4)
    assert found["latency_ms"].to_numpy() == pytest.approx(expected.to_numpy())
    nowhere = with_billed_duration(samples, calls[calls["operation"] != "lambda.Invoke"])
    assert nowhere["latency_ms"].isna().all()
    assert costs(samples, calls.iloc[:0], body_sizes(samples), QUICK, TwoParts(1.0)) is None


def test_whole_milliseconds_are_not_rounded_up_further(run):
    samples, calls = run
    whole = samples.assign(stage_payload_store_ms=10.0, stage_start_execution_ms=4.3)
    found = with_billed_duration(whole, with_invocations(run[1].iloc[:0], 0))
    assert found["latency_ms"].isna().all()
    invoked = calls.assign(emulator_ms=0.7)
    assert set(with_billed_duration(whole, invoked)["latency_ms"]) == {17.0}


def test_a_planted_crossover_by_rate_is_found_in_its_interval(run):
    for size in ("256 KB", "largest"):
        found = of_run(run, TwoParts(nodes=1e5))
        redis, s3 = (found.at(name, size) for name in ("redis-first", "s3-first"))
        saved_s = (s3.billed_ms - redis.billed_ms) / 1e3
        (cross,) = [x for x in found.crossovers if (x.axis, x.size) == ("rate", size)]
        assert cross.answer == "found"
        assert (cross.below, cross.above) == ("s3-first", "redis-first")
        assert cross.at == pytest.approx(1e5 / saved_s / SECONDS_PER_MONTH, rel=1e-6)
        assert cross.interval.low < cross.at < cross.interval.high
        assert (cross.least, cross.most) == (LEAST_PER_S, 100.0)
        (curve,) = [each for each in found.curves if each.size == size]
        assert len(curve.points) == RATES
        for point in curve.points:
            assert (point.redis_first > point.s3_first) == (point.rate_per_s < cross.at)


def test_what_a_million_cost_is_the_months_share_and_its_interval_the_durations(run):
    found = of_run(run, TwoParts(nodes=500.0))
    assert found.rate_per_s == pytest.approx(RATE_PER_S)
    assert (found.prices_from, found.prices_to) == ("2026-01-02", "2026-03-04")
    assert found.left_out == ("tax",)
    for each in found.costs:
        millions = found.rate_per_s * SECONDS_PER_MONTH / 1e6
        nodes = 500 if each.strategy == "redis-first" else 0
        assert each.per_million == pytest.approx(each.billed_ms * 1e3 + nodes / millions)
        assert each.month == pytest.approx(each.per_million * millions)
        assert sum(each.by_component.values()) == pytest.approx(each.per_million)
        assert each.recalled_share == pytest.approx(1 - nodes / each.month)
        assert each.shards == (3 if nodes else None)
        ends, durations = each.per_million_interval, each.billed_interval_ms
        assert ends.high - ends.low == pytest.approx(1e3 * (durations.high - durations.low))
    for size in ("256 KB", "largest"):
        (apart,) = [each for each in found.differences if each.size == size]
        assert apart.difference == pytest.approx(
            found.at("s3-first", size).per_million - found.at("redis-first", size).per_million
        )
        assert apart.difference_interval.contains(apart.difference)


def test_a_crossover_by_size_is_where_the_bytes_cost_what_they_save(run):
    # Dear bytes: of the small bodies Redis-first saves more than its nodes cost.
    found = of_run(
        run, TwoParts(nodes=0.0, a_byte=0.2 * RATE_PER_S * SECONDS_PER_MONTH / 6_291_000)
    )
    (cross,) = [each for each in found.crossovers if each.axis == "body size"]
    assert (cross.answer, cross.below, cross.above) == ("found", "redis-first", "s3-first")
    assert 262_144 < cross.at < 6_291_000
    assert cross.interval.contains(cross.at)


@pytest.mark.parametrize(("nodes", "cheaper"), [(1e9, "s3-first"), (-1e9, "redis-first")])
def test_where_one_is_cheaper_throughout_there_is_none_in_the_range_tried(run, nodes, cheaper):
    found = of_run(run, TwoParts(nodes))
    assert {each.cheaper for each in found.differences} == {cheaper}
    assert {each.axis for each in found.crossovers} == {"body size", "rate", "uplink"}
    for each in found.crossovers:
        assert (each.answer, each.at) == ("none in the range tried", None)
        assert (each.below, each.above) == (cheaper, cheaper)


def test_what_cannot_be_told_says_why(run):
    samples, calls = run
    few = samples[samples["round"] == 0]
    found = of_run((few, calls), TwoParts(1e4))
    assert {each.reason for each in found.crossovers if each.axis == "rate"} == {
        "too few blocks: 1 of 2"
    }
    assert all(each.per_million_interval is None for each in found.costs)
    rows = samples[samples["strategy"] == "redis-first"]
    alike = {"stage_payload_store_ms": 20.0, "stage_start_execution_ms": 5.0}
    twins = samples.assign(**alike)
    assert len(twins) == 2 * len(rows)
    found = of_run((twins, calls), TwoParts(0.0))
    assert {(each.answer, each.reason) for each in found.crossovers} == {("not resolvable", ALIKE)}


def test_a_cost_that_turns_twice_has_no_one_crossover(run):
    class Stepped(TwoParts):
        def bill(self, strategy, body_bytes, rate_per_s, ingest_billed_s):
            dear = 1 < rate_per_s < 10
            return replace(self, nodes=1e7 if dear else -1e7).plain(
                strategy, body_bytes, rate_per_s, ingest_billed_s
            )

        plain = TwoParts.bill

    found = of_run(run, Stepped(0.0))
    assert {each.reason for each in found.crossovers if each.axis == "rate"} == {TURNS}
