"""The token bucket by which AWS's services throttle."""

import time
from collections.abc import Callable


class TokenBucket:
    """Holds up to *burst* tokens and gains *rate_per_s* a second; a request takes one.

    Parameters
    ----------
    rate_per_s
        Tokens gained a second.
    burst
        The most tokens that it holds, and what it starts with.
    clock
        Seconds that never run backwards.
    """

    def __init__(
        self, rate_per_s: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._filled_s = clock()

    def take(self) -> bool:
        """Take a token, and return whether there was one."""
        now = self._clock()
        gained = (now - self._filled_s) * self._rate_per_s
        self._tokens = min(self._burst, self._tokens + gained)
        self._filled_s = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
