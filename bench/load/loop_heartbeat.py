"""A greenlet that only wants to wake in time, and notes by how much it did not.

What it is late by is what everything in the load generator's loop is late by: a request that is
due, an answer that has come. Late requests alone do not show the second.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import gevent

PERIOD_S: Final = 0.01
"""A hundred beats a second cost less than 1 % of a core, and give a p99 within seconds."""


class LoopHeartbeat:
    """Beats while its with-block runs; `lags_ms` are how late each beat was.

    The loop's timers have a grain of 1 ms, which an idle loop shows too.
    """

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, period_s: float = PERIOD_S
    ) -> None:
        self._clock = clock
        self._period_s = period_s
        self._beating: gevent.Greenlet | None = None
        self._asleep_since_s: float | None = None
        self.lags_ms: list[float] = []

    def __enter__(self) -> Self:
        self._beating = gevent.spawn(self._beat)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._beating is not None:
            self._beating.kill()
        # A beat that is overdue would otherwise be lost, and with it a hold-up at the very end.
        if self._asleep_since_s is not None:
            self._note(self._asleep_since_s)

    def _beat(self) -> None:
        while True:
            self._asleep_since_s = began_s = self._clock()
            gevent.sleep(self._period_s)
            self._note(began_s)

    def _note(self, asleep_since_s: float) -> None:
        lag_s = self._clock() - asleep_since_s - self._period_s
        self.lags_ms.append(max(0.0, lag_s * 1e3))
