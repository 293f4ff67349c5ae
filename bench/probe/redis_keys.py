"""Redis: SET under keys of the probe's own."""

import itertools
import os
from collections.abc import Callable
from typing import Any, Final

import redis

from bench.probe.aws_services import RING
from bench.probe.errors import CallRefused
from bench.probe.service import LARGEST_BODY_BYTES, REDIS

KEY_EXPIRY_S: Final = 600
"""So that a probe that is killed leaves nothing for long."""

_VERDICT_S: Final = 0.2
"""A server judges a value by the length that comes before it, at once; one that has said nothing
for so long waits for the value's bytes."""


class RedisKeys:
    """SET, and the announcement of values that are too large to be sent for a trial."""

    traits = REDIS

    def __init__(self, client: redis.Redis, name: str) -> None:
        self._client = client
        self._name = name
        self._numbers = itertools.count()

    def make(self) -> None:
        """See that the cache answers; keys need no making."""
        self._ask(self._client.ping)

    def prepared(self, size_bytes: int) -> Callable[[], None]:
        """Return a SET of random bytes, or its announcement alone if nobody sends so much."""
        if size_bytes > LARGEST_BODY_BYTES:
            return lambda: self._announced(size_bytes)
        content = os.urandom(size_bytes)

        def put() -> None:
            key = self._key(next(self._numbers) % RING)
            try:
                self._ask(self._client.set, key, content, ex=KEY_EXPIRY_S)
            except CallRefused as refusal:
                # The server hangs up in the middle of the value, and its reason is lost with the
                # connection.
                if not refusal.answered:
                    self._announced(size_bytes)
                raise

        return put

    def remove(self) -> None:
        """Delete the keys."""
        self._ask(self._client.unlink, *(self._key(number) for number in range(RING)))

    def _key(self, number: int) -> str:
        return f"{self._name}:{number}"

    def _announced(self, size_bytes: int) -> None:
        """Begin a SET of so many bytes, and hang up before any of them is sent.

        Raises
        ------
        CallRefused
            When the server refuses the announcement.
        """
        key = self._key(0).encode()
        head = b"*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n" % (len(key), key, size_bytes)
        self._ask(self._announce, head)

    def _announce(self, head: bytes) -> None:
        pool = self._client.connection_pool
        connection: Any = pool.get_connection()
        try:
            connection.send_packed_command([head])
            if connection.can_read(_VERDICT_S):
                connection.read_response()
        finally:
            # Half a command is on it: no other may follow.
            connection.disconnect()
            pool.release(connection)

    @staticmethod
    def _ask(command: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            raise CallRefused(str(error), answered=False) from error
        except redis.RedisError as error:
            raise CallRefused(str(error)) from error
