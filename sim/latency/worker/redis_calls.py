"""Sees the commands of every redis-py connection, and fills them up.

A connection that is opened counts as an operation of its own; what passes while it is (AUTH, HELLO)
is part of it.
"""

from typing import Any, Final
from weakref import WeakKeyDictionary

from sim.latency.worker.calls import Calls

_SENDS_A_VALUE: Final = frozenset({"SET", "SETEX", "PSETEX", "SETNX", "GETSET", "APPEND", "HSET"})
"""Commands whose size is what they send; any other is a round trip, sized by its answer."""


def watch_redis(calls: Calls) -> None:
    """Have every connection tell of its commands, from now on."""
    from redis.connection import AbstractConnection

    # redis-py's own are partly without types.
    connect: Any = AbstractConnection.connect_check_health
    send: Any = AbstractConnection.send_command
    read: Any = AbstractConnection.read_response
    opening: set[int] = set()
    pending: WeakKeyDictionary[Any, tuple[str, int, float]] = WeakKeyDictionary()

    def connect_watched(self: Any, *arguments: Any, **named: Any) -> Any:
        if self._sock is not None or id(self) in opening:
            return connect(self, *arguments, **named)
        begun_s = calls.clock()
        opening.add(id(self))
        try:
            opened = connect(self, *arguments, **named)
        finally:
            opening.discard(id(self))
        _filled(calls, "connection.open", 0, begun_s)
        return opened

    def send_watched(self: Any, *arguments: Any, **named: Any) -> Any:
        if id(self) in opening or not arguments:
            return send(self, *arguments, **named)
        if self._sock is None:  # as `send` would, but its own time begins behind it
            self.connect_check_health(check_health=False)
        begun_s = calls.clock()
        pending.pop(self, None)
        sent = send(self, *arguments, **named)
        sized = sum(_length(each) for each in arguments[2:])
        pending[self] = (_text(arguments[0]).upper(), sized, begun_s)
        return sent

    def read_watched(self: Any, *arguments: Any, **named: Any) -> Any:
        answer = read(self, *arguments, **named)
        command, sized, begun_s = pending.pop(self, ("", 0, 0.0))
        if command in _SENDS_A_VALUE:
            _filled(calls, "elasticache.SET", sized, begun_s)
        elif command:
            _filled(calls, "elasticache.GET", _length(answer), begun_s)
        return answer

    AbstractConnection.connect_check_health = connect_watched  # type: ignore[method-assign]
    AbstractConnection.send_command = send_watched  # type: ignore[method-assign]
    AbstractConnection.read_response = read_watched  # type: ignore[method-assign]


def _filled(calls: Calls, operation: str, body_bytes: int, begun_s: float) -> None:
    answered_s = calls.clock()
    account = calls.sent if operation == "elasticache.SET" else calls.received
    call, target = account(operation, body_bytes, fresh_connection=False)
    calls.wait_until(begun_s + target.total_ms / 1e3)
    calls.ended(
        call, begun_s=begun_s, target_ms=target.total_ms, answered_s=answered_s, client_ms=0.0
    )


def _text(word: Any) -> str:
    return word.decode(errors="replace") if isinstance(word, bytes) else str(word)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, bytes | str | bytearray | memoryview) else 0
