"""The execution environments of one function, and the invocations that wait for one."""

import asyncio
import os
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sim.lambda_service.environment import ExecutionEnvironment, InitFailed, base_environment
from sim.lambda_service.function import FunctionConfiguration
from sim.lambda_service.invocation import Outcome
from sim.lambda_service.log import FunctionLog


def concurrent_inits() -> int:
    """Return how many execution environments may initialise at once on this machine.

    On AWS each has a processor share of its own. Here they share the machine's: a burst that starts
    more than there are cores slows all of them down until they pass the limit of the Init phase.
    """
    return max(1, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Acquired:
    """An environment for one invocation, how long its init took, and why it failed if it did."""

    environment: ExecutionEnvironment
    init_s: float = 0.0
    init_error: Outcome | None = None


class EnvironmentPool:
    """Gives each invocation an environment of its own: the one that was used last, or a new one.

    Parameters
    ----------
    function
        What the environments run.
    log
        The function's log.
    region, endpoints
        What the environments see of AWS.
    inits
        Turns to start an environment, shared with other functions. An invocation that finds none
        free takes the first that becomes free, or starts one when its turn comes.
    """

    def __init__(
        self,
        function: FunctionConfiguration,
        log: FunctionLog,
        *,
        region: str,
        endpoints: Mapping[str, str],
        inits: asyncio.Semaphore,
    ) -> None:
        self.function = function
        self.log = log
        self._region = region
        self._endpoints = endpoints
        self._inits = inits
        self._idle: list[ExecutionEnvironment] = []
        self._busy: set[ExecutionEnvironment] = set()
        self._waiting: deque[asyncio.Future[ExecutionEnvironment]] = deque()

    @property
    def busy(self) -> int:
        """How many invocations are under way, those that wait for an environment included."""
        return len(self._busy) + sum(not waiting.done() for waiting in self._waiting)

    @property
    def pids(self) -> list[int]:
        """The process ids of all environments."""
        return [e.pid for e in (*self._idle, *self._busy) if e.pid is not None]

    async def acquire(self) -> Acquired:
        """Return an environment, which the caller gives back with `release`."""
        acquired = await self._acquired()
        self._busy.add(acquired.environment)
        return acquired

    def release(self, environment: ExecutionEnvironment) -> None:
        """Hand a living environment to the invocation that waits longest, or keep it idle."""
        self._busy.discard(environment)
        if not environment.alive:
            return
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(environment)
                return
        self._idle.append(environment)

    async def _acquired(self) -> Acquired:
        while self._idle:
            environment = self._idle.pop()
            if environment.alive:
                return Acquired(environment)
            self.log.platform("An idle execution environment has ended; a new one takes its place")
            await environment.close()
        freed: asyncio.Future[ExecutionEnvironment] = asyncio.get_running_loop().create_future()
        self._waiting.append(freed)
        turn = asyncio.create_task(self._inits.acquire())
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
            self._inits.release()

    def _give_back(self, turn: asyncio.Task[Literal[True]]) -> None:
        if turn.done():
            self._inits.release()
        turn.cancel()

    async def _started(self) -> Acquired:
        stream = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        environment = ExecutionEnvironment(
            self.function,
            log_stream=stream,
            variables=base_environment(
                self.function, log_stream=stream, region=self._region, endpoints=self._endpoints
            ),
            log_path=self.log.path,
        )
        self._busy.add(environment)
        began = time.perf_counter()
        try:
            await environment.start()
        except InitFailed as failure:
            return Acquired(environment, time.perf_counter() - began, failure.outcome)
        except BaseException:
            self._busy.discard(environment)
            await environment.close()
            raise
        return Acquired(environment, time.perf_counter() - began)

    async def close(self) -> None:
        """End every environment."""
        environments = [*self._idle, *self._busy]
        self._idle.clear()
        self._busy.clear()
        await asyncio.gather(*(environment.close() for environment in environments))
