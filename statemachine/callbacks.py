"""Task tokens: tasks that somebody outside ends, and keeps alive with heartbeats."""

import asyncio
import base64
import binascii
import random
import zlib
from typing import Any, Final

from statemachine.clock import Clock
from statemachine.errors import StateMachineError, TaskFailed
from statemachine.execution.time_limits import TimeLimits
from statemachine.scope import ABSENT

_NUMBER_BYTES: Final = 32
_CHECKSUM_BYTES: Final = 4


class InvalidTaskToken(StateMachineError):
    """A text is no task token."""


class TaskClosed(StateMachineError):
    """A token's task has ended, timed out, or is not known here."""


class OpenTask:
    """A task that waits for its end from outside.

    Parameters
    ----------
    token
        What whoever ends it names it by.
    clock
        By which its time limits go.
    """

    __slots__ = ("_beat_s", "_clock", "_outcome", "_waiter", "token")

    def __init__(self, token: str, clock: Clock) -> None:
        self.token = token
        self._clock = clock
        self._beat_s = clock.time()
        self._outcome: Any = ABSENT
        self._waiter: asyncio.Future[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether its end has been told."""
        return self._outcome is not ABSENT

    def beat(self) -> None:
        """Begin the heartbeat's time anew."""
        self._beat_s = self._clock.time()

    def end(self, outcome: Any) -> None:
        """Note its result, or the exception that it failed with; the first that comes counts."""
        if not self.ended:
            self._outcome = outcome
            self._wake()

    async def outcome(self, limits: TimeLimits) -> Any:
        """Return its result when it has one.

        Raises
        ------
        ExecutionError
            What it failed with, or that its time is over.
        """
        while not self.ended:
            alarm = None
            expiry = limits.next_expiry(self._beat_s)
            if expiry is not None:
                due_s, error = expiry
                left_s = due_s - self._clock.time()
                if left_s <= 0:
                    raise error
                alarm = self._clock.call_later(left_s, self._wake)
            # One future for whatever comes first: thousands of tasks may wait at a time.
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                if alarm is not None:
                    alarm.cancel()
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Callbacks:
    """The tasks that wait for their end from outside, by their tokens."""

    def __init__(self) -> None:
        self._open: dict[str, OpenTask] = {}

    def __len__(self) -> int:
        """Return how many tasks wait."""
        return len(self._open)

    def open(self, clock: Clock, randomness: random.Random) -> OpenTask:
        """Return a new task; whoever opens it closes it."""
        task = OpenTask(_new_token(randomness), clock)
        self._open[task.token] = task
        return task

    def close(self, task: OpenTask) -> None:
        """Forget a task: its token is worth nothing from now on."""
        self._open.pop(task.token, None)

    def succeed(self, token: str, output: Any) -> None:
        """End a task with a result, a JSON value.

        Raises
        ------
        InvalidTaskToken, TaskClosed
        """
        self._waiting(token).end(output)

    def fail(self, token: str, error: str = "", cause: str = "") -> None:
        """End a task with an error.

        Raises
        ------
        InvalidTaskToken, TaskClosed
        """
        self._waiting(token).end(TaskFailed(error, cause))

    def heartbeat(self, token: str) -> None:
        """Say that a task goes on.

        Raises
        ------
        InvalidTaskToken, TaskClosed
        """
        self._waiting(token).beat()

    def _waiting(self, token: str) -> OpenTask:
        task = self._open.get(token)
        if task is None or task.ended:
            if not _is_token(token):
                raise InvalidTaskToken(token)
            raise TaskClosed(token)
        return task


def _new_token(randomness: random.Random) -> str:
    number = randomness.getrandbits(8 * _NUMBER_BYTES).to_bytes(_NUMBER_BYTES, "big")
    return base64.b64encode(number + _checksum(number)).decode()


def _is_token(text: str) -> bool:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    number = content[:_NUMBER_BYTES]
    return len(content) == _NUMBER_BYTES + _CHECKSUM_BYTES and content == number + _checksum(number)


def _checksum(number: bytes) -> bytes:
    return zlib.crc32(number).to_bytes(_CHECKSUM_BYTES, "big")
