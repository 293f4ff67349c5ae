"""The generator tells how late it sent and how busy it was."""

import pytest

from bench.load.generator_health import LATE_MS, generator_health


def test_late_sends_are_counted_and_summed_up() -> None:
    waits_ms = [1.0] * 98 + [LATE_MS, LATE_MS + 30]
    health = generator_health(waits_ms, cpu_s=1.5, wall_s=3.0, connections_opened=2)
    assert health.requests == 100
    assert health.late == 1
    assert health.client_wait_p50_ms == 1.0
    assert health.client_wait_max_ms == 40.0
    assert health.client_wait_p99_ms == pytest.approx(10.3)
    assert health.cpu_percent == 50.0
    assert health.connections_opened == 2


def test_a_block_without_requests_has_no_waits() -> None:
    health = generator_health([], cpu_s=0.0, wall_s=0.0, connections_opened=0)
    assert (health.requests, health.client_wait_max_ms, health.cpu_percent) == (0, 0.0, 0.0)
