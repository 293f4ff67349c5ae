"""Targets: the same call under the same seed, wherever it is made; and what they are made of."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.latency import load_profile, network_of
from sim.latency.function_network import FunctionNetwork, FunctionNetworkBucket
from sim.latency.luck import luck_from, luck_of, trace_id, trace_id_of
from sim.latency.profile import OPERATIONS
from sim.latency.shaping import DOWNLOAD, UPLOAD, Call, Shaping, shaping_of

TYPICAL = shaping_of(load_profile("aws-typical"), sender=network_of("office"))
LUCK = luck_from(1, 0, "1 MB", 0, 3)
CALL = Call("s3.PutObject", trace_id(1_000, LUCK), "ingest.handler", body_bytes=750_000)


def test_a_shaping_survives_its_journey_into_a_worker():
    again = Shaping.from_json(TYPICAL.to_json())
    assert again == replace(TYPICAL, operations=dict(TYPICAL.operations))
    assert again.target(CALL) == TYPICAL.target(CALL)
    assert Shaping.from_json(Shaping("raw").to_json()).sender.uplink_bit_per_s == math.inf


def test_what_adds_nothing_says_so():
    assert Shaping("raw").adds_nothing
    assert not TYPICAL.adds_nothing
    assert not Shaping("raw", sender=network_of("home")).adds_nothing


@pytest.mark.parametrize("operation", [*OPERATIONS, UPLOAD, DOWNLOAD])
def test_raw_adds_nothing_to_any_call(operation):
    assert Shaping("raw").target(replace(CALL, operation=operation)).total_ms == 0


def test_both_strategies_requests_meet_the_same_luck_at_another_time():
    later = replace(CALL, trace=trace_id(9_999, LUCK))
    assert later.trace != CALL.trace
    assert TYPICAL.target(later) == TYPICAL.target(CALL)


@pytest.mark.parametrize(
    "change",
    [{"occurrence": 1}, {"caller": "archive.handler"}, {"trace": trace_id(1_000, "0" * 24)}],
)
def test_another_call_has_another_luck(change):
    assert TYPICAL.target(replace(CALL, **change)) != TYPICAL.target(CALL)


def test_the_cache_is_slower_over_tls_and_from_another_zone():
    call = replace(CALL, operation="elasticache.SET")
    plain, tls = replace(TYPICAL, cache_tls=False), TYPICAL
    far = replace(TYPICAL, cache_placement="cross-az")
    times = [shaping.target(call).total_ms for shaping in (plain, tls, far)]
    assert times == sorted(times)
    assert len(set(times)) == 3


def test_a_fresh_connection_is_added_to_the_call_that_opens_it():
    fresh = replace(CALL, fresh_connection=True)
    opening = replace(CALL, operation="connection.open")
    added_ms = TYPICAL.target(fresh).total_ms - TYPICAL.target(CALL).total_ms
    assert added_ms == pytest.approx(TYPICAL.target(opening).first_byte_ms)


def test_what_grows_with_the_event_grows_as_the_processor_share_falls():
    call = replace(CALL, operation="lambda.Invoke")
    whole, half = (TYPICAL.target(replace(call, memory_mb=mb)) for mb in (1769, 1769 // 2))
    assert half.first_byte_ms == whole.first_byte_ms
    assert half.streaming_ms == pytest.approx(2 * whole.streaming_ms, rel=1e-3)
    assert TYPICAL.target(replace(call, memory_mb=3538)) == whole


def test_a_throttled_network_is_a_floor_of_the_streaming():
    slow = TYPICAL.target(replace(CALL, least_streaming_ms=500))
    assert slow.streaming_ms == 500
    assert slow.first_byte_ms == TYPICAL.target(CALL).first_byte_ms


def test_the_senders_network_is_its_own_and_no_draw():
    call = replace(CALL, operation=UPLOAD)
    assert TYPICAL.target(call).total_ms == TYPICAL.sender.upload_ms(750_000)
    assert TYPICAL.target(replace(call, trace="")) == TYPICAL.target(call)


@given(st.binary(max_size=20))
def test_luck_is_what_a_trace_id_ends_in(word):
    luck = luck_from(word)
    header = f"Root={trace_id(1_700_000_000, luck)};Parent=53995c3f42cd8ad8;Sampled=1"
    assert luck_of(trace_id_of(header)) == luck


@pytest.mark.parametrize("header", ["", "Root=1-2-3", "Self=1-67891234-" + "a" * 24])
def test_what_is_no_trace_has_no_luck(header):
    assert trace_id_of(header) == ""


class Clock:
    def __init__(self):
        self.now_s = 0.0

    def __call__(self):
        return self.now_s


LIMIT = FunctionNetwork(burst_bytes=100, first_burst_bytes=50, bytes_per_s=10)


def test_the_burst_passes_at_once_and_the_rest_as_the_bucket_gains():
    clock = Clock()
    bucket = FunctionNetworkBucket(LIMIT, clock)
    assert bucket.least_ms(150) == 0
    assert bucket.least_ms(20) == 2000
    clock.now_s = 1_000.0
    assert bucket.least_ms(100) == 0  # the first burst comes once
    assert bucket.least_ms(10) == 1000


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(0, 200)), min_size=1, max_size=30))
def test_no_more_passes_than_bursts_and_bandwidth_allow(arrivals):
    clock = Clock()
    bucket = FunctionNetworkBucket(LIMIT, clock)
    sent, ends_s = 0, 0.0
    for wait_s, size in arrivals:
        clock.now_s += wait_s
        ends_s = max(ends_s, clock.now_s + bucket.least_ms(size) / 1e3)
        sent += size
    assert sent <= 150 + LIMIT.bytes_per_s * ends_s + 1e-6
