"""Objectives are read as they are written, and refused with what to write instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.saturation import SaturationError, parse_objectives, parse_resolution, parse_strategies


@given(
    percentile=st.integers(500, 999).map(lambda each: each / 10),
    limit_ms=st.integers(1, 100_000).map(lambda each: each / 10),
)
def test_an_objective_written_out_is_read_back(percentile, limit_ms):
    (found,) = parse_objectives([f"p{percentile:g}={limit_ms!r}ms"])
    assert found.fraction == pytest.approx(percentile / 100)
    assert found.limit_ms == limit_ms
    assert parse_objectives([str(found)])[0].fraction == found.fraction


@pytest.mark.parametrize("text", ["p99=300ms", "P99 = 300 ms", "p99<0.3s", "p99<=300.0ms"])
def test_spellings_of_one_objective_are_equal(text):
    assert [str(each) for each in parse_objectives([text])] == ["p99=300ms"]


def test_several_come_strictest_quantile_first():
    found = parse_objectives(["p50=100ms,p99=400ms", "p95=200ms"])
    assert [each.percentile for each in found] == ["p99", "p95", "p50"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "give --slo p99=300ms"),
        (["p99"], "'p99' is no objective"),
        (["p99=300"], "the limit has no unit. Write it like 400ms"),
        (["99=300ms"], "is no objective"),
        (["p99=-3ms"], "is no objective"),
        (["p99=0ms"], "Give a limit above 0"),
        (["loss=0"], "not of the wait for the receipt"),
        (["complete.p99<5s"], "not of the wait for the receipt"),
        (["p10=5ms"], "use p50 to p99.9"),
        (["p99.99=5ms"], "use p50 to p99.9"),
        (["p99=3ms", "p99=4ms"], "p99 has a limit already"),
    ],
)
def test_what_is_no_objective_is_refused_with_the_mend(texts, said):
    with pytest.raises(SaturationError, match=said):
        parse_objectives(texts)


def test_a_resolution_is_a_share():
    assert parse_resolution("10%") == parse_resolution("0.1") == pytest.approx(0.1)
    for text in ("ten", "10%x", "nan"):
        with pytest.raises(SaturationError, match="write a percentage, as in 10%"):
            parse_resolution(text)


def test_strategies_keep_their_order_and_unknown_ones_are_named():
    assert parse_strategies(None) == ("redis-first", "s3-first")
    assert parse_strategies(["s3-first"]) == ("s3-first",)
    assert parse_strategies(["s3-first,redis-first"]) == ("redis-first", "s3-first")
    with pytest.raises(SaturationError, match="'floor' is unknown: use redis-first or s3-first"):
        parse_strategies(["floor"])
