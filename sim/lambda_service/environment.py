"""An execution environment: one process under `awslambdaric`, and the Runtime API that it polls.

Each environment has a Runtime API listener of its own on a free loopback port, as on AWS, where the
address is the environment's own. That is how a request is known to be this environment's: the
protocol has nothing else to tell it by.
"""

import asyncio
import math
import os
import sys
import time
from collections.abc import Mapping
from typing import Final

import orjson
from aiohttp import web

from sim.lambda_service.function import FunctionConfiguration
from sim.lambda_service.invocation import (
    Invocation,
    Outcome,
    exit_outcome,
    out_of_memory_outcome,
    timeout_outcome,
)
from sim.lambda_service.log import LogStream
from sim.lambda_service.memory import WATCH_INTERVAL_S, peak_memory_mb
from sim.lambda_service.sandbox import Sandbox
from sim.lambda_service.telemetry import Telemetry
from sim.latency.shaper import Shaper
from sim.latency.worker import SHAPING_VARIABLE, TELEMETRY_VARIABLE, WRAPPER

INIT_LIMIT_S: Final = 10.0
"""Source: Lambda Developer Guide, "Lambda execution environment lifecycle", Init phase."""

SHUTDOWN_GRACE_S: Final = 0.5
"""How long a runtime may take after SIGTERM; Lambda gives 500 ms with an internal extension."""

_WRITE_BYTES: Final = 1_048_576
"""How much of an event is written at a time."""

_PREFIX = "/2018-06-01/runtime"


class InitFailed(Exception):
    """The runtime could not load the handler in time; `outcome` is what the invocation gets."""

    def __init__(self, outcome: Outcome, *, timed_out: bool) -> None:
        super().__init__(outcome.payload.decode(errors="replace"))
        self.outcome = outcome
        self.timed_out = timed_out


class ExecutionEnvironment:
    """One process that takes one invocation at a time.

    Parameters
    ----------
    function
        The function that it runs.
    log
        Its log stream, which the process's standard output and error are appended to.
    variables
        The whole environment of the process, the function's own variables included.
    sandbox
        What the process is kept within.
    shaper
        Fills up its calls' latencies; `None` leaves them as they are.
    """

    def __init__(
        self,
        function: FunctionConfiguration,
        *,
        log: LogStream,
        variables: Mapping[str, str],
        sandbox: Sandbox,
        shaper: Shaper | None = None,
    ) -> None:
        self.function = function
        self.telemetry = Telemetry(shaper) if shaper else None
        self._shaper = shaper
        self.log = log
        self.max_memory_mb = 0
        self._variables = variables
        self._sandbox = sandbox
        self._waiting: asyncio.Queue[Invocation] = asyncio.Queue(maxsize=1)
        self._answer: asyncio.Future[Outcome] | None = None
        self._current: Invocation | None = None
        self._deadline_s = 0.0
        self._ready = asyncio.Event()
        self._init_error: Outcome | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._exited: asyncio.Task[int] | None = None
        self._listener: asyncio.Server | None = None
        self._runtime_api: web.Server | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, once it runs."""
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        if self._process is None or self._process.returncode is not None:
            return False
        try:
            os.kill(self._process.pid, 0)
        except ProcessLookupError:  # reaped, and the event loop is about to hear of it
            return False
        return True

    async def start(self, limit_s: float = INIT_LIMIT_S) -> None:
        """Start the process and wait until the runtime asks for its first invocation.

        Raises
        ------
        InitFailed
            When the handler cannot be loaded, the process ends, or *limit_s* passes.
        """
        loop = asyncio.get_running_loop()
        self._runtime_api = web.Server(self._serve, access_log=None)
        self._listener = await loop.create_server(self._runtime_api, "127.0.0.1", 0)
        port = self._listener.sockets[0].getsockname()[1]
        with self.log.path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(),
                cwd=self.function.code,
                env={
                    **self._sandbox.variables,
                    **self._variables,
                    **self._shaping_variables(),
                    "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
                },
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self._sandbox.prepare(),
                pass_fds=(self.telemetry.write_end,) if self.telemetry else (),
            )
        if self.telemetry:
            self.telemetry.handed_over()
        self._sandbox.enter(self._process.pid)
        self._exited = asyncio.create_task(self._process.wait())
        self._exited.add_done_callback(self._give_up_answer)
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait(
                {ready, self._exited}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            ready.cancel()
        if self._init_error is not None or not self._ready.is_set():
            timed_out = self._init_error is None and self.alive
            outcome = self._init_error or self._unready_outcome(limit_s)
            await self.close()
            raise InitFailed(outcome, timed_out=timed_out)

    def _command(self) -> list[str]:
        """Return the runtime's command line, behind the function's wrapper and the shaping's.

        Source: Lambda Developer Guide, "Modifying the runtime environment", wrapper scripts.
        """
        own = self.function.environment.get("AWS_LAMBDA_EXEC_WRAPPER")
        wrappers = [*([own] if own else []), *([str(WRAPPER)] if self._shaper else [])]
        return [*wrappers, sys.executable, "-m", "awslambdaric", self.function.handler]

    def _shaping_variables(self) -> dict[str, str]:
        if self._shaper is None or self.telemetry is None:
            return {}
        return {
            SHAPING_VARIABLE: self._shaper.shaping.to_json(),
            TELEMETRY_VARIABLE: str(self.telemetry.write_end),
        }

    def _unready_outcome(self, limit_s: float) -> Outcome:
        returncode = self._process.returncode if self._process else None
        if returncode is None:
            return timeout_outcome("", limit_s)
        return exit_outcome("", returncode)

    async def run(self, invocation: Invocation, timeout_s: float) -> Outcome:
        """Hand *invocation* to the process and return what becomes of it.

        The timeout, the memory limit and the process's death end it; the environment is then
        closed.
        """
        exited = self._exit_watch()
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._answer, self._current = answer, invocation
        self._deadline_s = time.time() + timeout_s
        if self.telemetry:
            self.telemetry.begin(invocation.source)
        self._waiting.put_nowait(invocation)
        if exited.done():
            answer.cancel()
        over_memory = await self._watch(answer, timeout_s)
        self._current = self._answer = None
        if answer.done() and not answer.cancelled() and not over_memory:
            return answer.result()
        if over_memory:
            outcome = out_of_memory_outcome(invocation.request_id)
        elif exited.done():
            outcome = exit_outcome(invocation.request_id, exited.result())
        else:
            outcome = timeout_outcome(invocation.request_id, timeout_s)
        answer.cancel()
        await self.close(grace_s=0.0)
        return outcome

    async def _watch(self, answer: asyncio.Future[Outcome], timeout_s: float) -> bool:
        """Wait for the answer, and return whether the process passed its memory limit."""
        ends_s = time.perf_counter() + timeout_s
        left_s = timeout_s
        while not answer.done() and left_s > 0:
            await asyncio.wait({answer}, timeout=min(left_s, WATCH_INTERVAL_S))
            if self._measured_memory_mb() > self.function.memory_mb:
                return True
            left_s = ends_s - time.perf_counter()
        return False

    def _measured_memory_mb(self) -> float:
        used_mb = peak_memory_mb(self._process.pid) if self._process else None
        if used_mb is not None:
            # What the function is charged with never passes what it was given.
            self.max_memory_mb = min(math.ceil(used_mb), self.function.memory_mb)
        return used_mb or 0.0

    def _give_up_answer(self, _: asyncio.Task[int]) -> None:
        if self._answer is not None:
            self._answer.cancel()

    def _exit_watch(self) -> asyncio.Task[int]:
        if self._exited is None:
            raise RuntimeError("The environment has not been started")
        return self._exited

    async def close(self, grace_s: float = SHUTDOWN_GRACE_S) -> None:
        """End the process (SIGTERM, then SIGKILL after *grace_s*) and the listener."""
        process, self_exited = self._process, self._exited
        if process is not None and self_exited is not None:
            if process.returncode is None:
                if grace_s > 0:
                    process.terminate()
                    await asyncio.wait({self_exited}, timeout=grace_s)
                if process.returncode is None:
                    process.kill()
            await self_exited
        if self._listener is not None:
            self._listener.close()
        if self._runtime_api is not None:
            await self._runtime_api.shutdown(timeout=0.1)
        if self.telemetry:
            self.telemetry.close()
        self._sandbox.remove()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve the Lambda Runtime API. Source: Lambda Developer Guide, page of that name."""
        path = request.path
        if request.method == "GET" and path == f"{_PREFIX}/invocation/next":
            return await self._next(request)
        if request.method == "POST" and path == f"{_PREFIX}/init/error":
            self._init_error = Outcome(await _whole_body(request), function_error="Unhandled")
            self._ready.set()
            return _accepted()
        if request.method == "POST" and path.startswith(f"{_PREFIX}/invocation/"):
            request_id, _, what = path.removeprefix(f"{_PREFIX}/invocation/").partition("/")
            if what in {"response", "error"}:
                return self._answered(request_id, await _whole_body(request), what == "error")
        return web.json_response(
            {"errorType": "InvalidRequest", "errorMessage": f"No such call: {path}"}, status=404
        )

    async def _next(self, request: web.BaseRequest) -> web.StreamResponse:
        self._ready.set()
        invocation = await self._waiting.get()
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(self._deadline_s * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self.function.arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        if len(invocation.payload) <= _WRITE_BYTES:
            return web.Response(body=invocation.payload, headers=headers)
        response = web.StreamResponse(headers=headers)
        response.content_length = len(invocation.payload)
        await response.prepare(request)
        # In pieces: of one large write the transport would copy, and move, what the socket has not
        # taken yet, again and again.
        whole = memoryview(invocation.payload)
        for begins in range(0, len(whole), _WRITE_BYTES):
            await response.write(whole[begins : begins + _WRITE_BYTES])
        return response

    def _answered(self, request_id: str, body: bytes, failed: bool) -> web.Response:
        if self._current is None or self._current.request_id != request_id or not self._answer:
            return web.json_response(
                {"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"}, status=400
            )
        if not self._answer.done():
            self._answer.set_result(Outcome(body, "Unhandled" if failed else None))
        return _accepted()


async def _whole_body(request: web.BaseRequest) -> bytes:
    return await request.content.read()


def _accepted() -> web.Response:
    return web.Response(
        status=202, body=orjson.dumps({"status": "OK"}), content_type="application/json"
    )
