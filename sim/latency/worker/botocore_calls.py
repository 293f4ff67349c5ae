"""Sees the calls of every boto3 client through botocore's own events, and fills them up.

A call's time begins when its parameters are given and ends when its answer is there: that is what
published figures measure. What the client does before it sends (serialising, checksums, and over
plain HTTP the SHA-256 of the whole body for the signature) is kept apart in the record.
"""

import threading
from dataclasses import dataclass
from typing import Any, Final

from sim.latency.shaping import Call
from sim.latency.target import Target
from sim.latency.worker import ANSWER_DUE_HEADER
from sim.latency.worker.calls import Calls

_SERVICES: Final = {"sfn": "states", "secrets-manager": "secretsmanager"}
"""botocore's names for services that a profile calls by their endpoints."""

_LIKE: Final = {
    "dynamodb.UpdateItem": "dynamodb.PutItem",
    "dynamodb.DeleteItem": "dynamodb.PutItem",
    "dynamodb.TransactWriteItems": "dynamodb.PutItem",
    "dynamodb.Query": "dynamodb.GetItem",
    "dynamodb.BatchGetItem": "dynamodb.GetItem",
}
"""Operations that take as long as another one, as far as is published."""


@dataclass(slots=True)
class _Attempt:
    """One attempt of the call that a thread is making."""

    begun_s: float
    call: Call | None = None
    target: Target | None = None
    sent_s: float = 0.0


class _Watch(threading.local):
    """What the thread is calling; a retry's attempt begins when it is sent."""

    attempt: _Attempt | None = None


def watch_botocore(calls: Calls) -> None:
    """Have every session that is made from now on tell of its calls."""
    from botocore import handlers

    watch, hosts = _Watch(), set[str]()

    def given(**_: Any) -> None:
        watch.attempt = _Attempt(calls.clock())

    def sending(request: Any, event_name: str, **_: Any) -> None:
        attempt = watch.attempt
        if attempt is None or attempt.sent_s:
            attempt = watch.attempt = _Attempt(calls.clock())
        attempt.sent_s = calls.clock()
        host = request.url.split("/", 3)[2]
        fresh = host not in hosts
        hosts.add(host)
        operation = operation_of(event_name)
        body_bytes = int(request.headers.get("Content-Length") or 0)
        attempt.call, attempt.target = calls.sent(operation, body_bytes, fresh_connection=fresh)
        if operation == "states.StartExecution":
            due_s = attempt.begun_s + attempt.target.total_ms / 1e3
            request.headers[ANSWER_DUE_HEADER] = f"{due_s:.6f}"

    def received(parsed_response: Any, exception: Any = None, **_: Any) -> None:
        attempt = watch.attempt
        if attempt is None or attempt.call is None or attempt.target is None:
            return
        if exception is not None or parsed_response is None:
            return  # no answer came: there is nothing to stand for
        answered_s = calls.clock()
        body = parsed_response.get("Body")
        if hasattr(body, "_raw_stream"):
            _pace(body, calls, attempt, answered_s)
            return
        calls.wait_until(attempt.begun_s + attempt.target.total_ms / 1e3)
        calls.ended(
            attempt.call,
            begun_s=attempt.begun_s,
            target_ms=attempt.target.total_ms,
            answered_s=answered_s,
            client_ms=(attempt.sent_s - attempt.begun_s) * 1e3,
        )

    handlers.BUILTIN_HANDLERS.extend(
        [
            ("provide-client-params", given),
            ("before-send", sending),
            ("response-received", received),
        ]
    )


def operation_of(event_name: str) -> str:
    """Return a profile's name of an event's operation: `before-send.sfn.StartExecution`."""
    _, service, operation = event_name.split(".", 2)
    name = f"{_SERVICES.get(service, service)}.{operation}"
    return _LIKE.get(name, name)


def _pace(body: Any, calls: Calls, attempt: _Attempt, answered_s: float) -> None:
    """Hold the first byte back until it is due, and have the rest stream as it should."""
    if attempt.call is None:
        return
    length = int(body._content_length or 0)
    call, target = calls.received(
        attempt.call.operation, length, fresh_connection=attempt.call.fresh_connection
    )
    calls.wait_until(attempt.begun_s + target.first_byte_ms / 1e3)
    begins_s = calls.clock()
    body._raw_stream = _PacedStream(
        body._raw_stream, calls, call, target, attempt, answered_s, begins_s, length
    )


class _PacedStream:
    """A response's stream, whose bytes come no sooner than the target lets them."""

    def __init__(
        self,
        raw: Any,
        calls: Calls,
        call: Call,
        target: Target,
        attempt: _Attempt,
        answered_s: float,
        begins_s: float,
        length: int,
    ) -> None:
        self._raw = raw
        self._calls = calls
        self._call = call
        self._target = target
        self._attempt = attempt
        self._emulator_s = answered_s - attempt.begun_s
        self._begins_s = begins_s
        self._length = length
        self._read_bytes = 0

    def read(self, *arguments: Any, **named: Any) -> Any:
        asked_s = self._calls.clock()
        data = self._raw.read(*arguments, **named)
        self._emulator_s += self._calls.clock() - asked_s
        before, self._read_bytes = self._read_bytes, self._read_bytes + len(data)
        if self._length:
            share = min(1.0, self._read_bytes / self._length)
            self._calls.wait_until(self._begins_s + share * self._target.streaming_ms / 1e3)
        if before < self._length <= self._read_bytes:
            begun_s = self._attempt.begun_s
            self._calls.ended(
                self._call,
                begun_s=begun_s,
                target_ms=self._target.total_ms,
                answered_s=begun_s + self._emulator_s,
                client_ms=(self._attempt.sent_s - begun_s) * 1e3,
            )
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)
