"""The calls of one execution environment: their targets, the waits, and the records."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final

from sim.latency.function_network import FunctionNetworkBucket
from sim.latency.luck import trace_id_of
from sim.latency.shaping import Call, Shaping
from sim.latency.target import Target

_KEPT_MESSAGES: Final = 256
"""Of so many messages the numbers of calls are kept: one that is tried again goes on counting, and
so does not meet the same luck again."""


class Calls:
    """Targets and records of the calls that a handler makes.

    Parameters
    ----------
    shaping
        What the targets are drawn from.
    write
        Takes each record, a JSON object.
    clock, sleep
        Monotonic seconds, and waiting for some.
    """

    def __init__(
        self,
        shaping: Shaping,
        write: Callable[[dict[str, Any]], None],
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.clock = clock
        self._shaping = shaping
        self._write = write
        self._sleep = sleep
        self._trace, self._caller = "", ""
        self._counted: dict[tuple[str, str], Counter[str]] = {}
        limit = shaping.function_network
        self._sending = FunctionNetworkBucket(limit, clock) if limit else None
        self._receiving = FunctionNetworkBucket(limit, clock) if limit else None

    def begin(self, trace_header: str, handler: str) -> None:
        """Begin an invocation: what is called from now on is its."""
        self._trace, self._caller = trace_id_of(trace_header), handler

    def end_invocation(self, began_s: float, ended_s: float) -> None:
        """Say when the handler had the invocation."""
        self._write({"handler_began_s": began_s, "handler_ended_s": ended_s})

    def sent(
        self, operation: str, body_bytes: int, *, fresh_connection: bool
    ) -> tuple[Call, Target]:
        """Return a call that is about to send so many bytes, and its target."""
        return self._targeted(operation, body_bytes, self._sending, fresh=fresh_connection)

    def received(
        self, operation: str, body_bytes: int, *, fresh_connection: bool
    ) -> tuple[Call, Target]:
        """Return a call whose answer has so many bytes, and its target."""
        return self._targeted(operation, body_bytes, self._receiving, fresh=fresh_connection)

    def _targeted(
        self, operation: str, body_bytes: int, bucket: FunctionNetworkBucket | None, *, fresh: bool
    ) -> tuple[Call, Target]:
        call = Call(
            operation=operation,
            trace=self._trace,
            caller=self._caller,
            occurrence=self._occurrence(operation),
            body_bytes=body_bytes,
            fresh_connection=fresh,
        )
        if bucket is not None and body_bytes:
            call = replace(call, least_streaming_ms=bucket.least_ms(body_bytes))
        return call, self._shaping.target(call)

    def _occurrence(self, operation: str) -> int:
        key = (self._trace, self._caller)
        counted = self._counted.pop(key, Counter())
        self._counted[key] = counted  # now the youngest
        while len(self._counted) > _KEPT_MESSAGES:
            del self._counted[next(iter(self._counted))]
        counted[operation] += 1
        return counted[operation] - 1

    def wait_until(self, due_s: float) -> None:
        """Wait until a time on the clock; other threads go on."""
        left_s = due_s - self.clock()
        if left_s > 0:
            self._sleep(left_s)

    def ended(
        self, call: Call, *, begun_s: float, target_ms: float, answered_s: float, client_ms: float
    ) -> None:
        """Write the record of a call that has been waited for.

        *answered_s* is when the emulator's answer was there.
        """
        self._write(
            {
                **asdict(call),
                "begun_s": begun_s,
                "target_ms": target_ms,
                "emulator_ms": (answered_s - begun_s) * 1e3,
                "client_ms": client_ms,
                "total_ms": (self.clock() - begun_s) * 1e3,
            }
        )
