import numpy as np
import pytest

from bench.statistics import Bootstrap, Interval, summarise
from bench.statistics.tail_difference import tail_differences
from bench.statistics.verdict import smallest_detectable_ms, verdict_of
from tests.bench.statistics.synthetic_samples import Shape, synthetic_samples

PLAN = Bootstrap(resamples=100)


@pytest.mark.parametrize(
    ("difference_ms", "spread", "floor_ms", "expected"),
    [
        (5.0, Interval(3.0, 7.0), 1.0, "redis-first"),
        (-5.0, Interval(-7.0, -3.0), 1.0, "s3-first"),
        (5.0, Interval(-1.0, 7.0), 1.0, "not resolvable"),
        (5.0, Interval(3.0, 7.0), 5.0, "not resolvable"),
        (-5.0, Interval(-7.0, -3.0), 6.0, "not resolvable"),
        (5.0, Interval(3.0, 7.0), None, "redis-first"),
        (5.0, None, 1.0, "not resolvable"),
    ],
)
def test_a_strategy_is_sooner_only_beyond_zero_and_beyond_the_noise_floor(
    difference_ms, spread, floor_ms, expected
):
    assert verdict_of(difference_ms, spread, floor_ms) == expected


def test_the_smallest_detectable_difference_is_detected_in_four_of_five_runs():
    random = np.random.default_rng(21)
    standard_error, z = 2.0, 1.959964
    half = z * standard_error
    truth = smallest_detectable_ms(Interval(-half, half), None, PLAN)
    estimates = random.normal(truth, standard_error, 20_000)
    assert np.mean(np.abs(estimates) > half) == pytest.approx(0.8, abs=0.01)


def test_nothing_below_the_noise_floor_is_called_detectable():
    assert smallest_detectable_ms(Interval(-0.1, 0.1), 3.0, PLAN) == 3.0
    assert smallest_detectable_ms(None, 3.0, PLAN) is None


def test_tails_are_compared_where_both_strategies_have_samples_enough():
    samples = synthetic_samples(Shape(rounds=6, requests_in_block=14, sizes=("1 MB",)))
    found = {each.percentile: each for each in tail_differences(samples, "1 MB", PLAN)}
    assert list(found) == ["p90", "p95", "p99"]
    summary = summarise(samples, profile="raw", bootstrap=PLAN)
    for name, each in found.items():
        redis, s3 = (
            getattr(summary.warm(strategy, "1 MB"), f"{name}_ms")
            for strategy in ("redis-first", "s3-first")
        )
        assert each.difference_ms == pytest.approx(s3 - redis)
        assert each.ratio == pytest.approx(s3 / redis)
    # 168 requests a strategy give a p99 and are too few for its interval, which needs 299.
    assert found["p99"].verdict == "not resolvable"
    assert found["p99"].difference_interval_ms is None
    assert found["p90"].verdict == "redis-first"


def test_a_noise_floor_above_the_difference_takes_the_verdict_away():
    samples = synthetic_samples(Shape(sizes=("1 MB",)))
    free, floored = (
        tail_differences(samples, "1 MB", PLAN, noise_floors_ms=floors)[0]
        for floors in (None, {"p90": 1e6})
    )
    assert free.verdict == "redis-first"
    assert (floored.verdict, floored.noise_floor_ms) == ("not resolvable", 1e6)
    assert floored.difference_ms == free.difference_ms
