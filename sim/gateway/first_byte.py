"""When a request's first byte arrived: the server tells a handler only when its headers were whole.

By then most of a body has been received too, since it comes right behind the headers. Without the
first byte's time that share of the upload would be no stage's.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

FIRST_BYTE: Final = web.RequestKey("first_byte_s", float)
"""A request's entry with the time on `time.perf_counter`."""

CLOCK_HEADER: Final = "x-firstwrite-clock"
"""Response header with the times of the request's first byte and of the answer, in seconds of the
machine's monotonic clock. A client on the same machine reads off it how long either took to reach
the other end; on AWS there is no such header."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FirstByteClock:
    """Notes when the first byte after the last answer came, for each connection of a server."""

    def __init__(self) -> None:
        self._first_byte_s: dict[asyncio.BaseProtocol, float] = {}

    def watch(self, server: web.Server) -> Callable[[], asyncio.Protocol]:
        """Return what `loop.create_server` takes instead of *server*."""
        return lambda: _Watched(server(), self._first_byte_s)

    @web.middleware
    async def middleware(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Put the time into the request, and forget it when the request has been answered."""
        protocol = request.protocol
        first_byte_s = self._first_byte_s.get(protocol, time.perf_counter())
        request[FIRST_BYTE] = first_byte_s
        try:
            response = await handler(request)
            answered_s = time.perf_counter()
            response.headers[CLOCK_HEADER] = f"{first_byte_s:.6f} {answered_s:.6f}"
            return response
        finally:
            # A handler that does not read its body has to close the connection: what still comes
            # of it would be taken for the next request's first byte.
            self._first_byte_s.pop(protocol, None)


class _Watched(asyncio.Protocol):
    """Hands everything on to the server's own protocol."""

    def __init__(
        self,
        inner: asyncio.Protocol,
        first_byte_s: dict[asyncio.BaseProtocol, float],
    ) -> None:
        self._inner = inner
        self._first_byte_s = first_byte_s

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
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
        self._inner.connection_lost(exc)
        self._first_byte_s.pop(self._inner, None)
