"""A token bucket: the way in which AWS limits API calls."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallBudget:
    """How many calls may be made at once, and how many a second after that."""

    bucket: int
    refill_per_s: float


GET_EXECUTION_HISTORY_BUDGET = CallBudget(bucket=400, refill_per_s=20.0)
"""AWS, "Step Functions service quotas", quotas related to API action throttling:
GetExecutionHistory, bucket size 400, refill rate 20 a second."""


class TokenBucket:
    """Makes callers, of any thread, keep to a budget."""

    def __init__(
        self, budget: CallBudget, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._tokens = float(budget.bucket)
        self._filled_s = clock()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Take one token; waits until there is one."""
        with self._lock:
            now_s = self._clock()
            gained = (now_s - self._filled_s) * self._budget.refill_per_s
            self._tokens = min(self._budget.bucket, self._tokens + gained) - 1
            self._filled_s = now_s
            wait_s = max(0.0, -self._tokens / self._budget.refill_per_s)
        if wait_s:
            self._sleep(wait_s)
