"""What changed between two runs: nothing is seldom called something, and something is found."""

import numpy as np
import pytest

from bench.statistics import Bootstrap
from bench.statistics.bootstrap import Arm
from bench.statistics.estimate import MEAN, MEDIAN, Quantile
from bench.statistics.interval import reach
from bench.statistics.two_runs import change

PLAN = Bootstrap(resamples=400)
RUNS = 250


def one_run(random, *, rounds, drift, spread=0.15, requests=12):
    """Draw an arm of two blocks a round: each round drifts, each block a little."""
    number = np.repeat(np.arange(rounds), 2 * requests)
    factors = np.repeat(random.normal(1, drift, rounds), 2) * random.normal(1, 0.02, 2 * rounds)
    values = 10 * np.repeat(factors, requests) * np.exp(random.normal(0, spread, len(number)))
    return Arm(values, np.repeat(np.arange(2 * rounds), requests), number)


def slower(arm, times):
    return Arm(arm.values * times, arm.blocks, arm.rounds)


@pytest.mark.parametrize("estimate", [MEDIAN, MEAN])
@pytest.mark.parametrize(("rounds", "drift"), [(2, 0.0), (4, 0.04), (8, 0.04)])
def test_two_runs_of_the_same_are_called_different_in_5_percent_at_most(rounds, drift, estimate):
    random = np.random.default_rng(21)
    different = 0
    for run in range(RUNS):
        arms = [one_run(random, rounds=rounds, drift=drift) for _ in range(2)]
        found = change(*arms, estimate, PLAN, label=f"run {run}", paired=False)
        different += not found.ratio.contains(1.0)
    assert different / RUNS <= 0.06


@pytest.mark.parametrize("estimate", [MEDIAN, MEAN])
def test_a_drift_far_above_the_noise_is_seldom_called_a_difference(estimate):
    random = np.random.default_rng(29)
    different = 0
    for run in range(RUNS):
        arms = [one_run(random, rounds=4, drift=0.12, spread=0.05) for _ in range(2)]
        found = change(*arms, estimate, PLAN, label=f"run {run}", paired=False)
        different += not found.ratio.contains(1.0)
    # The standard error of 5 % at 250 runs is 1.4 %.
    assert different / RUNS <= 0.085


def test_two_runs_with_one_luck_are_called_different_in_5_percent_at_most():
    random = np.random.default_rng(22)
    different = 0
    for run in range(RUNS):
        luck = np.exp(random.normal(0, 0.4, 4 * 24))
        arms = [one_run(random, rounds=4, drift=0.03, spread=0.01) for _ in range(2)]
        arms = [Arm(arm.values * luck, arm.blocks, arm.rounds) for arm in arms]
        found = change(*arms, MEDIAN, PLAN, label=f"run {run}", paired=True)
        different += not found.ratio.contains(1.0)
    assert different / RUNS <= 0.06


def test_a_regression_of_20_percent_is_found():
    random = np.random.default_rng(23)
    found = 0
    for run in range(40):
        was, now = (one_run(random, rounds=8, drift=0.03) for _ in range(2))
        ratio = change(was, slower(now, 1.2), MEDIAN, PLAN, label=f"run {run}", paired=False).ratio
        found += ratio.low > 1
    assert found >= 38


def test_a_common_luck_narrows_the_interval():
    random = np.random.default_rng(24)
    luck = np.exp(random.normal(0, 0.5, 8 * 24))
    arms = [one_run(random, rounds=8, drift=0.0, spread=0.01) for _ in range(2)]
    arms = [Arm(arm.values * luck, arm.blocks, arm.rounds) for arm in arms]
    paired, blind = (
        change(*arms, MEDIAN, PLAN, label="a", paired=paired).difference_ms
        for paired in (True, False)
    )
    assert paired.high - paired.low < 0.5 * (blind.high - blind.low)


def test_a_run_against_itself_has_ratio_1_and_difference_0_in_every_resample():
    arm = one_run(np.random.default_rng(25), rounds=4, drift=0.1)
    found = change(arm, arm, Quantile(0.95), PLAN, label="a", paired=True)
    assert (found.ratio.low, found.ratio.high) == (1, 1)
    assert (found.difference_ms.low, found.difference_ms.high) == (0, 0)


def test_rounds_are_resampled_where_there_are_three_and_blocks_where_not():
    random = np.random.default_rng(26)
    for rounds, grouping in ((2, "block"), (3, "round")):
        arms = [one_run(random, rounds=rounds, drift=0.1) for _ in range(2)]
        assert change(*arms, MEDIAN, PLAN, label="a", paired=False).resampled_by == grouping


def test_a_drift_that_blocks_of_a_round_share_widens_the_interval():
    random = np.random.default_rng(27)
    arms = [one_run(random, rounds=6, drift=0.2, spread=0.02) for _ in range(2)]
    by_block = [Arm(arm.values, arm.blocks, arm.blocks) for arm in arms]
    shared, alone = (
        change(*each, MEDIAN, PLAN, label="a", paired=False).ratio for each in (arms, by_block)
    )
    assert shared.high - shared.low > 1.2 * (alone.high - alone.low)


def test_an_interval_reaches_as_far_as_students_t():
    resamples = np.array([9.0, 11.0])  # a standard deviation of 1
    # Student's t at 1, 3 and many degrees of freedom leaves 2.5 % beyond these (any table of it).
    for freedom, quantile in ((1, 12.706), (3, 3.182), (100_000, 1.960)):
        assert reach(resamples, 0.95, freedom) == pytest.approx(quantile, rel=1e-3)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_few_blocks_that_differ_by_themselves_are_seldom_called_a_difference(rounds, paired):
    # Two blocks of one run are both slower than those of another every second time.
    random = np.random.default_rng(30)
    different = 0
    for run in range(RUNS):
        arms = []
        for _ in range(2):
            blocks = np.repeat(np.arange(2 * rounds), 20)
            factors = np.repeat(np.exp(random.normal(0, 0.3, 2 * rounds)), 20)
            values = 10 * factors * np.exp(random.normal(0, 0.02, len(blocks)))
            arms.append(Arm(values, blocks, blocks // 2))
        found = change(*arms, MEDIAN, PLAN, label=f"run {run}", paired=paired)
        different += not found.ratio.contains(1.0)
    assert different / RUNS <= 0.085


def test_too_little_gives_no_interval():
    one_block = Arm(np.arange(40.0), np.zeros(40, int), np.zeros(40, int))
    enough = one_run(np.random.default_rng(28), rounds=4, drift=0.1)
    assert change(one_block, enough, MEDIAN, PLAN, label="a", paired=False) is None
    assert change(enough, enough, Quantile(0.99), PLAN, label="a", paired=True) is None
