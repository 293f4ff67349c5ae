"""The Lambda service: functions by name, the limits on an invocation, and its outcome."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sim.lambda_service.environment_pool import EnvironmentPool, concurrent_inits
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
    inits
        How many environments may initialise at once, by default `concurrent_inits()`.
    """

    def __init__(
        self,
        *,
        region: str,
        endpoints: Mapping[str, str],
        log_folder: Path,
        concurrency: int = ACCOUNT_CONCURRENCY,
        inits: int | None = None,
    ) -> None:
        self._region = region
        self._endpoints = dict(endpoints)
        self._log_folder = log_folder
        self._concurrency = concurrency
        self._pools: dict[str, EnvironmentPool] = {}
        self._inits = asyncio.Semaphore(inits or concurrent_inits())

    def create_function(self, function: FunctionConfiguration) -> None:
        """Make *function* known; nothing starts before its first invocation."""
        self._pools[function.name] = EnvironmentPool(
            function,
            FunctionLog(self._log_folder, function.name),
            region=self._region,
            endpoints=self._endpoints,
            inits=self._inits,
        )

    def function(self, name_or_arn: str) -> FunctionConfiguration:
        """Return the function with that name or (qualified or unqualified) ARN.

        Raises
        ------
        InvokeError
            404 `ResourceNotFoundException` when there is none.
        """
        return self._pool(name_or_arn).function

    def _pool(self, name_or_arn: str) -> EnvironmentPool:
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
        if sum(other.busy for other in self._pools.values()) >= self._concurrency:
            raise InvokeError(429, "TooManyRequestsException", "Rate Exceeded.")
        return await self._invoked(pool, Invocation(str(uuid.uuid4()), payload, trace_id))

    async def _invoked(self, pool: EnvironmentPool, invocation: Invocation) -> InvocationResult:
        asked = time.perf_counter()
        acquired = await pool.acquire()
        environment, init_error = acquired.environment, acquired.init_error
        got = time.perf_counter()
        pool.log.started(invocation.request_id)
        try:
            outcome = init_error or await environment.run(invocation)
        except BaseException:
            await environment.close()
            raise
        finally:
            pool.release(environment)
        answered = time.perf_counter()
        if not environment.alive and init_error is None:
            pool.log.platform(outcome.payload.decode(errors="replace"))
        if outcome.function_error is None and len(outcome.payload) > MAX_RESPONSE_BYTES:
            outcome = _too_large()
        pool.log.ended(
            invocation.request_id,
            duration_ms=(answered - got) * 1e3,
            init_ms=acquired.init_s * 1e3,
            memory_mb=pool.function.memory_mb,
        )
        return InvocationResult(
            request_id=invocation.request_id,
            outcome=outcome,
            asked_s=asked,
            handed_over_s=got,
            answered_s=answered,
            init_ms=acquired.init_s * 1e3,
            log_stream=environment.log_stream,
        )

    def environment_pids(self) -> dict[str, list[int]]:
        """Return the process ids of each function's environments."""
        return {name: pool.pids for name, pool in self._pools.items()}

    async def close(self) -> None:
        """End every environment."""
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))


def _too_large() -> Outcome:
    return error_outcome(
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size "
        f"({MAX_RESPONSE_BYTES} bytes).",
    )
