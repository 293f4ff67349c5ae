import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.statistics import Bootstrap
from bench.statistics.bootstrap import (
    Arm,
    difference,
    first,
    interval,
    intervals,
    paired_by_round,
    ratio,
)
from bench.statistics.percentile import PERCENTILES
from bench.statistics.resampling import (
    chunks_of_counts,
    counted_quantiles,
    draw_groups,
    members_of,
)

PLAN = Bootstrap(resamples=300)


def blocks_of(random, *, blocks, requests, median, block_spread, spread, rounds=None):
    """Draw an arm whose true median is ``median``: log-normal requests in log-normal blocks."""
    factors = np.exp(random.normal(0, block_spread, blocks))
    values = median * np.repeat(factors, requests)
    values = values * np.exp(random.normal(0, spread, blocks * requests))
    numbers = np.repeat(np.arange(blocks), requests)
    return Arm(values, numbers, numbers if rounds is None else numbers % rounds)


@pytest.mark.parametrize("blocks", [4, 8])
def test_the_interval_of_a_median_covers_the_truth_about_as_often_as_it_says(blocks):
    random = np.random.default_rng(5)
    runs = 300
    covered = 0
    for run in range(runs):
        arm = blocks_of(
            random, blocks=blocks, requests=15, median=10, block_spread=0.08, spread=0.2
        )
        found = interval([arm], first, PLAN, label=f"run {run}")
        assert found is not None
        covered += found.contains(10.0)
    # 95 % is asked for; four blocks are few, and 300 runs have a standard error of 1.3 %.
    assert 0.88 <= covered / runs <= 1.0


def test_equal_arms_are_seldom_called_different():
    random = np.random.default_rng(6)
    runs = 300
    different = 0
    for run in range(runs):
        arms = [
            blocks_of(random, blocks=6, requests=12, median=10, block_spread=0.05, spread=0.2)
            for _ in range(2)
        ]
        found = interval(arms, difference, PLAN, label=f"run {run}")
        assert found is not None
        different += not found.contains(0.0)
    assert different / runs <= 0.12


def test_blocks_widen_the_interval_that_requests_alone_would_give():
    random = np.random.default_rng(7)
    arm = blocks_of(random, blocks=6, requests=40, median=10, block_spread=0.2, spread=0.05)
    one_request_a_block = Arm(arm.values, np.arange(len(arm.values)), np.arange(len(arm.values)))
    by_block = interval([arm], first, PLAN, label="a")
    by_request = interval([one_request_a_block], first, PLAN, label="a")
    assert by_block is not None
    assert by_request is not None
    assert by_block.high - by_block.low > 2 * (by_request.high - by_request.low)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_an_interval_holds_its_estimate_whatever_the_blocks(data):
    enough = st.lists(st.integers(1, 12), min_size=2, max_size=6).filter(
        lambda each: sum(each) >= PLAN.minimum_samples()
    )
    sizes = data.draw(enough)
    values = np.array(
        data.draw(
            st.lists(st.floats(0.01, 1e4), min_size=sum(sizes), max_size=sum(sizes)),
        )
    )
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    found = interval([Arm(values, numbers, numbers)], first, PLAN, label="any")
    assert found is not None
    assert found.contains(float(np.median(values)))
    assert 0 < found.low <= found.high


def test_an_interval_scales_with_its_values_and_repeats_under_its_seed():
    random = np.random.default_rng(8)
    arm = blocks_of(random, blocks=4, requests=10, median=10, block_spread=0.1, spread=0.2)
    tenfold = Arm(arm.values * 10, arm.blocks, arm.rounds)
    found = interval([arm], first, PLAN, label="a")
    again = interval([arm], first, PLAN, label="a")
    scaled = interval([tenfold], first, PLAN, label="a")
    assert found is not None
    assert scaled is not None
    assert found == again
    assert (scaled.low, scaled.high) == pytest.approx((found.low * 10, found.high * 10))


def test_the_ratio_is_the_first_over_the_sum_of_the_others():
    medians = [np.array([12.0]), np.array([3.0]), np.array([1.0])]
    assert ratio(medians)[0] == pytest.approx(3.0)


@pytest.mark.parametrize(("blocks", "requests"), [(1, 40), (5, 1)])
def test_too_little_gives_no_interval(blocks, requests):
    random = np.random.default_rng(9)
    arm = blocks_of(
        random, blocks=blocks, requests=requests, median=10, block_spread=0.1, spread=0.1
    )
    assert interval([arm], first, PLAN, label="a") is None


def test_arms_are_paired_only_when_both_have_every_one_of_enough_rounds():
    random = np.random.default_rng(10)

    def arm(rounds):
        return blocks_of(
            random, blocks=8, requests=3, median=1, block_spread=0, spread=0.1, rounds=rounds
        )

    assert paired_by_round([arm(4), arm(4)])
    assert not paired_by_round([arm(4), arm(2)])
    assert not paired_by_round([arm(2), arm(2)])


@pytest.mark.parametrize(("field", "value"), [("resamples", 0), ("confidence", 95)])
def test_a_plan_that_cannot_be_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=f"{field} is {value}"):
        Bootstrap(**{field: value})


def test_more_samples_are_asked_for_the_further_out_a_quantile_is():
    needed = {name: PLAN.minimum_samples(share) for name, share in PERCENTILES.items()}
    assert needed == {"p50": 6, "p90": 29, "p95": 59, "p99": 299}
    for name, share in PERCENTILES.items():
        miss = [n_samples_miss(share, needed[name] - less) for less in (0, 1)]
        assert miss[0] <= 0.05 < miss[1]


def n_samples_miss(share, samples):
    """The probability that minimum to maximum leave a quantile out: all above it, or all below."""
    return share**samples + (1 - share) ** samples


def test_quantiles_that_lack_samples_have_no_interval_beside_those_that_have():
    random = np.random.default_rng(13)
    arm = blocks_of(random, blocks=4, requests=20, median=10, block_spread=0.1, spread=0.2)
    found = intervals([arm], first, PLAN, PERCENTILES, label="a")
    assert [name for name, spread in found.items() if spread is None] == ["p99"]
    assert found["p50"].high < found["p90"].high < found["p95"].high


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.integers(0, 4)), min_size=1, max_size=30).filter(
        lambda pairs: any(count for _, count in pairs)
    ),
    st.sampled_from([0.0, 0.05, 0.5, 0.9, 0.99, 1.0]),
)
def test_a_counted_quantile_is_the_quantile_of_what_was_counted(pairs, fraction):
    values = np.array([value for value, _ in pairs])
    counts = np.array([[count for _, count in pairs]])
    expected = np.quantile(np.repeat(values, counts[0]), fraction)
    assert counted_quantiles(values, counts, [fraction])[0, 0] == pytest.approx(expected)


def test_a_resample_has_one_block_less_and_all_requests_of_the_blocks_drawn():
    labels = np.array([3, 3, 7, 7, 7, 9, 9])
    groups = members_of(labels)
    drawn = np.array([[0, 0], [1, 2], [2, 2]])
    (counts,) = chunks_of_counts(groups, drawn)
    assert counts.tolist() == [
        [2, 2, 0, 0, 0, 0, 0],
        [0, 0, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0, 2, 2],
    ]
    assert draw_groups(4, 10, np.random.default_rng(1)).shape == (10, 3)
