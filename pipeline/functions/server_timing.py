"""The handler's part of the latency breakdown, as a Server-Timing response header.

Source: W3C Server Timing, https://www.w3.org/TR/server-timing/ (`dur` is in milliseconds).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

Stage = Literal[
    "handler-parse",
    "handler-validate",
    "handler-decode",
    "handler-hash",
    "payload-store",
    "start-execution",
]
REST = "handler-rest"
"""All time in the handler that no stage covers, so that the entries add up to its total."""


class ServerTiming:
    """Stop-watch of one invocation, with disjoint stages.

    Parameters
    ----------
    clock_ns
        Monotonic clock in nanoseconds.
    """

    def __init__(self, clock_ns: Callable[[], int] = time.perf_counter_ns) -> None:
        self._clock_ns = clock_ns
        self._started_ns = clock_ns()
        self._stages_ns: dict[str, int] = {}

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """Time the body of a `with` as *name*, also when it raises."""
        started_ns = self._clock_ns()
        try:
            yield
        finally:
            self._stages_ns[name] = self._clock_ns() - started_ns

    def header(self) -> str:
        """Return the header's value: the stages in order of occurrence, then the rest."""
        total_ns = self._clock_ns() - self._started_ns
        stages_ns = {**self._stages_ns, REST: total_ns - sum(self._stages_ns.values())}
        return ", ".join(f"{name};dur={ns / 1e6:.3f}" for name, ns in stages_ns.items())
