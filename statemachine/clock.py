"""Time, handed in: the machine's, or one that jumps to whatever is due next."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

from statemachine.errors import ExecutionError

T = TypeVar("T")


class Clock(Protocol):
    """What the interpreter asks for the time and waits by."""

    def time(self) -> float:
        """Return the time in seconds since the epoch."""

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed."""


class AsyncioClock:
    """The machine's clock and the running event loop's timers."""

    def time(self) -> float:
        """Return the time in seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed."""
        await asyncio.sleep(seconds)


class VirtualClock:
    """A clock for tests: when everybody waits, it jumps to the first that is due.

    Parameters
    ----------
    start
        Seconds since the epoch at which it begins.
    """

    _SETTLING_TURNS = 20
    """Turns of the event loop in which others may go on before time does."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._advancing: asyncio.Task[None] | None = None

    def time(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return when the clock has come that far."""
        due: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + max(0.0, seconds), next(self._numbers), due))
        if self._advancing is None or self._advancing.done():
            self._advancing = asyncio.create_task(self._advance())
        await due

    async def _advance(self) -> None:
        while self._sleepers:
            for _ in range(self._SETTLING_TURNS):
                await asyncio.sleep(0)
            if self._sleepers:
                due_s, _, sleeper = heapq.heappop(self._sleepers)
                if not sleeper.done():
                    self._now = max(self._now, due_s)
                    sleeper.set_result(None)


async def within(
    clock: Clock, work: Coroutine[Any, Any, T], timeout_s: float | None, expiry: ExecutionError
) -> T:
    """Return what *work* returns, or end it when *timeout_s* has passed and raise *expiry*."""
    if timeout_s is None:
        return await work
    working = asyncio.ensure_future(work)
    waiting = asyncio.ensure_future(clock.sleep(timeout_s))
    both: list[asyncio.Future[Any]] = [working, waiting]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
    finally:
        for future in both:
            future.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    raise expiry
