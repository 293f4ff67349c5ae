"""Writes a prepared body with a raw SET: the least that Redis-first can cost.

It runs in Locust's gevent loop, like everything else that is sent. That was measured first
(redis-py 8.1 with hiredis, loopback, 50 SETs a size, two rounds, medians in ms):

    =========  ===========  ==========  =================
    body       plain        greenlet    gevent threadpool
    =========  ===========  ==========  =================
    256 KB     0.72, 0.79   0.89, 1.02  0.96, 0.92
    1 MB       2.11, 1.57   1.66, 1.60  1.63, 1.65
    3 MB       13.6, 9.2    7.2, 7.9    8.7, 8.8
    6.28 MB    26.0, 26.7   26.5, 26.8  35.8, 28.9
    =========  ===========  ==========  =================

"plain" is a process without gevent. A greenlet adds 0.2 ms at 256 KB and nothing that shows above
that; a thread costs as much at 256 KB and more at the largest, as it competes with the loop for the
interpreter.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import redis

from bench.load.sender import ERROR_CHARACTERS, READY_CONNECTIONS, Answer

_KEY_EXPIRY_S = 600
"""So that a run that is killed before it deletes its keys leaves none for long."""


class RedisSetSender:
    """Writes bodies with a raw SET, one key each, and deletes them after the block.

    Parameters
    ----------
    client
        With a socket timeout, or a cache that hangs would hold up the run until its own bound.
    """

    method = "SET"

    def __init__(self, client: redis.Redis, *, key_prefix: str, clock: Callable[[], float]) -> None:
        self._client = client
        self._key_prefix = key_prefix
        self._clock = clock
        self._keys: list[str] = []
        self._ready = 0

    def before_block(self, requests: int) -> None:
        """Open connections and log in; a cache that cannot be reached the requests will tell of."""
        pool = self._client.connection_pool
        ready: list[Any] = []
        with contextlib.suppress(redis.RedisError):
            ready.extend(pool.get_connection() for _ in range(min(requests, READY_CONNECTIONS)))
        for connection in ready:
            pool.release(connection)
        self._ready = self._connections()

    def send(self, content: bytes, trace_id: str = "") -> Answer:
        """SET `content` under a new key; Redis knows no traces."""
        del trace_id
        key = f"{self._key_prefix}{len(self._keys)}"
        self._keys.append(key)
        status, error = 200, ""
        sent_s = self._clock()
        try:
            self._client.set(key, content, ex=_KEY_EXPIRY_S)
        except redis.RedisError as failure:
            status, error = 0, str(failure)[:ERROR_CHARACTERS]
        return Answer(sent_s, self._clock(), status, error, message_id="", server_timing="")

    def after_block(self) -> int:
        """Delete this block's keys; return how many connections it opened."""
        opened = self._connections() - self._ready
        # What cannot be deleted now expires; the SETs themselves have told what is wrong.
        with contextlib.suppress(redis.RedisError):
            if self._keys:
                self._client.unlink(*self._keys)
        self._keys.clear()
        return opened

    def _connections(self) -> int:
        return sum(count for count, _ in self._client.connection_pool.get_connection_count())
