"""A gate fails only on what is certainly past it."""

import pytest

from bench.compare import CompareError, Gate, compare_runs, judge, parse_gate
from tests.bench.compare.runs import raw_samples, results_of, times
from tests.bench.results.whole_folder import QUICK


def changes_of(baseline, candidate):
    runs = (results_of(baseline), results_of(candidate))
    return compare_runs(*runs, names=("a", "b"), plan=QUICK).changes


@pytest.fixture(scope="module")
def pair():
    return [raw_samples(seed, rounds=10, sizes=("256 KB", "1 MB")) for seed in (41, 42)]


def judgements(gate, changes):
    return {each.judgement for each in judge([parse_gate(gate)], changes)}


@pytest.mark.parametrize("metric", ["p50", "mean"])
def test_a_regression_of_20_percent_fails_a_gate_of_5(pair, metric):
    was, now = pair
    assert judgements(f"{metric}=5%", changes_of(was, times(now, 1.2))) == {"failed"}


def test_a_regression_of_5_percent_does_not_fail_a_gate_of_10(pair):
    was, now = pair
    assert "failed" not in judgements("p50=10%", changes_of(was, times(now, 1.05)))
    # Against the same requests it is certain, and still allowed.
    assert judgements("p50=10%", changes_of(was, times(was, 1.05))) == {"held"}
    assert judgements("p50=4%", changes_of(was, times(was, 1.05))) == {"failed"}


def test_a_ratio_whose_interval_holds_the_limit_fails_nothing(pair):
    was, now = pair
    changes = changes_of(was, times(now, 1.1))
    results = judge([parse_gate("p50=10%")], changes)
    assert {each.judgement for each in results} == {"not resolvable"}
    assert all("on both sides of 1.1" in each.reason for each in results)


def test_faster_fails_nothing(pair):
    was, _ = pair
    assert judgements("mean=0", changes_of(was, times(was, 0.5))) == {"held"}


def test_too_few_samples_are_named_with_how_many_are_needed(pair):
    was, now = pair
    (result, *_) = judge([parse_gate("p99=10%")], changes_of(was, times(now, 9)))
    assert result.judgement == "not resolvable"
    assert "an interval of p99 needs 299" in result.reason


def test_one_block_is_named():
    was = raw_samples(43, rounds=1, requests_in_block=30)
    one = was[was["block"] <= 2]
    (result,) = judge([Gate("p50", 0.1, "redis-first")], changes_of(one, one))
    assert result.reason == "one block, and an interval needs two"


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("p99=10%", Gate("p99", 0.1)),
        ("mean=2.5", Gate("mean", 0.025)),
        ("redis-first:p50=5%", Gate("p50", 0.05, "redis-first")),
        ("s3-first:1 MB:p95=0%", Gate("p95", 0.0, "s3-first", "1 MB")),
        (":largest:p50=5%", Gate("p50", 0.05, None, "largest")),
        ("floor:256 KB:p50=30%", Gate("p50", 0.3, "floor", "256 KB")),
    ],
)
def test_gates_are_read(text, gate):
    assert parse_gate(text) == gate


def test_a_gate_holds_where_it_says_alone(pair):
    was, now = pair
    changes = changes_of(was, times(now, 1.3))
    found = judge([parse_gate("s3-first:1 MB:p50=5%")], changes)
    assert [(each.change.strategy, each.change.size) for each in found] == [("s3-first", "1 MB")]
    assert len(judge([parse_gate(":1 MB:p50=5%")], changes)) == 2


def test_floors_are_gated_only_by_name():
    was = raw_samples(44, floors=("floor",), rounds=4)
    changes = changes_of(was, times(was, 3.0, strategy="floor"))
    assert judgements("p50=5%", changes) == {"held"}
    assert judgements("floor:p50=5%", changes) == {"failed"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p99", "p99 is no gate: write METRIC=PERCENT"),
        ("a:b:c:p99=1%", "is no gate"),
        ("p98=10%", "the metric 'p98' is unknown: use p50, p95, p99, mean"),
        ("p99=ten", "'ten' is no percentage"),
        ("p99=-5%", "'-5%' is no percentage"),
        ("redis:p99=5%", "the strategy 'redis' is unknown: use redis-first"),
    ],
)
def test_a_gate_that_cannot_be_is_refused_by_name(text, said):
    with pytest.raises(CompareError, match=r"^--max-regression ") as raised:
        parse_gate(text)
    assert said in str(raised.value)


def test_a_gate_that_applies_to_nothing_is_refused(pair):
    # Otherwise a size that is spelled wrong would let everything pass.
    with pytest.raises(CompareError, match=r"applies to nothing .* use one of redis-first:256 KB"):
        judge([parse_gate(":1MB:p50=5%")], changes_of(*pair))
