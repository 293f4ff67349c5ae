import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.capacity.answer import answer
from sim.capacity.search.break_even import Case, break_even_rates, break_even_sizes
from sim.capacity.search.crossing import PRECISION, crossings
from sim.capacity.search.executors import InProcess, Workers
from sim.prices import Tier

HERE = Workers(InProcess(), 1)


@settings(deadline=None)
@given(at=st.floats(0.02, 900), slope=st.sampled_from([-1.0, 1.0]), points=st.integers(2, 12))
def test_a_crossing_is_found_to_one_per_cent(at, slope, points):
    def difference(x: float) -> float:
        return slope * (math.log(x) - math.log(at))

    grid = np.geomspace(0.01, 1000, points).tolist()
    found = crossings(grid, [difference(x) for x in grid], difference)
    assert len(found) == 1
    assert found[0].at == pytest.approx(at, rel=PRECISION)
    assert found[0].rises == (slope > 0)


def test_what_cannot_be_said_is_no_crossing_and_two_crossings_are_two():
    def wave(x: float) -> float:
        return math.sin(2 * math.pi * math.log10(x) + 0.5)

    grid = np.geomspace(1, 10, 9).tolist()
    assert [each.rises for each in crossings(grid, [wave(x) for x in grid], wave)] == [False, True]
    assert crossings([1, 10, 100], [1, math.nan, 1], lambda _: math.nan) == ()


@pytest.fixture
def case(design, around, prices, steady_load):
    return Case(design, around, steady_load(5.0, 2_000), prices)


@pytest.mark.usefixtures("kernel")
def test_who_is_cheaper_and_faster_is_said_for_rates(case):
    seen = []
    bill, p50, _ = break_even_rates(
        case, 0.5, 20.0, HERE, points=3, progress=lambda done, of: seen.append((done, of))
    )
    assert bill.what.startswith("month's bill")
    assert not bill.crossings
    assert "S3-first is cheaper from 0.5 messages/s to 20 messages/s: no break-even" in str(bill)
    assert "Redis-first is faster at p50" in str(p50)
    assert seen[2] == (3, 3)
    # The curves are those of an answer at that rate.
    for strategy, values in p50.values.items():
        own = answer(case.design, strategy, case.around, case.load, case.prices)
        assert values[1] == pytest.approx(own.latencies.blocking_ms["p50"], rel=0.05)


@pytest.mark.usefixtures("kernel")
def test_where_waiting_for_s3_is_dear_the_bills_cross_where_arithmetic_says(case, prices):
    # Redis-first's functions run longer in all, but not the one that the sender waits for: with
    # that one alone at a price per second of its own, nodes are paid for by shorter waits.
    dear = replace(prices.price("lambda_duration_x86_64"), tiers=(Tier(math.inf, 0.01),))
    functions = {
        (strategy, role): each if role == "ingest" else replace(each, architecture="arm64")
        for (strategy, role), each in case.design.functions.items()
    }
    dear_case = replace(
        case,
        design=replace(case.design, functions=functions),
        prices=prices.changed({"lambda_duration_x86_64": dear}),
    )
    bill = break_even_rates(dear_case, 0.001, 10.0, HERE, points=4)[0]
    assert len(bill.crossings) == 1
    assert not bill.crossings[0].rises
    # Both bills are straight lines of the rate.
    differences = bill.values["redis-first"] - bill.values["s3-first"]
    slope = (differences[-1] - differences[0]) / (bill.at[-1] - bill.at[0])
    arithmetic = bill.at[0] - differences[0] / slope
    assert bill.crossings[0].at == pytest.approx(arithmetic, rel=0.02)
    assert "S3-first is cheaper below" in str(bill)
    assert "Redis-first above" in str(bill)


@pytest.mark.usefixtures("kernel")
def test_larger_bodies_are_slower_and_dearer_for_both(case):
    for found in break_even_sizes(case, 10_000, 6_000_000, HERE, points=3):
        assert found.over == "body bytes"
        for values in found.values.values():
            assert (np.diff(values) > 0).all()


def test_a_range_that_is_none_is_refused(case):
    with pytest.raises(ValueError, match="the range from 5 to 5"):
        break_even_rates(case, 5, 5, HERE)
