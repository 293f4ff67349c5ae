import re

import pytest

from sim.gateway.stages import server_timing

TIMES = {
    "receive_ms": 2.0,
    "event_ms": 1.0,
    "environment_wait_ms": 0.5,
    "init_ms": 0.0,
    "invoke_ms": 10.0,
    "respond_ms": 0.25,
}


def durations(header):
    return {
        name: float(duration) for name, duration in re.findall(r"([a-z-]+);dur=([0-9.]+)", header)
    }


def test_the_runtime_is_the_invocation_less_the_handlers_stages():
    header = server_timing(**TIMES, handler='payload-store;dur=3.5;desc="SET", handler-rest;dur=1')
    found = durations(header)
    assert found["runtime"] == pytest.approx(5.5)
    assert sum(found.values()) == pytest.approx(2.0 + 1.0 + 0.5 + 10.0 + 0.25)


def test_init_stands_only_where_there_was_one():
    assert "init;" not in server_timing(**TIMES, handler="")
    assert "init;dur=7.000" in server_timing(**{**TIMES, "init_ms": 7.0}, handler="")
