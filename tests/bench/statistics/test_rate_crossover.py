"""From which rate on a node's queue turns the answer: against the queue itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics import Bootstrap
from bench.statistics.constant_service_queue import wait_distribution
from bench.statistics.rate_crossover import (
    BUSY_SHARES,
    along_rate,
    even_rate_per_s,
    even_rates_per_s,
    shift_ms,
)
from bench.statistics.samples import body_sizes
from sim.latency import load_profile, network_of
from sim.latency.shaping import shaping_of
from tests.bench.statistics.synthetic_calls import shaped_run

TYPICAL = shaping_of(load_profile("aws-typical"), sender=network_of("same-region"))
QUICK = Bootstrap(resamples=100)
NODE_BYTES_PER_S = 117.1e6
APART_MS = 300.0
SERVICE_S = 0.1
"""Of a node so slow that its queue is no busier than a short simulation can be."""

SWAPPED = {"redis-first": "s3-first", "s3-first": "redis-first"}


@pytest.fixture(scope="module")
def samples():
    found = shaped_run(TYPICAL, emulator_ms=0.0, blocks=4, requests=100)[0]
    # So far apart that four blocks resolve the p99, too.
    found.loc[found["strategy"] == "s3-first", "latency_ms"] += APART_MS
    return found


@pytest.fixture(scope="module")
def along(samples):
    return along_rate(samples, body_sizes(samples), QUICK, {}, cache_bytes_per_s=NODE_BYTES_PER_S)


def queue_waits_ms(busy, service_s):
    between = np.random.default_rng(11).exponential(1 / busy, 1_000_000)
    walked = np.cumsum(1 - between)
    return 1e3 * service_s * (walked - np.minimum.accumulate(np.minimum(walked, 0)))


@pytest.mark.parametrize(("measure", "fraction"), [("p50", 0.5), ("p99", 0.99)])
def test_at_the_rate_that_was_found_a_simulated_queue_makes_them_even(samples, measure, fraction):
    for size in body_sizes(samples):
        node_bytes_per_s = size.payload_bytes / SERVICE_S
        _, found = along_rate(samples, [size], QUICK, {}, cache_bytes_per_s=node_bytes_per_s)
        (found,) = [each for each in found if each.measure == measure]
        assert (found.answer, found.below, found.above) == ("found", "redis-first", "s3-first")
        assert 0 < found.interval.low < found.at < found.interval.high < found.most
        assert found.most == pytest.approx(1 / SERVICE_S)
        warm = samples[~samples["warm_up"] & (samples["size"] == size.name)]
        redis_ms, s3_ms = (
            warm.loc[warm["strategy"] == name, "latency_ms"].to_numpy() for name in SWAPPED
        )
        waits_ms = queue_waits_ms(found.at * SERVICE_S, SERVICE_S)
        own_ms = np.random.default_rng(5).choice(redis_ms, len(waits_ms))
        assert np.quantile(own_ms + waits_ms, fraction) == pytest.approx(
            np.quantile(s3_ms, fraction), rel=0.05 if measure == "p50" else 0.08
        )


def test_the_curves_fall_from_the_lead_and_cross_0_where_it_was_found(along):
    curves, found = along
    assert len(curves) == 4
    for curve in curves:
        assert len(curve.points) == len(BUSY_SHARES)
        falling = [point.difference_ms for point in curve.points]
        assert falling == sorted(falling, reverse=True)
        (at,) = [x.at for x in found if (x.size, x.measure) == (curve.size, curve.measure)]
        before = [point.difference_ms for point in curve.points if point.at < at]
        after = [point.difference_ms for point in curve.points if point.at > at]
        assert min(before) > 0
        assert max(after, default=-1) < 0
        for point in curve.points:
            assert point.difference_interval_ms.contains(point.difference_ms)


def test_where_s3_first_leads_no_rate_gives_redis_first_the_lead(samples):
    swapped = samples.assign(strategy=samples["strategy"].map(SWAPPED))
    sizes = body_sizes(swapped)
    _, found = along_rate(swapped, sizes, QUICK, {}, cache_bytes_per_s=NODE_BYTES_PER_S)
    assert {each.answer for each in found} == {"none in the range tried"}
    assert {(each.at, each.below, each.above) for each in found} == {(None, "s3-first", "s3-first")}
    even = even_rates_per_s(swapped, sizes, cache_bytes_per_s=NODE_BYTES_PER_S)
    assert set(even.values()) == {None}


def test_too_few_requests_are_said_so(samples):
    few = samples.groupby(["block", "size"]).head(60)
    _, found = along_rate(few, body_sizes(few), QUICK, {}, cache_bytes_per_s=NODE_BYTES_PER_S)
    for each in found:
        short = "too few requests: 236 of 299" if each.measure == "p99" else None
        assert (each.answer == "not resolvable", each.reason) == (short is not None, short)


@given(
    own_ms=st.builds(
        lambda requests, mean_ms: mean_ms * -np.log1p(-np.linspace(0, 1, requests, endpoint=False)),
        st.integers(20, 200),
        st.floats(10.0, 300.0),
    ),
    fraction=st.sampled_from([0.5, 0.9, 0.99]),
    busy=st.floats(0.05, 0.98),
    service_s=st.floats(1e-3, 0.5),
)
def test_a_queue_raises_a_percentile_and_the_rate_for_so_much_is_the_queues(
    own_ms, fraction, busy, service_s
):
    raised = shift_ms(own_ms, fraction, busy, service_s)
    assert raised >= 0
    assert raised <= shift_ms(own_ms, fraction, busy + 0.01, service_s) + 1e-5
    if raised > 0.1:
        rate = even_rate_per_s(own_ms, fraction, service_s, raised)
        within = wait_distribution(rate * service_s).share_within
        target_ms = np.quantile(own_ms, fraction, method="inverted_cdf") + raised
        # Among few requests a share of the sums stands for a stretch of them.
        below, above = (
            within((target_ms + beside - own_ms) / service_s / 1e3).mean()
            for beside in (-1e-3, 1e-3)
        )
        assert below - 1e-3 <= fraction <= above + 1e-3
    assert even_rate_per_s(own_ms, fraction, service_s, -1.0) == 0
