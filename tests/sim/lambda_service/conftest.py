"""A Lambda service behind its Invoke API, in a thread, for boto3 to talk to."""

import asyncio
import textwrap
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from aiohttp import web
from botocore.config import Config

from sim.lambda_service import FunctionConfiguration, LambdaService, ScaledClock, invoke_api_routes

HANDLERS = """
    import os, signal, sys, tempfile, time

    def echo(event, context):
        print("a line of the handler")
        return {"event": event, "pid": os.getpid(), "request_id": context.aws_request_id}

    def surroundings(event, context):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            name = file.name
        return {
            "file": name,
            "trace": os.environ.get("_X_AMZN_TRACE_ID"),
            "initialization": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"],
            "stream": context.log_stream_name,
            "group": context.log_group_name,
            "arn": context.invoked_function_arn,
            "memory": context.memory_limit_in_mb,
            "left_ms": context.get_remaining_time_in_millis(),
        }

    def fail(event, context):
        raise ValueError("no such record")

    def nap(event, context):
        time.sleep(event)
        return os.getpid()

    def fill(event, context):
        held = b"x" * (event["mb"] * 1048576)
        time.sleep(event.get("seconds", 0))
        return len(held)

    def remember_the_end(event, context):
        def ended(number, frame):
            with open(event, "w") as file:
                file.write("SIGTERM")
            os._exit(0)
        signal.signal(signal.SIGTERM, ended)

    def write_tmp(event, context):
        with open("/tmp/written", "ab") as file:
            for _ in range(event):
                file.write(b"x" * 1048576)
        with open("/tmp/names", "a") as file:
            file.write("written ")
        with open("/tmp/names") as file:
            return file.read().split()

    def turn(event, context):
        ends = time.monotonic() + event
        turns = 0
        while time.monotonic() < ends:
            turns += 1
        return time.process_time()

    def keep(event, context):
        with open(os.environ["KEPT"], "a") as file:
            file.write(repr(event) + chr(10))
"""


class RunningLambda:
    """The service, its client, and a way to run coroutines on its loop."""

    def __init__(self, code: Path, folder: Path, **options: Any) -> None:
        self.code = code
        self._folder = folder
        self._options = options
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> "RunningLambda":
        self._thread.start()
        self._started.wait(10)
        self.client = boto3.client(
            "lambda",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 0}, max_pool_connections=20),
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(20)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self.service = LambdaService(
            region="us-east-1",
            endpoints={},
            log_folder=self._folder / "functions",
            event_clock=ScaledClock(500),
            **self._options,
        )
        application = web.Application(client_max_size=20_000_000)
        application.add_routes(invoke_api_routes(self.service))
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._started.set()
        await self._stopping.wait()
        await self.service.close()
        await runner.cleanup()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on the service's loop and return what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def create(self, name: str, handler: str, **changes: Any) -> None:
        """Create a function with a handler of `handlers.py`."""
        function = FunctionConfiguration(
            name=name,
            arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
            handler=handler,
            runtime="python3.11",
            code=self.code,
            memory_mb=128,
            timeout_s=5,
            environment={},
        )
        made = replace(function, **changes)

        async def create() -> None:
            self.service.create_function(made)

        self.run(create())

    def log(self, name: str) -> str:
        """Return all log streams of a function, one after the other."""
        streams = sorted((self._folder / "functions" / name).glob("*.log"))
        return "".join(path.read_text() for path in streams)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., RunningLambda]]:
    """Start services with options; all are stopped at the end."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "handlers.py").write_text(textwrap.dedent(HANDLERS))
    opened: list[RunningLambda] = []

    def start(**options: Any) -> RunningLambda:
        service = RunningLambda(code, tmp_path / f"service{len(opened)}", **options)
        opened.append(service.__enter__())
        return service

    yield start
    for service in opened:
        service.__exit__()
