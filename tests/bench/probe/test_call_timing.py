"""Calls timed one by one, and counted when several are made at once."""

import signal
import threading
import time

import pytest

from bench.probe.call_timing import call_rate, timing
from bench.probe.errors import CallRefused


class Clock:
    """Seconds that pass in calls alone."""

    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


def lasting(clock, *seconds):
    """A call that lasts so long, the first time and so on; the last over and over."""
    left = list(seconds)

    def call():
        clock.now_s += left.pop(0) if len(left) > 1 else left[0]

    return call


def test_the_first_call_opens_the_connection_and_is_not_counted():
    clock = Clock()
    found = timing(lasting(clock, 5.0, 0.010), repeats=20, limit_s=60, clock=clock)
    assert (found.repeats, round(found.median_ms, 6), round(found.p95_ms, 6)) == (20, 10, 10)


def test_the_median_is_not_moved_by_one_slow_call_but_the_p95_is():
    clock = Clock()
    durations = [0.0, *[0.010] * 18, 0.100, 0.100]
    found = timing(lasting(clock, *durations), repeats=20, limit_s=60, clock=clock)
    assert found.median_ms == pytest.approx(10)
    assert found.p95_ms == pytest.approx(100)


def test_a_slow_call_is_repeated_for_no_longer_than_it_may():
    clock = Clock()
    found = timing(lasting(clock, 1.0), repeats=20, limit_s=3.5, clock=clock)
    assert (found.repeats, found.median_ms, found.p95_ms) == (3, pytest.approx(1000), None)


def test_one_call_is_timed_when_there_is_no_time_left():
    clock = Clock()
    assert timing(lasting(clock, 1.0), repeats=20, limit_s=-1, clock=clock).repeats == 1


def test_calls_that_wait_apart_get_through_as_many_times_as_there_are_threads():
    def rate(threads):
        return call_rate(
            lambda: time.sleep(0.02), threads=threads, window_s=0.2, clock=time.perf_counter
        ).per_s

    assert 0 < rate(1) <= 50
    assert 100 < rate(8) <= 400


def test_calls_that_queue_get_through_no_more_often():
    queue = threading.Lock()

    def call():
        with queue:
            time.sleep(0.01)

    found = call_rate(call, threads=8, window_s=0.3, clock=time.perf_counter)
    assert 0 < found.per_s <= 100


def test_refused_calls_are_counted_apart():
    turns = iter(range(10**9))

    def call():
        time.sleep(0.001)
        if next(turns) % 2:
            raise CallRefused("slow down")

    found = call_rate(call, threads=1, window_s=0.1, clock=time.perf_counter)
    assert found.failed_calls > 3
    assert found.per_s > 0


def test_ctrl_c_ends_the_threads_at_their_next_call():
    before = threading.active_count()
    main = threading.main_thread().ident
    interrupter = threading.Timer(0.3, signal.pthread_kill, (main, signal.SIGINT))
    began_s = time.monotonic()
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        call_rate(lambda: time.sleep(0.01), threads=8, window_s=60, clock=time.perf_counter)
    interrupter.join()
    assert time.monotonic() - began_s < 5
    assert threading.active_count() == before
