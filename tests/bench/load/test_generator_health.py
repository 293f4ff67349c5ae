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


@pytest.mark.parametrize(
    ("waits_ms", "dropped", "cpu_s", "said"),
    [
        ([1.0] * 200, 0, 1.0, ""),
        ([1.0] * 198 + [50.0] * 2, 0, 1.0, ""),
        ([1.0] * 197 + [50.0] * 3, 0, 1.0, "3 of 200 requests left more than 10 ms late"),
        ([1.0] * 197, 3, 1.0, "0 of 200 requests left more than 10 ms late, and 3 were dropped"),
        ([1.0] * 10 + [50.0], 0, 1.0, ""),
        ([1.0] * 10 + [50.0], 1, 1.0, "1 of 12 requests left more than 10 ms late, and 1 were"),
        ([1.0] * 200, 0, 9.5, "the generator used 95 % of a core"),
    ],
)
def test_a_block_that_may_have_measured_its_generator_is_marked(
    waits_ms: list[float], dropped: int, cpu_s: float, said: str
) -> None:
    health = generator_health(
        waits_ms, cpu_s=cpu_s, wall_s=10.0, connections_opened=0, dropped=dropped
    )
    assert health.mark.startswith(said)
    assert bool(health.mark) == bool(said)


def test_loop_lags_are_summed_up() -> None:
    health = generator_health(
        [], cpu_s=0, wall_s=1, connections_opened=0, loop_lags_ms=[1.0] * 99 + [31.0]
    )
    assert (health.loop_lag_p50_ms, health.loop_lag_max_ms) == (1.0, 31.0)
    assert health.loop_lag_p99_ms == pytest.approx(1.3)
