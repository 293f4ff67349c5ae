"""Which invocations Lambda takes: concurrency, request rate and the scaling rate.

Source of the rules: Lambda Developer Guide, "Understanding Lambda function scaling" and "Lambda
scaling behavior".
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from sim.lambda_service.function import FunctionConfiguration
from sim.lambda_service.invocation import InvokeError
from sim.token_bucket import TokenBucket

ACCOUNT_CONCURRENCY: Final = 1_000
"""Concurrent executions in an account and Region. Source: Lambda quotas, default value."""

UNRESERVABLE: Final = 100
"""Units of the account's concurrency that no function can reserve. Source: as above."""

REQUESTS_PER_CONCURRENCY: Final = 10
"""Requests a second for each unit of concurrency. Source: Lambda quotas, "Requests per second"."""

SCALING_BURST: Final = 1_000
SCALING_RATE_PER_S: Final = 100.0
"""Execution environments that a function may gain: 1,000 in 10 s, refilled continuously. Source:
Lambda Developer Guide, "Concurrency scaling rate"."""

_MESSAGE = "Rate Exceeded."


class Admission:
    """Counts what runs, and refuses what Lambda would throttle.

    Parameters
    ----------
    concurrency
        The account's concurrent executions.
    clock
        Seconds that never run backwards.
    """

    def __init__(
        self,
        concurrency: int = ACCOUNT_CONCURRENCY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.concurrency = concurrency
        self.throttles: Counter[str] = Counter()
        self._clock = clock
        self._running: Counter[str] = Counter()
        self._reserved: dict[str, int] = {}
        self._own_rates: dict[str, TokenBucket] = {}
        self._scaling: dict[str, TokenBucket] = {}
        per_s = REQUESTS_PER_CONCURRENCY * concurrency
        self._rate = TokenBucket(per_s, per_s, clock)

    @property
    def running(self) -> int:
        """Invocations under way in the account."""
        return self._running.total()

    @property
    def unreserved(self) -> int:
        """The concurrency that functions without a reservation share."""
        return self.concurrency - sum(self._reserved.values())

    def add(self, function: FunctionConfiguration) -> None:
        """Make a function and its reservation known.

        Raises
        ------
        InvokeError
            400 `InvalidParameterValueException` when too little would stay unreserved.
        """
        self._reserved.pop(function.name, None)
        self._own_rates.pop(function.name, None)
        reserved = function.reserved_concurrency
        if reserved is not None:
            if self.unreserved - reserved < min(UNRESERVABLE, self.concurrency):
                raise InvokeError(
                    400,
                    "InvalidParameterValueException",
                    "Specified ReservedConcurrentExecutions for function decreases account's "
                    "UnreservedConcurrentExecution below its minimum value of "
                    f"[{UNRESERVABLE}].",
                )
            self._reserved[function.name] = reserved
            per_s = REQUESTS_PER_CONCURRENCY * reserved
            self._own_rates[function.name] = TokenBucket(per_s, per_s, self._clock)
        self._scaling[function.name] = TokenBucket(SCALING_RATE_PER_S, SCALING_BURST, self._clock)

    def enter(self, name: str, *, rated: bool = True) -> None:
        """Count an invocation in, which `leave` counts out; asynchronous ones are not *rated*.

        Raises
        ------
        InvokeError
            429 `TooManyRequestsException` with Lambda's reason.
        """
        reserved = self._reserved.get(name)
        if reserved is None:
            shared = self.running - sum(self._running[other] for other in self._reserved)
            if shared >= self.unreserved:
                raise self._throttled(name, "ConcurrentInvocationLimitExceeded")
            if rated and not self._rate.take():
                raise self._throttled(name, "FunctionInvocationRateLimitExceeded")
        else:
            if self._running[name] >= reserved:
                raise self._throttled(name, "ReservedFunctionConcurrentInvocationLimitExceeded")
            if rated and not self._own_rates[name].take():
                raise self._throttled(name, "ReservedFunctionInvocationRateLimitExceeded")
        self._running[name] += 1

    def leave(self, name: str) -> None:
        """Count an invocation out."""
        self._running[name] -= 1

    def scale(self, name: str) -> None:
        """Count a new execution environment of a function.

        Raises
        ------
        InvokeError
            429 when the function has scaled as fast as Lambda lets it. Lambda names no reason of
            its own for that; the account's is the one that its documentation comes nearest to.
        """
        if not self._scaling[name].take():
            raise self._throttled(name, "ConcurrentInvocationLimitExceeded")

    def _throttled(self, name: str, reason: str) -> InvokeError:
        self.throttles[name] += 1
        return InvokeError(429, "TooManyRequestsException", _MESSAGE, reason=reason)
