"""The Lambda service: functions by name, the limits on an invocation, and its outcome."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from sim.lambda_service.admission import ACCOUNT_CONCURRENCY, Admission
from sim.lambda_service.cpu_share import CpuController
from sim.lambda_service.destinations import ClientFactory, Destinations
from sim.lambda_service.environment import ExecutionEnvironment
from sim.lambda_service.environment_pool import (
    IDLE_LIMIT_S,
    Acquired,
    EnvironmentPool,
    Surroundings,
    concurrent_inits,
)
from sim.lambda_service.event_queue import Event, EventQueue
from sim.lambda_service.function import FunctionConfiguration
from sim.lambda_service.invocation import (
    MAX_EVENT_BYTES,
    MAX_REQUEST_BYTES,
    MAX_RESPONSE_BYTES,
    Invocation,
    InvocationResult,
    InvokeError,
    Outcome,
    error_outcome,
    timeout_outcome,
)
from sim.lambda_service.log import Report
from sim.lambda_service.trace import trace_header
from sim.latency.call_record import Source
from sim.latency.luck import trace_id_of
from sim.latency.shaper import Shaper
from sim.latency.shaping import Call
from statemachine.clock import AsyncioClock, Clock


class LambdaService:
    """Runs functions as Lambda does: one invocation at a time in an environment, last used first.

    Parameters
    ----------
    region
        The Region that the functions see.
    endpoints
        The SDK's endpoint variables (`AWS_ENDPOINT_URL`, …) that every environment gets.
    log_folder
        Where each function has a folder of log streams.
    concurrency
        The account's concurrent executions.
    inits
        How many environments may initialise at once, by default `concurrent_inits()`.
    idle_limit_s
        How long an idle environment is kept.
    watch_code
        Whether an edit of a function's code is in effect at its next invocation.
    client
        Gives the boto3 client of a service, for destinations of asynchronous invocations; without
        it their records are only logged.
    event_clock
        Time and waiting of asynchronous invocations.
    cpu
        Where to limit each environment's processor by its memory; `None` does not.
    shaper
        Fills invocations up to what they take on AWS; `None` leaves them as they are.
    """

    def __init__(
        self,
        *,
        region: str,
        endpoints: Mapping[str, str],
        log_folder: Path,
        concurrency: int = ACCOUNT_CONCURRENCY,
        inits: int | None = None,
        idle_limit_s: float = IDLE_LIMIT_S,
        watch_code: bool = False,
        client: ClientFactory | None = None,
        event_clock: Clock | None = None,
        cpu: CpuController | None = None,
        shaper: Shaper | None = None,
    ) -> None:
        self._region = region
        self._shaper = shaper
        self._surroundings = Surroundings(
            region=region,
            endpoints=dict(endpoints),
            log_folder=log_folder,
            inits=asyncio.Semaphore(inits or concurrent_inits()),
            idle_limit_s=idle_limit_s,
            watch_code=watch_code,
            cpu=cpu,
            shaper=shaper,
        )
        self._admission = Admission(concurrency)
        self._pools: dict[str, EnvironmentPool] = {}
        self._invocations: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()
        self._destinations = Destinations(client, self.invoke_event) if client else None
        self._events = EventQueue(
            self._wait_in_queue, self._attempt, self._destinations, event_clock or AsyncioClock()
        )

    def create_function(self, function: FunctionConfiguration) -> None:
        """Make *function* known; nothing starts before its first invocation, or `provision`.

        Raises
        ------
        InvokeError
            400 when its reservation leaves too little of the account's concurrency.
        """
        self._admission.add(function)
        self._pools[function.name] = EnvironmentPool(
            function, self._surroundings, self._admission.scale
        )

    async def provision(self) -> None:
        """Start the environments of every function's provisioned concurrency."""
        await asyncio.gather(*(pool.provision() for pool in self._pools.values()))

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
        self, name_or_arn: str, payload: bytes, *, trace_id: str = "", source: Source = "api"
    ) -> InvocationResult:
        """Invoke a function synchronously with *payload*, a JSON document, for *source*.

        Raises
        ------
        InvokeError
            404 for an unknown function, 413 for a payload at or over the limit, 429 with its reason
            when Lambda would throttle.
        """
        pool = self._pool(name_or_arn)
        if len(payload) >= MAX_REQUEST_BYTES:
            raise InvokeError(
                413,
                "RequestEntityTooLargeException",
                f"Request must be smaller than {MAX_REQUEST_BYTES} bytes "
                "for the InvokeFunction operation",
            )
        trace_id = trace_header(trace_id, sampled=pool.function.active_tracing)
        return await self._admitted(
            pool, Invocation(str(uuid.uuid4()), payload, trace_id, source), rated=True
        )

    def invoke_event(self, name_or_arn: str, payload: bytes, *, trace_id: str = "") -> str:
        """Accept an asynchronous invocation and return its request id.

        Raises
        ------
        InvokeError
            404 for an unknown function, 413 for a payload over the asynchronous limit.
        """
        function = self._pool(name_or_arn).function
        if len(payload) > MAX_EVENT_BYTES:
            raise InvokeError(
                413,
                "RequestEntityTooLargeException",
                f"{len(payload)} byte payload is too large for the Event invocation type "
                f"(limit {MAX_EVENT_BYTES} bytes)",
            )
        request_id = str(uuid.uuid4())
        trace_id = trace_header(trace_id, sampled=function.active_tracing)
        self._events.accept(function, request_id, payload, trace_id)
        return request_id

    async def events_drained(self) -> None:
        """Return when every asynchronous invocation has come to its end."""
        await self._events.drain()

    async def _wait_in_queue(self, event: Event) -> None:
        if self._shaper:
            call = Call("lambda.event-queue", trace_id_of(event.trace_id), _caller(event.function))
            await self._shaper.fill(call, "event-queue", 0.0)

    async def _attempt(self, event: Event) -> InvocationResult:
        invocation = Invocation(event.request_id, event.payload, event.trace_id, "event-queue")
        return await self._admitted(self._pools[event.function.name], invocation, rated=False)

    async def _admitted(
        self, pool: EnvironmentPool, invocation: Invocation, *, rated: bool
    ) -> InvocationResult:
        name = pool.function.name
        self._admission.enter(name, rated=rated)
        try:
            result = await self._invoked(pool, invocation)
        finally:
            self._admission.leave(name)
        self._invocations[name] += 1
        self._errors[name] += result.outcome.function_error is not None
        return result

    async def _invoked(self, pool: EnvironmentPool, invocation: Invocation) -> InvocationResult:
        asked = time.perf_counter()
        acquired = await pool.acquire()
        environment = acquired.environment
        init_ms = (acquired.init_s + acquired.late_init_s) * 1e3
        if init_ms:
            init_ms += await self._fill_init(pool.function, invocation, asked)
        got = time.perf_counter()
        begins = environment.log.started(invocation.request_id)
        try:
            outcome = await self._outcome(acquired, invocation)
            ran_s = time.perf_counter() - got
            await self._fill_invocation(environment, invocation, ran_s)
        except BaseException:
            await environment.close()
            raise
        finally:
            pool.release(environment)
        answered = time.perf_counter()
        if outcome.function_error is None and len(outcome.payload) > MAX_RESPONSE_BYTES:
            outcome = _too_large()
        self._report(acquired, invocation, outcome, (ran_s + acquired.late_init_s) * 1e3)
        return InvocationResult(
            request_id=invocation.request_id,
            outcome=outcome,
            asked_s=asked,
            handed_over_s=got,
            answered_s=answered,
            init_ms=init_ms,
            log_stream=environment.log.name,
            log_path=environment.log.path,
            log_begins=begins,
        )

    async def _fill_init(
        self, function: FunctionConfiguration, invocation: Invocation, asked_s: float
    ) -> float:
        """Fill a cold start up, from when it was asked for: turns to start are this machine's."""
        if self._shaper is None:
            return 0.0
        call = Call("lambda.init", trace_id_of(invocation.trace_id), _caller(function))
        took_ms = (time.perf_counter() - asked_s) * 1e3
        return await self._shaper.fill(call, invocation.source, took_ms)

    async def _fill_invocation(
        self, environment: ExecutionEnvironment, invocation: Invocation, ran_s: float
    ) -> None:
        """Fill up what an invocation takes beside its handler, while it keeps its environment.

        Of a handler that was ended nobody knows how long it ran: then nothing is filled.
        """
        handler_s = environment.telemetry.handler_s() if environment.telemetry else None
        if self._shaper is None or handler_s is None:
            return
        call = Call(
            "lambda.Invoke",
            trace_id_of(invocation.trace_id),
            _caller(environment.function),
            body_bytes=len(invocation.payload),
            memory_mb=environment.function.memory_mb,
        )
        await self._shaper.fill(call, invocation.source, (ran_s - handler_s) * 1e3)

    async def _outcome(self, acquired: Acquired, invocation: Invocation) -> Outcome:
        if acquired.init_error is not None:
            return acquired.init_error
        function = acquired.environment.function
        left_s = function.timeout_s - acquired.late_init_s
        outcome = await acquired.environment.run(invocation, left_s)
        if acquired.late_init_s and _error_type(outcome) == "Sandbox.Timedout":
            # The init that was tried again is part of the time that the message names.
            return timeout_outcome(invocation.request_id, function.timeout_s)
        return outcome

    def _report(
        self, acquired: Acquired, invocation: Invocation, outcome: Outcome, duration_ms: float
    ) -> None:
        environment = acquired.environment
        log, function = environment.log, environment.function
        error_type = "" if environment.alive else _error_type(outcome)
        timed_out = error_type == "Sandbox.Timedout"
        if error_type:
            message = orjson.loads(outcome.payload).get("errorMessage", "")
            log.platform(str(message))
        cold = acquired.init_s > 0 and not acquired.late_init_s
        log.ended(
            Report(
                request_id=invocation.request_id,
                duration_ms=duration_ms,
                init_ms=acquired.init_s * 1e3 if cold else None,
                memory_size_mb=function.memory_mb,
                max_memory_mb=environment.max_memory_mb,
                status="timeout" if timed_out else "error" if error_type else "",
                error_type="" if timed_out else error_type,
                trace_id=invocation.trace_id,
            )
        )

    def environment_pids(self) -> dict[str, list[int]]:
        """Return the process ids of each function's environments."""
        return {name: pool.pids for name, pool in self._pools.items()}

    def status(self) -> dict[str, Any]:
        """Return what the account and each function are doing, as a JSON object."""
        admission = self._admission
        return {
            "account": {
                "concurrency": admission.running,
                "limit": admission.concurrency,
                "throttles": admission.throttles.total(),
            },
            "functions": [
                {
                    "name": name,
                    "idle": pool.idle,
                    "busy": pool.busy,
                    "starting": pool.starting,
                    "waiting": pool.waiting,
                    "event_queue": self._events.depth(name),
                    "invocations": self._invocations[name],
                    "errors": self._errors[name],
                    "throttles": admission.throttles[name],
                    "cold_starts": pool.cold_starts,
                    "reserved_concurrency": pool.function.reserved_concurrency,
                    "last_max_memory_mb": pool.last_max_memory_mb,
                    "memory_mb": pool.function.memory_mb,
                }
                for name, pool in self._pools.items()
            ],
        }

    async def close(self) -> None:
        """Give up what is queued, and end every environment."""
        await self._events.close()
        if self._destinations:
            self._destinations.close()
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))


def _caller(function: FunctionConfiguration) -> str:
    """Return what draws are made for: by its handler, which both strategies' functions share."""
    return f"lambda:{function.handler}"


def _error_type(outcome: Outcome) -> str:
    if outcome.function_error is None:
        return ""
    failure = orjson.loads(outcome.payload)
    return str(failure.get("errorType", "")) if isinstance(failure, dict) else ""


def _too_large() -> Outcome:
    return error_outcome(
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size "
        f"({MAX_RESPONSE_BYTES} bytes).",
    )
