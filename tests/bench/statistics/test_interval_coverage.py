"""Whether intervals hold the truth as often as they say, over a thousand simulated runs."""

import numpy as np
import pytest

from bench.statistics import Bootstrap
from bench.statistics.bootstrap import difference, first, intervals
from bench.statistics.coverage import MEASURED_COVERAGE, MEASURED_DIFFERENCE_COVERAGE
from bench.statistics.percentile import PERCENTILES
from tests.bench.statistics.repeated_runs import RUNS, simulated_arm, true_quantile_ms

PLAN = Bootstrap(resamples=300)
REACHED = [
    (blocks, requests, name)
    for (blocks, requests), shares in MEASURED_COVERAGE.items()
    for name in shares
    if name != "p99"
]
"""All but the p99, whose truth the slowest request may not reach: see the coverage's own text."""


@pytest.fixture(scope="module")
def coverage():
    """Measure each plan once: (blocks, requests) → percentile → share that holds the truth."""
    known = {}

    def measure(blocks, requests):
        if (blocks, requests) not in known:
            random = np.random.default_rng(5)
            covered = dict.fromkeys(PERCENTILES, 0)
            for run in range(RUNS):
                arm = simulated_arm(random, blocks, requests)
                found = intervals([arm], first, PLAN, PERCENTILES, label=f"run {run}")
                for name, fraction in PERCENTILES.items():
                    spread = found[name]
                    covered[name] += spread is not None and spread.contains(
                        true_quantile_ms(fraction)
                    )
            known[blocks, requests] = {name: count / RUNS for name, count in covered.items()}
        return known[blocks, requests]

    return measure


@pytest.mark.repetitions
@pytest.mark.parametrize(("blocks", "requests"), MEASURED_COVERAGE)
def test_the_coverage_that_is_told_is_the_one_that_is_measured(coverage, blocks, requests):
    measured = coverage(blocks, requests)
    told = MEASURED_COVERAGE[blocks, requests]
    assert {name: measured[name] for name in told} == pytest.approx(told, abs=0.01)


@pytest.mark.repetitions
@pytest.mark.parametrize(("blocks", "requests", "name"), REACHED)
def test_intervals_hold_the_truth_in_93_to_97_of_100_runs(coverage, blocks, requests, name):
    assert 0.93 <= coverage(blocks, requests)[name] <= 0.97


@pytest.mark.repetitions
@pytest.mark.parametrize(("blocks", "requests"), MEASURED_DIFFERENCE_COVERAGE)
def test_differences_hold_the_truth_in_93_to_97_of_100_runs_as_is_told(blocks, requests):
    random = np.random.default_rng(12)
    told = MEASURED_DIFFERENCE_COVERAGE[blocks, requests]
    covered = dict.fromkeys(told, 0)
    for run in range(RUNS):
        arms = [simulated_arm(random, blocks, requests, median_ms=each) for each in (14.0, 10.0)]
        found = intervals(arms, difference, PLAN, PERCENTILES, label=f"run {run}")
        for name in told:
            fraction = PERCENTILES[name]
            truth = true_quantile_ms(fraction, median_ms=14.0) - true_quantile_ms(fraction)
            covered[name] += found[name].contains(truth)
    shares = {name: count / RUNS for name, count in covered.items()}
    assert shares == pytest.approx(told, abs=0.01)
    assert all(0.93 <= share <= 0.97 for share in shares.values())
