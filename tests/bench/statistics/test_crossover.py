"""Where one strategy overtakes the other: planted crossovers are found, others are not made up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics import BodySize, Bootstrap
from bench.statistics.crossing import even_at, sides
from bench.statistics.crossover import crossover
from bench.statistics.latency import difference
from tests.bench.statistics.repeated_runs import RUNS

MB = 1_000_000
BODIES = {"s": MB // 4, "m": MB, "l": 3 * MB, "xl": 6 * MB}
SIZES = [BodySize(name, name, body, body) for name, body in BODIES.items()]
QUICK = Bootstrap(resamples=200)


def run_of(random, redis, s3, *, blocks=4, requests=20, spread=0.1, block_spread=0.03):
    """Draw a run from fixed ms and ms per MB of each strategy."""
    rows = []
    for size, body in BODIES.items():
        for strategy, (fixed_ms, per_mb_ms) in (("redis-first", redis), ("s3-first", s3)):
            median_ms = fixed_ms + per_mb_ms * body / MB
            factors = np.repeat(np.exp(random.normal(0, block_spread, blocks)), requests)
            noise = np.exp(random.normal(0, spread, blocks * requests))
            rows.append(
                pd.DataFrame(
                    {
                        "strategy": strategy,
                        "size": size,
                        "body_bytes": body,
                        "block": np.repeat(np.arange(blocks), requests),
                        "round": np.repeat(np.arange(blocks), requests) // 2,
                        "warm_up": False,
                        "status": 200,
                        "error": "",
                        "latency_ms": median_ms * factors * noise,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


def found_in(samples, name="p50"):
    verdicts = {size: difference(samples, size, QUICK).verdict for size in BODIES}
    return crossover(samples, SIZES, name, verdicts, QUICK)


def test_a_planted_crossover_is_found_with_who_is_sooner_on_each_side():
    # 20 + 20 x against 40 + 10 x: even at 2 MB; linear in between, so interpolation is exact.
    samples = run_of(np.random.default_rng(40), (20, 20), (40, 10))
    found = found_in(samples)
    assert found.answer == "found"
    assert (found.sooner_below, found.sooner_above) == ("redis-first", "s3-first")
    assert found.body_bytes == pytest.approx(2 * MB, rel=0.2)
    assert found.interval_bytes.contains(2 * MB)
    assert (found.least_bytes, found.most_bytes) == (BODIES["s"], BODIES["xl"])


@pytest.mark.repetitions
def test_the_interval_of_a_crossover_holds_the_planted_size_as_often_as_it_says():
    random = np.random.default_rng(41)
    runs = RUNS // 4
    answers = [found_in(run_of(random, (20, 20), (40, 10))) for _ in range(runs)]
    found = [each for each in answers if each.answer == "found"]
    assert len(found) >= 0.95 * runs
    held = np.mean([each.interval_bytes.contains(2 * MB) for each in found])
    # 250 runs have a standard error of 1.4 %.
    assert 0.92 <= held <= 0.99


def test_a_strategy_that_leads_at_every_size_is_not_overtaken():
    found = found_in(run_of(np.random.default_rng(42), (20, 10), (40, 12)))
    assert found.answer == "none in the range tried"
    assert (found.body_bytes, found.interval_bytes) == (None, None)
    assert (found.sooner_below, found.sooner_above) == ("redis-first", "redis-first")


def test_strategies_that_are_alike_have_no_crossover_whatever_the_signs():
    random = np.random.default_rng(43)
    answers = {found_in(run_of(random, (20, 10), (20, 10))).answer for _ in range(5)}
    assert answers == {"not resolvable"}


def test_the_p99_needs_samples_enough_and_then_has_a_crossover_too():
    few = run_of(np.random.default_rng(44), (20, 20), (40, 10))
    short = crossover(few, SIZES, "p99", dict.fromkeys(BODIES, "redis-first"), QUICK)
    assert (short.answer, short.body_bytes) == ("not resolvable", None)
    assert short.reason == "too few requests: 80 of 299 at s"
    one = crossover(few[few["size"] == "s"], SIZES[:1], "p99", {"s": "redis-first"}, QUICK)
    assert one is None
    many = run_of(np.random.default_rng(45), (20, 20), (40, 10), requests=80, block_spread=0)
    verdicts = {"s": "redis-first", "m": "redis-first", "l": "s3-first", "xl": "s3-first"}
    found = crossover(many, SIZES, "p99", verdicts, QUICK)
    assert (found.answer, found.reason) == ("found", None)
    assert found.body_bytes == pytest.approx(2 * MB, rel=0.3)
    assert found.interval_bytes.contains(found.body_bytes)


@given(
    cross=st.floats(0.3, 5.9),
    slope=st.floats(0.1, 100) | st.floats(-100, -0.1),
)
def test_a_straight_difference_is_even_where_it_goes_through_zero(cross, slope):
    sizes = np.array([0.25, 1.0, 3.0, 6.0])
    (even,) = even_at(sizes, np.array([(sizes - cross) * slope]))
    assert even == pytest.approx(cross)


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([1, 2, 3], 0.0),
        ([-3, -2, -1], 2.0),
        ([1, -1, 1], 0.5),
        ([0, 1, 2], 0.0),
        ([1, 0, -1], 1.0),
    ],
)
def test_without_one_change_of_sign_an_end_or_the_lower_change_is_taken(differences, expected):
    (even,) = even_at(np.array([0.0, 1.0, 2.0]), np.array([differences], dtype=float))
    assert even == pytest.approx(expected)


def test_a_lead_that_changes_twice_has_no_sides():
    redis, s3, unsure = "redis-first", "s3-first", "not resolvable"
    assert sides([redis, unsure, s3]) == (redis, s3)
    assert sides([redis, s3, redis]) == (None, None)
    assert sides([unsure, unsure]) == (None, None)
    assert sides([unsure, s3]) == (s3, s3)
