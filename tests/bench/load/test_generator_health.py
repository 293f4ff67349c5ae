"""The generator tells how late it sent and how busy it was."""

import pytest

from bench.load.generator_health import LATE_MS, GeneratorHealth, combined_health, generator_health


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


def _of_a_worker(late: int, sent: int, cpu_s: float = 1.0, dropped: int = 0) -> GeneratorHealth:
    return generator_health(
        [50.0] * late + [1.0] * (sent - late),
        cpu_s=cpu_s,
        wall_s=10.0,
        connections_opened=3,
        dropped=dropped,
    )


def test_workers_are_marked_together_where_none_is_alone() -> None:
    # One late request of a worker tells nothing; one of each of two may.
    alone = {name: _of_a_worker(late=1, sent=40) for name in ("worker 0", "worker 1")}
    assert [health.mark for health in alone.values()] == ["", ""]
    together = combined_health(alone)
    assert together.mark.startswith("2 of 80 requests left more than 10 ms late")
    assert (together.requests, together.late, together.connections_opened) == (80, 2, 6)


def test_a_worker_whose_mark_the_sums_would_hide_is_named() -> None:
    found = combined_health(
        {
            "worker 0": _of_a_worker(late=2, sent=100),
            "worker 1": _of_a_worker(late=0, sent=900, cpu_s=9.5),
        }
    )
    assert found.mark == (
        "worker 0: 2 of 100 requests left more than 10 ms late, and 0 were dropped; worker 1: the"
        " generator used 95 % of a core"
    )
    assert (found.cpu_percent, found.client_wait_max_ms) == (95.0, 50.0)
