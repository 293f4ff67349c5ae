"""The execution environments of one function, and the invocations that wait for one."""

import asyncio
import os
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import orjson

from sim.lambda_service.code_version import code_version
from sim.lambda_service.cpu_share import CpuController
from sim.lambda_service.environment import INIT_LIMIT_S, ExecutionEnvironment, InitFailed
from sim.lambda_service.function import FunctionConfiguration
from sim.lambda_service.invocation import Outcome
from sim.lambda_service.log import LogStream
from sim.lambda_service.runtime_variables import runtime_variables
from sim.lambda_service.sandbox import Sandbox
from sim.latency.shaper import Shaper

IDLE_LIMIT_S: Final = 600.0
"""How long an idle environment is kept. AWS names no figure; published measurements lie between
5 and 15 minutes."""


def concurrent_inits() -> int:
    """Return how many execution environments may initialise at once on this machine.

    On AWS each has a processor share of its own. Here they share the machine's: a burst that starts
    more than there are cores slows all of them down until they pass the limit of the Init phase.
    """
    return max(1, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Acquired:
    """An environment for one invocation, and how it came to be.

    `init_s` is the Init phase's duration. When that failed and was tried again within the
    invocation, `late_init_s` is the second attempt's; `init_error` is there when it failed too.
    """

    environment: ExecutionEnvironment
    init_s: float = 0.0
    late_init_s: float = 0.0
    init_error: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all functions' environments have in common.

    Attributes
    ----------
    region, endpoints
        What the environments see of AWS.
    log_folder
        Where each function has a folder of log streams.
    inits
        Turns to start an environment. An invocation that finds none free takes the first that
        becomes free, or starts one when its turn comes.
    idle_limit_s
        How long an idle environment is kept.
    watch_code
        Whether an edit of the code replaces the environments that have the old one.
    cpu
        Where to limit the processor by memory; `None` does not.
    shaper
        Fills up latencies; `None` leaves them as they are.
    """

    region: str
    endpoints: Mapping[str, str]
    log_folder: Path
    inits: asyncio.Semaphore
    idle_limit_s: float = IDLE_LIMIT_S
    watch_code: bool = False
    cpu: CpuController | None = None
    shaper: Shaper | None = None


class EnvironmentPool:
    """Gives each invocation an environment of its own: the one that was used last, or a new one.

    Parameters
    ----------
    function
        What the environments run.
    surroundings
        What they share with those of other functions.
    scale
        Asked before a new environment is started; raises `InvokeError` when that is too fast.
    """

    def __init__(
        self,
        function: FunctionConfiguration,
        surroundings: Surroundings,
        scale: Callable[[str], None],
    ) -> None:
        self.function = function
        self.cold_starts = 0
        self.last_max_memory_mb = 0
        self._surroundings = surroundings
        self._scale = scale
        self._idle: list[ExecutionEnvironment] = []
        self._expiries: dict[ExecutionEnvironment, asyncio.TimerHandle] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._busy: set[ExecutionEnvironment] = set()
        self._starting = 0
        self._waiting: deque[asyncio.Future[ExecutionEnvironment]] = deque()
        self._versions: dict[ExecutionEnvironment, tuple[int, int]] = {}

    @property
    def idle(self) -> int:
        """How many environments wait for an invocation."""
        return len(self._idle)

    @property
    def busy(self) -> int:
        """How many environments have an invocation."""
        return len(self._busy) - self._starting

    @property
    def starting(self) -> int:
        """How many environments initialise."""
        return self._starting

    @property
    def waiting(self) -> int:
        """How many invocations wait for an environment, or for their turn to start one."""
        return sum(not waiting.done() for waiting in self._waiting)

    @property
    def pids(self) -> list[int]:
        """The process ids of all environments."""
        return [e.pid for e in (*self._idle, *self._busy) if e.pid is not None]

    async def acquire(self) -> Acquired:
        """Return an environment, which the caller gives back with `release`.

        Raises
        ------
        InvokeError
            429 when the function would have to scale faster than Lambda lets it.
        """
        acquired = await self._acquired()
        self._busy.add(acquired.environment)
        return acquired

    def release(self, environment: ExecutionEnvironment) -> None:
        """Hand a living environment to the invocation that waits longest, or keep it idle."""
        self._busy.discard(environment)
        self.last_max_memory_mb = environment.max_memory_mb or self.last_max_memory_mb
        if not environment.alive:
            self._versions.pop(environment, None)
            return
        while self._waiting and not self._outdated(environment):
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(environment)
                return
        self._idle.append(environment)
        if self.function.provisioned_concurrency == 0:
            self._expiries[environment] = asyncio.get_running_loop().call_later(
                self._surroundings.idle_limit_s, self._expire, environment
            )

    def _expire(self, environment: ExecutionEnvironment) -> None:
        self._idle.remove(environment)
        del self._expiries[environment]
        self._end(environment)

    def _end(self, environment: ExecutionEnvironment) -> None:
        self._versions.pop(environment, None)
        closing = asyncio.create_task(environment.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _outdated(self, environment: ExecutionEnvironment) -> bool:
        if not self._surroundings.watch_code:
            return False
        return self._versions.get(environment) != code_version(self.function.code)

    async def _acquired(self) -> Acquired:
        while self._idle:
            environment = self._idle.pop()
            if expiry := self._expiries.pop(environment, None):
                expiry.cancel()
            if environment.alive and not self._outdated(environment):
                return Acquired(environment)
            if not environment.alive:
                environment.log.platform(
                    "An idle execution environment has ended; a new one takes its place"
                )
            self._end(environment)
        self._scale(self.function.name)
        freed: asyncio.Future[ExecutionEnvironment] = asyncio.get_running_loop().create_future()
        self._waiting.append(freed)
        turn = asyncio.create_task(self._surroundings.inits.acquire())
        try:
            either: list[asyncio.Future[Any]] = [freed, turn]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._give_back(turn)
            if freed.done():
                self.release(freed.result())
            freed.cancel()
            raise
        if freed.done():
            self._give_back(turn)
            return Acquired(freed.result())
        freed.cancel()
        try:
            return await self._started()
        finally:
            self._surroundings.inits.release()

    def _give_back(self, turn: asyncio.Task[Literal[True]]) -> None:
        if turn.done():
            self._surroundings.inits.release()
        turn.cancel()

    async def _started(self) -> Acquired:
        """Start an environment; if its init fails, try once more within the function's timeout.

        Source: Lambda Developer Guide, "Lambda execution environment lifecycle", "Failures during
        the Init phase".
        """
        self.cold_starts += 1
        began = time.perf_counter()
        environment, failure = await self._initialised("init", INIT_LIMIT_S)
        init_s = time.perf_counter() - began
        if failure is None:
            return Acquired(environment, init_s)
        began = time.perf_counter()
        environment, failure = await self._initialised("invoke", self.function.timeout_s)
        late_init_s = time.perf_counter() - began
        return Acquired(environment, init_s, late_init_s, failure.outcome if failure else None)

    async def _initialised(
        self, phase: str, limit_s: float
    ) -> tuple[ExecutionEnvironment, InitFailed | None]:
        environment = self._new_environment()
        self._busy.add(environment)
        self._starting += 1
        began = time.perf_counter()
        try:
            await environment.start(limit_s)
        except InitFailed as failure:
            self._busy.discard(environment)
            self._report_init(environment, failure, (time.perf_counter() - began) * 1e3, phase)
            return environment, failure
        except BaseException:
            self._busy.discard(environment)
            await environment.close()
            raise
        finally:
            self._starting -= 1
        return environment, None

    def _report_init(
        self, environment: ExecutionEnvironment, failure: InitFailed, took_ms: float, phase: str
    ) -> None:
        if failure.timed_out:
            environment.log.init_ended(took_ms, phase, "timeout", "")
        else:
            error = orjson.loads(failure.outcome.payload).get("errorType", "Runtime.Unknown")
            environment.log.init_ended(took_ms, phase, "error", error)

    def _new_environment(self) -> ExecutionEnvironment:
        number = uuid.uuid4().hex
        name = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{number}"
        scratch = self._surroundings.log_folder.parent / "scratch" / number
        provisioned = self.function.provisioned_concurrency > 0
        environment = ExecutionEnvironment(
            self.function,
            log=LogStream(self._surroundings.log_folder / self.function.name, name),
            variables=runtime_variables(
                self.function,
                log_stream=name,
                region=self._surroundings.region,
                endpoints=self._surroundings.endpoints,
                initialization_type="provisioned-concurrency" if provisioned else "on-demand",
            ),
            sandbox=Sandbox(self.function, scratch, self._surroundings.cpu),
            shaper=self._surroundings.shaper,
        )
        if self._surroundings.watch_code:
            self._versions[environment] = code_version(self.function.code)
        return environment

    async def provision(self) -> None:
        """Start the environments of the function's provisioned concurrency."""
        await asyncio.gather(
            *(self._provision_one() for _ in range(self.function.provisioned_concurrency))
        )

    async def _provision_one(self) -> None:
        async with self._surroundings.inits:
            environment, failure = await self._initialised("init", INIT_LIMIT_S)
        if failure is None:
            self.release(environment)

    async def close(self) -> None:
        """End every environment."""
        for expiry in self._expiries.values():
            expiry.cancel()
        self._expiries.clear()
        environments = [*self._idle, *self._busy]
        self._idle.clear()
        self._busy.clear()
        await asyncio.gather(*(environment.close() for environment in environments), *self._closing)
