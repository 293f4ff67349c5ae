"""Waits of an event loop to a tenth of a millisecond.

The loop's own timers are as coarse as `epoll_wait`, 1 ms, and always late. Here a thread sleeps
until the first is due, by the kernel's own clock, and then wakes the loop: nothing spins, and the
loop is free meanwhile.
"""

import asyncio
import heapq
import itertools
import threading
import time
from typing import Final

_SPARE_S: Final = 0.00008
"""What passes between the end of the thread's sleep and the loop's next turn, measured: the sleep
ends so much earlier. What is left then is not waited for."""


class PreciseTimer:
    """Lets coroutines of one event loop wait until a time on `time.perf_counter`.

    It has a thread from its first wait until `close`.
    """

    def __init__(self) -> None:
        self._due: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def until(self, due_s: float) -> None:
        """Return at *due_s*; at once when it has passed.

        Raises
        ------
        RuntimeError
            When the timer has been closed.
        """
        if due_s - time.perf_counter() <= _SPARE_S:
            return
        self._loop = asyncio.get_running_loop()
        reached: asyncio.Future[None] = self._loop.create_future()
        with self._changed:
            if self._closed:
                raise RuntimeError("The timer has been closed")
            heapq.heappush(self._due, (due_s - _SPARE_S, next(self._numbers), reached))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="timer", daemon=True)
                self._thread.start()
            elif self._due[0][2] is reached:
                self._changed.notify()
        await reached

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                wait_s = self._due[0][0] - time.perf_counter() if self._due else None
                if wait_s is None or wait_s > 0:
                    self._changed.wait(wait_s)
                    continue
                now_s, reached = time.perf_counter(), []
                while self._due and self._due[0][0] <= now_s:
                    reached.append(heapq.heappop(self._due)[2])
                self._reach(reached)

    def _reach(self, reached: list[asyncio.Future[None]]) -> None:
        """Wake the loop, once for all that are due."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_set, reached)

    def close(self) -> None:
        """End the thread; whoever still waits is let go."""
        with self._changed:
            self._closed = True
            self._reach([reached for _, _, reached in self._due])
            self._due.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()


def _set(reached: list[asyncio.Future[None]]) -> None:
    for each in reached:
        if not each.done():
            each.set_result(None)
