"""The gateway on a port of its own, in a thread, over functions that answer at once."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sim.gateway import AccessLog, FirstByteClock, Gateway, RestApi
from sim.gateway.first_byte import IDLE_LIMIT_S
from sim.gateway.gateway_response import MAX_BODY_BYTES, MAX_HEADER_BYTES
from sim.lambda_service.invocation import InvocationResult, Outcome
from sim.latency.call_record import CallFile
from sim.latency.precise_timer import PreciseTimer
from sim.latency.shaper import Shaper
from sim.latency.shaping import Shaping


class Functions:
    """Stands for the Lambda service: keeps the events, and answers what it is told to."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {"statusCode": 200, "body": "ok"}
        self.error: Exception | None = None
        self.takes_s = 0.0

    async def invoke(
        self, name: str, payload: bytes, *, trace_id: str = "", source: str = "api"
    ) -> InvocationResult:
        del source
        self.events.append({"function": name, "trace": trace_id, **json.loads(payload)})
        await asyncio.sleep(self.takes_s)
        if self.error is not None:
            raise self.error
        now = time.perf_counter()
        return InvocationResult("r", Outcome(json.dumps(self.answer).encode()), now, now, now, 0.0)


class RunningGateway:
    """The gateway, its functions, and raw connections to it."""

    def __init__(
        self, api: RestApi, folder: Path, idle_limit_s: float, shaping: Shaping | None = None
    ) -> None:
        self.call_file = folder / "calls.jsonl"
        self._shaper = (
            Shaper(shaping, CallFile(self.call_file), PreciseTimer()) if shaping else None
        )
        self.functions = Functions()
        self.access_log = folder / "access.log"
        self.now_s = 1_700_000_000.0
        self._api = api
        self._idle_limit_s = idle_limit_s
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        self._started.wait(10)

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        gateway = Gateway(
            {self._api.stage: self._api},
            self.functions,  # type: ignore[arg-type]
            "us-east-1",
            access_log=AccessLog(self.access_log),
            clock=lambda: self.now_s,
            shaper=self._shaper,
        )
        clock = FirstByteClock(self._idle_limit_s)
        application = web.Application(
            client_max_size=MAX_BODY_BYTES, middlewares=[clock.middleware]
        )
        application.router.add_route(
            "*", "/{path:.*}", gateway.handle, expect_handler=gateway.expect
        )
        runner = web.AppRunner(
            application,
            access_log=None,
            auto_decompress=False,
            max_line_size=2 * MAX_HEADER_BYTES,
            max_field_size=2 * MAX_HEADER_BYTES,
        )
        await runner.setup()
        assert runner.server is not None
        server = await self._loop.create_server(clock.watch(runner.server), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._started.set()
        await self._stopping.wait()
        server.close()
        await runner.cleanup()
        if self._shaper:
            self._shaper.close()

    def connect(self) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def exchange(self, data: bytes) -> bytes:
        """Send bytes and return all that comes back."""
        with self.connect() as connection:
            connection.sendall(data)
            return receive_all(connection)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(20)


def receive_all(connection: socket.socket) -> bytes:
    """Return everything until the other side closes, or is silent for a second."""
    connection.settimeout(1)
    received = b""
    try:
        while data := connection.recv(65_536):
            received += data
    except (TimeoutError, ConnectionResetError):
        pass
    return received


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., RunningGateway]]:
    """Start gateways; all are stopped at the end."""
    opened: list[RunningGateway] = []

    def start(
        api: RestApi, idle_limit_s: float = IDLE_LIMIT_S, shaping: Shaping | None = None
    ) -> RunningGateway:
        opened.append(RunningGateway(api, tmp_path, idle_limit_s, shaping))
        return opened[-1]

    yield start
    for gateway in opened:
        gateway.close()
