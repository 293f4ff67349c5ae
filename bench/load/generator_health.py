"""How the load generator itself fared: its processor time and how late it sent.

Practice: send lag and the generator's own load belong into the result, since a generator that is
short of either measures itself (Kulkarni et al., "Treadmill: Attributing the Source of Tail Latency
through Precise Load Testing and Statistical Inference", ISCA 2016, section 2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LATE_MS = 10.0
"""A request sent later than this after it was due counts as late; our choice, a tenth of the
smallest latency that the default sizes show."""

UNSENT_SHARE_LIMIT = 0.01
"""Share of late and dropped requests above which a block is marked; our choice."""

LEAST_UNSENT = 2
"""One late request is more than 1 % of every block of fewer than 100, and tells nothing."""

CPU_PERCENT_LIMIT = 90.0
"""Of one core, which is all that the generator's one thread can use; our choice."""


@dataclass(frozen=True, slots=True)
class GeneratorHealth:
    """Of one block.

    Parameters
    ----------
    requests
        That were sent.
    wall_s
        From the block's start to its last answer.
    cpu_percent
        Of one core, over that time; the last 2 ms before each due time are spent awake, and count.
    client_wait_p50_ms, client_wait_p99_ms, client_wait_max_ms
        Sent less due.
    late
        Requests with more than `LATE_MS` of it.
    dropped
        Requests that were not sent, as the plan's limit of those in flight was reached.
    loop_lag_p50_ms, loop_lag_p99_ms, loop_lag_max_ms
        See `bench.load.loop_heartbeat`.
    connections_opened
        Connections that requests of the block had to open themselves, as none was idle: their
        latency has the set-up in it.
    mark
        Why the block's figures may be the generator's own; "" if they are not.
    """

    requests: int
    wall_s: float
    cpu_percent: float
    client_wait_p50_ms: float
    client_wait_p99_ms: float
    client_wait_max_ms: float
    late: int
    dropped: int
    loop_lag_p50_ms: float
    loop_lag_p99_ms: float
    loop_lag_max_ms: float
    connections_opened: int
    mark: str


def generator_health(
    client_waits_ms: Sequence[float],
    *,
    cpu_s: float,
    wall_s: float,
    connections_opened: int,
    dropped: int = 0,
    loop_lags_ms: Sequence[float] = (),
) -> GeneratorHealth:
    """Sum up a block from its requests' waits in the client (ms) and the time that it took (s)."""
    waits = np.asarray(client_waits_ms if client_waits_ms else [0.0])
    lags = np.asarray(loop_lags_ms if loop_lags_ms else [0.0])
    p50, p99 = np.percentile(waits, [50, 99])
    lag_p50, lag_p99 = np.percentile(lags, [50, 99])
    late = int((waits > LATE_MS).sum())
    cpu_percent = 100 * cpu_s / wall_s if wall_s > 0 else 0.0
    return GeneratorHealth(
        requests=len(client_waits_ms),
        wall_s=wall_s,
        cpu_percent=cpu_percent,
        client_wait_p50_ms=float(p50),
        client_wait_p99_ms=float(p99),
        client_wait_max_ms=float(waits.max()),
        late=late,
        dropped=dropped,
        loop_lag_p50_ms=float(lag_p50),
        loop_lag_p99_ms=float(lag_p99),
        loop_lag_max_ms=float(lags.max()),
        connections_opened=connections_opened,
        mark=_mark(late, dropped, len(client_waits_ms) + dropped, cpu_percent),
    )


def too_many_unsent(unsent: int, due: int) -> bool:
    """Say whether so many late and dropped requests, of those due, may make the figures its own.

    The rule for a block's mark and for what the statistics say of a whole run.
    """
    return unsent >= LEAST_UNSENT and unsent > UNSENT_SHARE_LIMIT * due


def combined_health(of_workers: Mapping[str, GeneratorHealth]) -> GeneratorHealth:
    """Sum up a block that several workers sent: counts are sums, all else is the worst worker's.

    The mark has what the sums show, and then each worker's own, after its name.
    """
    healths = list(of_workers.values())

    def worst(name: str) -> float:
        return max(float(getattr(health, name)) for health in healths)

    requests, late, dropped, opened = (
        sum(getattr(health, name) for health in healths)
        for name in ("requests", "late", "dropped", "connections_opened")
    )
    marks = [
        _mark(late, dropped, requests + dropped, cpu_percent=0.0),
        *(f"{name}: {health.mark}" for name, health in of_workers.items() if health.mark),
    ]
    return GeneratorHealth(
        requests=requests,
        wall_s=worst("wall_s"),
        cpu_percent=worst("cpu_percent"),
        client_wait_p50_ms=worst("client_wait_p50_ms"),
        client_wait_p99_ms=worst("client_wait_p99_ms"),
        client_wait_max_ms=worst("client_wait_max_ms"),
        late=late,
        dropped=dropped,
        loop_lag_p50_ms=worst("loop_lag_p50_ms"),
        loop_lag_p99_ms=worst("loop_lag_p99_ms"),
        loop_lag_max_ms=worst("loop_lag_max_ms"),
        connections_opened=opened,
        mark="; ".join(filter(None, marks)),
    )


def _mark(late: int, dropped: int, due: int, cpu_percent: float) -> str:
    reasons = []
    if too_many_unsent(late + dropped, due):
        reasons.append(
            f"{late} of {due} requests left more than {LATE_MS:g} ms late, and {dropped} were"
            " dropped"
        )
    if cpu_percent > CPU_PERCENT_LIMIT:
        reasons.append(f"the generator used {cpu_percent:.0f} % of a core")
    return "; ".join(reasons)
