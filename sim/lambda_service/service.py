"""The Lambda service: which environment takes an invocation, and when a new one starts."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sim.lambda_service.environment import ExecutionEnvironment, InitFailed, base_environment
from sim.lambda_service.function import FunctionConfiguration
from sim.lambda_service.invocation import (
    MAX_REQUEST_BYTES,
    MAX_RESPONSE_BYTES,
    Invocation,
    InvocationResult,
    InvokeError,
    Outcome,
    error_outcome,
)
from sim.lambda_service.log import FunctionLog

ACCOUNT_CONCURRENCY: Final = 1_000
"""Concurrent executions in an account and Region. Source: Lambda quotas, default value."""


@dataclass(slots=True)
class _Pool:
    """The environments of one function: idle ones, the last used on top, and busy ones."""

    function: FunctionConfiguration
    log: FunctionLog
    idle: list[ExecutionEnvironment] = field(default_factory=list)
    busy: set[ExecutionEnvironment] = field(default_factory=set)


class LambdaService:
    """Runs functions as Lambda does: one invocation at a time in an environment, last used first.

    Parameters
    ----------
    region
        The Region that the functions see.
    endpoints
        The SDK's endpoint variables (`AWS_ENDPOINT_URL`, …) that every environment gets.
    log_folder
        Where each function's log file is written.
    """

    def __init__(
        self,
        *,
        region: str,
        endpoints: Mapping[str, str],
        log_folder: Path,
        concurrency: int = ACCOUNT_CONCURRENCY,
    ) -> None:
        self._region = region
        self._endpoints = dict(endpoints)
        self._log_folder = log_folder
        self._concurrency = concurrency
        self._pools: dict[str, _Pool] = {}

    def create_function(self, function: FunctionConfiguration) -> None:
        """Make *function* known; nothing starts before its first invocation."""
        self._pools[function.name] = _Pool(function, FunctionLog(self._log_folder, function.name))

    def function(self, name_or_arn: str) -> FunctionConfiguration:
        """Return the function with that name or (qualified or unqualified) ARN.

        Raises
        ------
        InvokeError
            404 `ResourceNotFoundException` when there is none.
        """
        return self._pool(name_or_arn).function

    def _pool(self, name_or_arn: str) -> _Pool:
        name = name_or_arn
        if name_or_arn.startswith("arn:"):
            parts = name_or_arn.split(":")
            name = parts[6] if len(parts) > 6 else ""
        pool = self._pools.get(name.removesuffix(":$LATEST"))
        if pool is None:
            arn = f"arn:aws:lambda:{self._region}:000000000000:function:{name}"
            raise InvokeError(404, "ResourceNotFoundException", f"Function not found: {arn}")
        return pool

    async def invoke(
        self, name_or_arn: str, payload: bytes, *, trace_id: str = ""
    ) -> InvocationResult:
        """Invoke a function synchronously with *payload*, a JSON document.

        Raises
        ------
        InvokeError
            404 for an unknown function, 413 for a payload at or over the limit, 429 when the
            account's concurrency is used up.
        """
        pool = self._pool(name_or_arn)
        if len(payload) >= MAX_REQUEST_BYTES:
            raise InvokeError(
                413,
                "RequestEntityTooLargeException",
                f"Request must be smaller than {MAX_REQUEST_BYTES} bytes "
                "for the InvokeFunction operation",
            )
        if sum(len(other.busy) for other in self._pools.values()) >= self._concurrency:
            raise InvokeError(429, "TooManyRequestsException", "Rate Exceeded.")
        return await self._invoked(pool, Invocation(str(uuid.uuid4()), payload, trace_id))

    async def _invoked(self, pool: _Pool, invocation: Invocation) -> InvocationResult:
        asked = time.perf_counter()
        environment, init_s, init_error = await self._environment(pool)
        got = time.perf_counter()
        pool.log.started(invocation.request_id)
        try:
            outcome = init_error or await environment.run(invocation)
        except BaseException:
            await environment.close()
            raise
        finally:
            pool.busy.discard(environment)
        answered = time.perf_counter()
        if environment.alive and init_error is None:
            pool.idle.append(environment)
        elif init_error is None:
            pool.log.platform(outcome.payload.decode(errors="replace"))
        if outcome.function_error is None and len(outcome.payload) > MAX_RESPONSE_BYTES:
            outcome = _too_large()
        pool.log.ended(
            invocation.request_id,
            duration_ms=(answered - got) * 1e3,
            init_ms=init_s * 1e3,
            memory_mb=pool.function.memory_mb,
        )
        return InvocationResult(
            request_id=invocation.request_id,
            outcome=outcome,
            environment_wait_ms=(got - asked - init_s) * 1e3,
            init_ms=init_s * 1e3,
            invoke_ms=(answered - got) * 1e3,
            log_stream=environment.log_stream,
        )

    async def _environment(self, pool: _Pool) -> tuple[ExecutionEnvironment, float, Outcome | None]:
        """Return an environment marked busy, its init duration in seconds, and its init error."""
        while pool.idle:
            environment = pool.idle.pop()
            if environment.alive:
                pool.busy.add(environment)
                return environment, 0.0, None
            pool.log.platform("An idle execution environment has ended; a new one takes its place")
            await environment.close()
        stream = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        environment = ExecutionEnvironment(
            pool.function,
            log_stream=stream,
            variables=base_environment(
                pool.function, log_stream=stream, region=self._region, endpoints=self._endpoints
            ),
            log_path=pool.log.path,
        )
        pool.busy.add(environment)
        began = time.perf_counter()
        try:
            await environment.start()
        except InitFailed as failure:
            return environment, time.perf_counter() - began, failure.outcome
        except BaseException:
            pool.busy.discard(environment)
            await environment.close()
            raise
        return environment, time.perf_counter() - began, None

    def environment_pids(self) -> dict[str, list[int]]:
        """Return the process ids of each function's environments."""
        return {
            name: [e.pid for e in (*pool.idle, *pool.busy) if e.pid is not None]
            for name, pool in self._pools.items()
        }

    async def close(self) -> None:
        """End every environment."""
        environments = [e for pool in self._pools.values() for e in (*pool.idle, *pool.busy)]
        for pool in self._pools.values():
            pool.idle.clear()
            pool.busy.clear()
        await asyncio.gather(*(environment.close() for environment in environments))


def _too_large() -> Outcome:
    return error_outcome(
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size "
        f"({MAX_RESPONSE_BYTES} bytes).",
    )
