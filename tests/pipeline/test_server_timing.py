import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server_timing import ServerTiming

STAGES = [
    "handler-parse",
    "handler-validate",
    "handler-decode",
    "handler-hash",
    "payload-store",
    "start-execution",
]


class Clock:
    """Nanoseconds that pass only when a test lets them."""

    def __init__(self):
        self.now_ns = 10**15

    def __call__(self):
        return self.now_ns


def entries(header):
    found = re.findall(r"([a-z-]+);dur=(\d+\.\d{3})", header)
    assert ", ".join(f"{name};dur={value}" for name, value in found) == header
    return {name: float(value) for name, value in found}


@given(st.lists(st.tuples(st.integers(0, 10**10), st.integers(0, 10**10)), max_size=6))
def test_entries_add_up_to_the_handlers_total(durations):
    clock = Clock()
    timing = ServerTiming(clock)
    for name, (between_ns, inside_ns) in zip(STAGES, durations, strict=False):
        clock.now_ns += between_ns
        with timing.stage(name):
            clock.now_ns += inside_ns

    found = entries(timing.header())

    assert list(found) == [*STAGES[: len(durations)], "handler-rest"]
    total_ms = sum(between + inside for between, inside in durations) / 1e6
    assert sum(found.values()) == pytest.approx(total_ms, abs=0.0005 * len(found))
    assert found["handler-rest"] == pytest.approx(
        sum(between for between, _ in durations) / 1e6, abs=0.001
    )


def test_stage_that_raises_is_timed_too():
    clock = Clock()
    timing = ServerTiming(clock)

    def store():
        with timing.stage("payload-store"):
            clock.now_ns += 2_500_000
            raise ConnectionError

    with pytest.raises(ConnectionError):
        store()
    assert timing.header() == "payload-store;dur=2.500, handler-rest;dur=0.000"
