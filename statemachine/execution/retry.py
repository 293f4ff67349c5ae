"""Which retrier or catcher an error goes to, and how long a retry waits.

Source: Amazon States Language specification, "Errors"; Step Functions Developer Guide, "Handling
errors in Step Functions workflows".
"""

import random
from collections.abc import Sequence
from typing import Final, TypeVar

from statemachine.definition.states import Catcher, Retrier
from statemachine.errors import DATA_LIMIT_EXCEEDED, RUNTIME, TIMEOUT, ExecutionError

_ALL: Final = "States.ALL"
_TASK_FAILED: Final = "States.TaskFailed"
_NOT_OF_ALL: Final = frozenset({DATA_LIMIT_EXCEEDED, RUNTIME})

Handler = TypeVar("Handler", Retrier, Catcher)


def _handler_of(error: ExecutionError, handlers: Sequence[Handler]) -> tuple[Handler, int] | None:
    """Return the first retrier or catcher whose ErrorEquals matches, and its place."""
    if error.is_fatal:
        return None
    for place, handler in enumerate(handlers):
        if _matches(error, handler.error_equals):
            return handler, place
    return None


def retrier_of(error: ExecutionError, retriers: Sequence[Retrier]) -> tuple[Retrier, int] | None:
    """Return the first retrier whose ErrorEquals matches, and its place."""
    return _handler_of(error, retriers)


def catcher_of(error: ExecutionError, catchers: Sequence[Catcher]) -> tuple[Catcher, int] | None:
    """Return the first catcher whose ErrorEquals matches, and its place."""
    return _handler_of(error, catchers)


def _matches(raised: ExecutionError, names: Sequence[str]) -> bool:
    error = raised.error
    return any(
        name in raised.names
        or (name == _ALL and error not in _NOT_OF_ALL)
        or (name == _TASK_FAILED and error not in {TIMEOUT, *_NOT_OF_ALL})
        for name in names
    )


class Retries:
    """Counts the attempts of one state's visit, for each retrier by itself."""

    def __init__(self, retriers: Sequence[Retrier], randomness: random.Random) -> None:
        self._retriers = retriers
        self._randomness = randomness
        self._attempts: dict[int, int] = {}
        self.count = 0

    def delay_s(self, error: ExecutionError) -> float | None:
        """Return how long to wait before the next attempt, or None if there is to be none."""
        found = _handler_of(error, self._retriers)
        if found is None:
            return None
        retrier, place = found
        attempts = self._attempts.get(place, 0)
        if attempts >= retrier.max_attempts:
            return None
        self._attempts[place] = attempts + 1
        self.count += 1
        return delay_s(retrier, attempts, self._randomness)


def delay_s(retrier: Retrier, attempts: int, randomness: random.Random) -> float:
    """Return how long a retrier waits after so many retries of its own."""
    try:
        delay_s = retrier.interval_s * retrier.backoff_rate**attempts
    except OverflowError:
        delay_s = float("inf")
    # No execution lasts longer than a year, so nothing waits longer.
    delay_s = min(delay_s, retrier.max_delay_s or 31_536_000)
    return randomness.uniform(0, delay_s) if retrier.full_jitter else delay_s
