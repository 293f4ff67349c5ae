"""How the load generator itself fared: its processor time and how late it sent.

Practice: send lag and the generator's own load belong into the result, since a generator that is
short of either measures itself (Kulkarni et al., "Treadmill: Attributing the Source of Tail Latency
through Precise Load Testing and Statistical Inference", ISCA 2016, section 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LATE_MS = 10.0
"""A request sent later than this after it was due counts as late; our choice, a tenth of the
smallest latency that the default sizes show."""


@dataclass(frozen=True, slots=True)
class GeneratorHealth:
    """Of one block.

    Parameters
    ----------
    wall_s
        From the block's start to its last answer.
    cpu_percent
        Of one core, over that time.
    client_wait_p50_ms, client_wait_p99_ms, client_wait_max_ms
        Sent less due.
    late
        Requests with more than `LATE_MS` of it.
    connections_opened
        Connections that requests of the block had to open themselves, as none was idle: their
        latency has the set-up in it.
    """

    requests: int
    wall_s: float
    cpu_percent: float
    client_wait_p50_ms: float
    client_wait_p99_ms: float
    client_wait_max_ms: float
    late: int
    connections_opened: int


def generator_health(
    client_waits_ms: Sequence[float], *, cpu_s: float, wall_s: float, connections_opened: int
) -> GeneratorHealth:
    """Sum up a block from its requests' waits in the client (ms) and the time that it took (s)."""
    waits = np.asarray(client_waits_ms if client_waits_ms else [0.0])
    p50, p99 = np.percentile(waits, [50, 99])
    return GeneratorHealth(
        requests=len(client_waits_ms),
        wall_s=wall_s,
        cpu_percent=100 * cpu_s / wall_s if wall_s > 0 else 0.0,
        client_wait_p50_ms=float(p50),
        client_wait_p99_ms=float(p99),
        client_wait_max_ms=float(waits.max()),
        late=int((waits > LATE_MS).sum()),
        connections_opened=connections_opened,
    )
