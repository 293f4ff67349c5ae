"""Lines over the body size: planted ones are found, and outliers do not move them."""

import numpy as np
import pandas as pd
import pytest

from bench.statistics import BodySize, Bootstrap
from bench.statistics.byte_cost import LATENCY, MEGABYTE, byte_costs, line_weights
from bench.statistics.samples import STAGE_ORDER, body_sizes
from tests.bench.statistics.repeated_runs import BLOCK_SPREAD, REQUEST_SPREAD, RUNS

BODIES = {"256 KB": 262_144, "1 MB": 1_048_576, "3 MB": 3_145_728, "largest": 6_291_000}
REQUESTS = {"256 KB": 20, "1 MB": 14, "3 MB": 9, "largest": 7}
SIZES = [BodySize(name, name, body, body * 3 // 4) for name, body in BODIES.items()]
FIXED_MS, PER_MB_MS = 20.0, 12.0
QUICK = Bootstrap(resamples=200)


def planted_run(random, *, rounds=4, spread=REQUEST_SPREAD, block_spread=BLOCK_SPREAD):
    """Draw a strategy's requests around a line; skewed, and blocks with a factor of their own."""
    rows = []
    for number in range(rounds):
        for place, (size, body) in enumerate(BODIES.items()):
            for turn in range(2):
                block = (number * len(BODIES) + place) * 2 + turn
                factor = np.exp(random.normal(0, block_spread))
                skew = np.exp(random.normal(0, spread, REQUESTS[size]))
                latency_ms = (FIXED_MS + PER_MB_MS * body / MEGABYTE) * factor * skew
                rows.append((size, body, block, number, latency_ms))
    repeats = [len(row[4]) for row in rows]
    size, body, block, number = (
        np.repeat([row[column] for row in rows], repeats) for column in range(4)
    )
    return pd.DataFrame(
        {
            "strategy": "redis-first",
            "size": size,
            "body_bytes": body,
            "payload_bytes": body,
            "block": block,
            "round": number,
            "warm_up": False,
            "status": 200,
            "error": "",
            "latency_ms": np.concatenate([row[4] for row in rows]),
        }
    )


def latency_line(samples, plan=QUICK):
    (line,) = (each for each in byte_costs(samples, SIZES, "redis-first", plan))
    return line


def test_a_line_without_noise_is_found_as_it_is():
    line = latency_line(planted_run(np.random.default_rng(1), spread=0, block_spread=0))
    assert line.stage == LATENCY
    assert line.intercept_ms == pytest.approx(FIXED_MS)
    assert line.slope_ms_per_mb == pytest.approx(PER_MB_MS)
    assert line.largest_misfit_ms == pytest.approx(0, abs=1e-9)
    assert line.growing_ms(2 * MEGABYTE) == pytest.approx(2 * PER_MB_MS)
    assert (line.sizes, line.samples) == (4, 4 * 2 * sum(REQUESTS.values()))


@pytest.mark.repetitions
@pytest.mark.parametrize("rounds", [2, 4, 8])
def test_planted_slopes_are_within_the_interval_as_often_as_it_says(rounds):
    random = np.random.default_rng(77)
    runs = RUNS // 2
    slopes = fixed = 0
    for _ in range(runs):
        line = latency_line(planted_run(random, rounds=rounds))
        slopes += line.slope_interval_ms_per_mb.contains(PER_MB_MS)
        fixed += line.intercept_interval_ms.contains(FIXED_MS)
    # The standard error of 95 % at 500 runs is 1 %.
    assert 0.93 <= slopes / runs <= 0.99
    assert 0.93 <= fixed / runs <= 0.99


def test_requests_a_hundred_times_too_slow_do_not_move_the_line():
    samples = planted_run(np.random.default_rng(3))
    slow = samples.copy()
    struck = slow.index[slow["size"] == "largest"][::7]
    slow.loc[struck, "latency_ms"] *= 100
    clean, hit = latency_line(samples), latency_line(slow)
    assert hit.slope_ms_per_mb == pytest.approx(clean.slope_ms_per_mb, rel=0.15)
    means = [each.groupby("size")["latency_ms"].mean()["largest"] for each in (samples, slow)]
    assert means[1] > 10 * means[0]


def test_a_curve_shows_as_a_misfit():
    samples = planted_run(np.random.default_rng(4), spread=0, block_spread=0)
    samples.loc[samples["size"] == "3 MB", "latency_ms"] += 30.0
    assert latency_line(samples).largest_misfit_ms > 10


def test_least_squares_of_equal_medians_is_numpys():
    megabytes = np.array([0.3, 1.0, 3.1, 6.3])
    medians = np.array([21.0, 35.0, 50.0, 99.0])
    samples = np.array([80.0, 56.0, 36.0, 28.0])
    slope, intercept = np.polyfit(megabytes, medians, 1, w=np.sqrt(samples))
    assert line_weights(megabytes, samples) @ medians == pytest.approx([intercept, slope])


def test_each_stage_has_a_line_of_its_own_in_the_order_of_the_path(samples):
    lines = byte_costs(samples, body_sizes(samples), "s3-first", QUICK)
    assert lines[0].stage == LATENCY
    stages = [each.stage for each in lines[1:]]
    assert stages == [stage for stage in STAGE_ORDER if stage in stages]
    by_stage = {each.stage: each for each in lines}
    assert by_stage["payload-store"].slope_ms_per_mb > by_stage["gateway-event"].slope_ms_per_mb
    # Cold starts are no part of the warm stratum, and the client's wait does not grow with bytes.
    assert "init" not in by_stage
    assert by_stage["client-wait"].slope_interval_ms_per_mb.contains(0)


def test_one_size_has_no_line():
    samples = planted_run(np.random.default_rng(5))
    assert byte_costs(samples[samples["size"] == "1 MB"], SIZES, "redis-first", QUICK) == ()
