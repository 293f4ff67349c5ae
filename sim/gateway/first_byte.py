"""What a connection's bytes tell: when a request's first byte came, and when none comes any more.

The server tells a handler of a request only when its headers were whole. By then most of a body
has been received too, since it comes right behind the headers. Without the first byte's time that
share of the upload would be no stage's.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from sim.machine_clock import clock_identity

FIRST_BYTE: Final = web.RequestKey("first_byte_s", float)
"""A request's entry with the time on `time.perf_counter`."""

CLOCK_HEADER: Final = "x-firstwrite-clock"
"""Response header with the times of the request's first byte and of the answer, in seconds of the
machine's monotonic clock, and whose clock that is. A client on the same machine reads off it how
long either took to reach the other end; on AWS there is no such header."""

IDLE_LIMIT_S: Final = 310.0
"""How long a connection may be silent, in either direction, before the gateway closes it.
Source: API Gateway Developer Guide, "Quotas for configuring and running a REST API", idle
connection timeout."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FirstByteClock:
    """Notes when the first byte after the last answer came, for each connection of a server.

    Closes a connection on which nothing has come for *idle_limit_s* although it is the client's
    turn: one that stops in the middle of a request would otherwise be waited for without end.
    """

    def __init__(self, idle_limit_s: float = IDLE_LIMIT_S) -> None:
        self._idle_limit_s = idle_limit_s
        self._first_byte_s: dict[asyncio.BaseProtocol, float] = {}
        self._handled: dict[asyncio.BaseProtocol, web.Request] = {}

    def watch(self, server: web.Server) -> Callable[[], asyncio.Protocol]:
        """Return what `loop.create_server` takes instead of *server*."""
        return lambda: _Watched(
            server(), self._first_byte_s, self._awaits_bytes, self._idle_limit_s
        )

    def _awaits_bytes(self, protocol: asyncio.BaseProtocol) -> bool:
        """Return whether it is the client's turn: no whole request is being worked on."""
        request = self._handled.get(protocol)
        return request is None or not request.content.is_eof()

    @web.middleware
    async def middleware(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Put the time into the request, and forget it when the request has been answered."""
        protocol = request.protocol
        first_byte_s = self._first_byte_s.get(protocol, time.perf_counter())
        request[FIRST_BYTE] = first_byte_s
        if protocol is not None:
            self._handled[protocol] = request
        try:
            response = await handler(request)
            answered_s = time.perf_counter()
            response.headers[CLOCK_HEADER] = (
                f"{first_byte_s:.6f} {answered_s:.6f} {clock_identity()}"
            )
            return response
        finally:
            # A handler that does not read its body has to close the connection: what still comes
            # of it would be taken for the next request's first byte.
            self._first_byte_s.pop(protocol, None)
            self._handled.pop(protocol, None)


class _Watched(asyncio.Protocol):
    """Hands everything on to the server's own protocol."""

    def __init__(
        self,
        inner: asyncio.Protocol,
        first_byte_s: dict[asyncio.BaseProtocol, float],
        awaits_bytes: Callable[[asyncio.BaseProtocol], bool],
        idle_limit_s: float,
    ) -> None:
        self._inner = inner
        self._first_byte_s = first_byte_s
        self._awaits_bytes = awaits_bytes
        self._idle_limit_s = idle_limit_s
        self._heard_s = 0.0
        self._silence: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._heard_s = time.perf_counter()
        self._await_silence(transport, self._idle_limit_s)
        self._inner.connection_made(transport)

    def _await_silence(self, transport: asyncio.BaseTransport, wait_s: float) -> None:
        # One timer that is set anew when it has run out is cheaper than one a received piece.
        self._silence = asyncio.get_running_loop().call_later(wait_s, self._ran_out, transport)

    def _ran_out(self, transport: asyncio.BaseTransport) -> None:
        left_s = self._heard_s + self._idle_limit_s - time.perf_counter()
        if left_s > 0:
            self._await_silence(transport, left_s)
        elif not self._awaits_bytes(self._inner):
            self._await_silence(transport, self._idle_limit_s)
        else:
            transport.close()

    def data_received(self, data: bytes) -> None:
        self._heard_s = time.perf_counter()
        if self._inner not in self._first_byte_s:
            self._first_byte_s[self._inner] = time.perf_counter()
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._silence is not None:
            self._silence.cancel()
        self._inner.connection_lost(exc)
        self._first_byte_s.pop(self._inner, None)
