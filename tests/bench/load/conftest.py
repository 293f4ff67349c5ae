"""A small real server that answers like the API, and the files of a planned load against it."""

import asyncio
import json
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bench.load import Arrival, Block, LoadFiles, Plan
from sim.stack.deployment import Deployment

API_KEY = "key-of-the-test"
STALLED = "stall"


@dataclass
class Received:
    """One request as the server saw it; `at_s` is the process's monotonic clock."""

    path: str
    body: bytes
    headers: dict[str, str]
    at_s: float
    connection: int


@dataclass
class IngestServer:
    """Serves /redis-first, /s3-first, /floor and, at /, ListExecutions.

    `delays_s` gives the delay of the requests to come, in order; none when it is used up.
    `half_answers` makes the head of an answer come and its body not.
    """

    url: str = ""
    received: list[Received] = field(default_factory=list)
    delays_s: list[float] = field(default_factory=list)
    status: int = 200
    half_answers: bool = False
    running_executions: int = 0
    list_executions_status: int = 200

    def deployment(self, redis_url: str | None = None) -> Deployment:
        return Deployment(
            outputs={
                "RedisFirstUrl": f"{self.url}/redis-first",
                "S3FirstUrl": f"{self.url}/s3-first",
                "StateMachineArn": "arn:aws:states:eu-west-1:000000000000:stateMachine:archive",
            },
            api_key=API_KEY,
            region="eu-west-1",
            endpoint_urls={"AWS_ENDPOINT_URL_SFN": self.url},
            floor_url=f"{self.url}/floor",
            redis_url=redis_url,
        )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        at_s = time.perf_counter()
        body = await request.read()
        if "X-Amz-Target" in request.headers:
            return self._list_executions()
        connection = id(request.transport)
        self.received.append(Received(request.path, body, dict(request.headers), at_s, connection))
        if self.delays_s:
            await asyncio.sleep(self.delays_s.pop(0))
        headers = [
            ("Server-Timing", "gateway-receive;dur=1.5, payload-store;dur=0.25"),
            ("Server-Timing", "start-execution;dur=0.125"),
        ]
        if self.half_answers:
            answer = web.StreamResponse(headers={"Content-Length": "100"})
            await answer.prepare(request)
            await answer.write(b'{"messageID": "')
            await asyncio.sleep(30)
        if self.status != 200:
            return web.json_response({"message": "refused", "field": "body"}, status=self.status)
        response = web.json_response({"messageID": str(uuid.uuid4())})
        for name, value in headers:
            response.headers.add(name, value)
        return response

    def _list_executions(self) -> web.Response:
        running = [
            {
                "executionArn": "arn:aws:states:eu-west-1:000000000000:execution:archive:e",
                "stateMachineArn": "arn:aws:states:eu-west-1:000000000000:stateMachine:archive",
                "name": "e",
                "status": "RUNNING",
                "startDate": 0,
            }
        ]
        self.running_executions -= 1
        return web.Response(
            status=self.list_executions_status,
            text=json.dumps({"executions": running if self.running_executions >= 0 else []}),
            content_type="application/x-amz-json-1.0",
        )


@pytest.fixture
def ingest_server() -> Iterator[IngestServer]:
    server = IngestServer()
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def serve() -> None:
        application = web.Application(client_max_size=16 * 1024 * 1024)
        application.router.add_route("POST", "/{path:.*}", server.handle)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await stopped.wait()
        await runner.cleanup()

    stopped = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(10)
    yield server
    loop.call_soon_threadsafe(stopped.set)
    thread.join(10)
    loop.close()


@pytest.fixture
def deployment_path(tmp_path: Path, ingest_server: IngestServer) -> Path:
    path = tmp_path / "deployment.json"
    path.write_text(ingest_server.deployment().to_json(), encoding="utf-8")
    return path


@pytest.fixture
def load_files(tmp_path: Path) -> LoadFiles:
    return LoadFiles.within(tmp_path)


@pytest.fixture
def plan_of_blocks() -> Any:
    """Return a function that makes a plan of (strategy, due times in s) blocks of one size."""

    def make(*blocks: tuple[Any, list[float]], body_bytes: int = 4096, **settings: Any) -> Plan:
        return Plan(
            seed=3,
            run_tag="t",
            blocks=tuple(
                Block(
                    number=number,
                    round=0,
                    strategy=strategy,
                    label="256 KB",
                    arrivals=tuple(
                        Arrival(
                            due,
                            "binary",
                            "256 KB",
                            body_bytes,
                            "2026-01-01T10:00:00.000Z",
                            place == 0,
                        )
                        for place, due in enumerate(due_s)
                    ),
                )
                for number, (strategy, due_s) in enumerate(blocks)
            ),
            **{"drain": None, **settings},
        )

    return make
