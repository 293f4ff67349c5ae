"""A clock that runs faster than the machine's: retries that take minutes come in seconds."""

import asyncio
import time
from collections.abc import Callable


class ScaledClock:
    """The machine's clock, *scale* times as fast from its making on.

    Raises
    ------
    ValueError
        When *scale* is not positive.
    """

    def __init__(self, scale: float = 1.0) -> None:
        if scale <= 0:
            raise ValueError(f"scale is {scale}: a clock runs forwards")
        self._scale = scale
        self._began = time.time()

    def time(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._began + (time.time() - self._began) * self._scale

    async def sleep(self, seconds: float) -> None:
        """Return when so many of this clock's seconds have passed."""
        await asyncio.sleep(seconds / self._scale)

    def call_later(self, seconds: float, call: Callable[[], object]) -> asyncio.TimerHandle:
        """Make a call when so many of this clock's seconds have passed."""
        return asyncio.get_running_loop().call_later(seconds / self._scale, call)
