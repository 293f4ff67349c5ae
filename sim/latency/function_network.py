"""The bandwidth of an execution environment: a burst, then a trickle (a token bucket of bytes).

Lambda refills it every 100 ms; here it gains continuously, which differs by one step at most.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FunctionNetwork:
    """The limit in either direction, each with a bucket of its own.

    Attributes
    ----------
    burst_bytes
        What a refilled bucket holds.
    first_burst_bytes
        What a new environment's bucket holds beyond that, once.
    bytes_per_s
        What it gains, and so the bandwidth once it is empty.
    """

    burst_bytes: float
    first_burst_bytes: float
    bytes_per_s: float


class FunctionNetworkBucket:
    """One direction of one execution environment.

    Parameters
    ----------
    limit
        The sizes.
    clock
        Seconds that never run backwards.
    """

    def __init__(
        self, limit: FunctionNetwork, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._limit = limit
        self._clock = clock
        self._held_bytes = limit.burst_bytes + limit.first_burst_bytes
        self._filled_s = clock()

    def least_ms(self, body_bytes: int) -> float:
        """Take a body's bytes, and return the least time in which they can pass.

        0 while the burst lasts; what is beyond it passes as the bucket gains.
        """
        now_s = self._clock()
        gained = (now_s - self._filled_s) * self._limit.bytes_per_s
        # What is left of the first burst is kept, but not gained again.
        ceiling = max(self._limit.burst_bytes, self._held_bytes)
        self._held_bytes = min(ceiling, self._held_bytes + gained) - body_bytes
        self._filled_s = now_s
        return max(0.0, -self._held_bytes) / self._limit.bytes_per_s * 1e3
