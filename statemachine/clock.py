"""Time, handed in: the machine's, or one that jumps to whatever is due next."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol, TypeVar

from statemachine.errors import ExecutionError

T = TypeVar("T")


class Alarm(Protocol):
    """A call that is to come."""

    def cancel(self) -> None:
        """Do without the call; nothing happens if it has been made."""


class Clock(Protocol):
    """What the interpreter asks for the time and waits by."""

    def time(self) -> float:
        """Return the time in seconds since the epoch."""

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed."""

    def call_later(self, seconds: float, call: Callable[[], object]) -> Alarm:
        """Make a call when so many seconds have passed."""


class AsyncioClock:
    """The machine's clock and the running event loop's timers."""

    def time(self) -> float:
        """Return the time in seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed."""
        await asyncio.sleep(seconds)

    def call_later(self, seconds: float, call: Callable[[], object]) -> Alarm:
        """Make a call when so many seconds have passed."""
        return asyncio.get_running_loop().call_later(seconds, call)


class _Due:
    """A call of a virtual clock; without one it has been made, or is not wanted any more."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[[], object]) -> None:
        self.call: Callable[[], object] | None = call

    def cancel(self) -> None:
        self.call = None


class VirtualClock:
    """A clock that takes no time: when everybody waits, it jumps to the first that is due.

    It moves on only when the event loop has nothing else to run, and wakes one sleeper at a time,
    in the order of their times and then of their calls. So what happens does not depend on how fast
    the machine is. A program that waits for something outside of the loop meanwhile, such as an
    answer from the network, is not waited for.

    Parameters
    ----------
    start
        Seconds since the epoch at which it begins.
    """

    _SETTLING_TURNS: Final = 20
    """Turns in which others may go on before time does, on a loop that does not tell whether it has
    anything to run."""

    _LEAST_SWEEP: Final = 1_000
    """Calls that wait before those that are not wanted any more are thrown away."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._waiting: list[tuple[float, int, _Due]] = []
        self._numbers = itertools.count()
        self._settling: asyncio.AbstractEventLoop | None = None
        self._sweep_at = self._LEAST_SWEEP

    def time(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return when the clock has come that far."""
        due: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not due.done():
                due.set_result(None)

        alarm = self.call_later(seconds, wake)
        try:
            await due
        finally:
            alarm.cancel()

    def call_later(self, seconds: float, call: Callable[[], object]) -> Alarm:
        """Make a call when the clock has come that far."""
        if len(self._waiting) >= self._sweep_at:
            self._waiting = [each for each in self._waiting if each[2].call is not None]
            heapq.heapify(self._waiting)
            self._sweep_at = max(self._LEAST_SWEEP, 2 * len(self._waiting))
        due = _Due(call)
        heapq.heappush(self._waiting, (self._now + max(0.0, seconds), next(self._numbers), due))
        loop = asyncio.get_running_loop()
        if self._settling is not loop:
            self._settling = loop
            loop.call_soon(self._settle, loop, self._SETTLING_TURNS)
        return due

    def _settle(self, loop: asyncio.AbstractEventLoop, turns: int) -> None:
        """Come again while others go on, then make the next call that is wanted."""
        # What else the loop has to run now. Not part of its interface, but the only way to know.
        ready = getattr(loop, "_ready", None)
        if ready if ready is not None else turns:
            loop.call_soon(self._settle, loop, turns - 1)
            return
        while self._waiting:
            due_s, _, due = heapq.heappop(self._waiting)
            if due.call is not None:
                self._now = max(self._now, due_s)
                call, due.call = due.call, None
                loop.call_soon(self._settle, loop, self._SETTLING_TURNS)
                call()
                return
        self._settling = None


async def within(
    clock: Clock, work: Coroutine[Any, Any, T], timeout_s: float | None, expiry: ExecutionError
) -> T:
    """Return what *work* returns, or end it when *timeout_s* has passed and raise *expiry*."""
    if timeout_s is None:
        return await work
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - a coroutine of asyncio runs in a task
    before = task.cancelling()
    is_over = False

    def end() -> None:
        nonlocal is_over
        is_over = True
        task.cancel()

    alarm = clock.call_later(timeout_s, end)
    try:
        return await work
    except asyncio.CancelledError:
        # As asyncio.timeout has it: a cancellation that came from elsewhere goes on.
        if is_over and task.uncancel() <= before:
            raise expiry from None
        raise
    finally:
        alarm.cancel()
