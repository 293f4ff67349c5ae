"""Asynchronous invocations: the queue between the Invoke API and the function.

Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous
invocation".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sim.lambda_service.destinations import Destinations
from sim.lambda_service.event_record import Condition, event_record
from sim.lambda_service.function import FunctionConfiguration
from sim.lambda_service.invocation import InvocationResult, InvokeError, Outcome
from statemachine.clock import Clock

RETRY_DELAYS_S: Final = (60.0, 120.0)
"""Waits before the second and the third attempt after a function error."""

THROTTLE_DELAY_S: Final = 1.0
THROTTLE_DELAY_MAX_S: Final = 300.0
"""First and longest wait after a throttle or a fault of the service; it doubles in between."""

_log = logging.getLogger("sim")

Attempt = Callable[["Event"], Awaitable[InvocationResult]]
Wait = Callable[["Event"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Event:
    """An accepted asynchronous invocation; `accepted_s` is in seconds since the epoch."""

    function: FunctionConfiguration
    request_id: str
    payload: bytes
    trace_id: str
    accepted_s: float


class EventQueue:
    """Carries accepted events to their functions, and what is left of them to destinations.

    Parameters
    ----------
    wait
        Lets pass what an event waits in the queue before its first attempt; a retry comes when it
        is due.
    attempt
        Invokes the function once; raises `InvokeError` when it is throttled.
    destinations
        Where records go; `None` when there is no way to any.
    clock
        Time and waiting: a retry comes a minute later, which a test need not wait for.
    """

    def __init__(
        self, wait: Wait, attempt: Attempt, destinations: Destinations | None, clock: Clock
    ) -> None:
        self._wait = wait
        self._attempt = attempt
        self._destinations = destinations
        self._clock = clock
        self._tasks: dict[asyncio.Task[None], str] = {}

    def accept(
        self, function: FunctionConfiguration, request_id: str, payload: bytes, trace_id: str
    ) -> None:
        """Take an event and return at once."""
        event = Event(function, request_id, payload, trace_id, self._clock.time())
        task = asyncio.create_task(self._carry(event))
        self._tasks[task] = function.name
        task.add_done_callback(self._carried)

    def _carried(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and task.exception() is not None:
            _log.error("an asynchronous invocation broke off", exc_info=task.exception())

    def depth(self, function_name: str) -> int:
        """Return how many events of a function have not come to an end."""
        return sum(name == function_name for name in self._tasks.values())

    async def drain(self) -> None:
        """Return when every event has come to its end."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Give up the events that are left, and say how many."""
        tasks = list(self._tasks)
        if tasks:
            _log.warning("%d asynchronous invocations were still queued", len(tasks))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, event: Event) -> None:
        rules = event.function.event_invoke
        failures, outcome = 0, None
        if event.function.reserved_concurrency == 0:
            # Developer Guide, as above: such events go to the destination without any attempt.
            await self._failed(event, "RetriesExhausted", 0, None)
            return
        throttle_delay_s = THROTTLE_DELAY_S
        await self._wait(event)
        while True:
            try:
                outcome = (await self._attempt(event)).outcome
            except InvokeError as error:
                if error.status != 429 and error.status < 500:
                    raise
                delay_s = throttle_delay_s
                throttle_delay_s = min(2 * throttle_delay_s, THROTTLE_DELAY_MAX_S)
            else:
                if outcome.function_error is None:
                    await self._succeeded(event, failures + 1, outcome)
                    return
                failures += 1
                if failures > rules.maximum_retry_attempts:
                    await self._failed(event, "RetriesExhausted", failures, outcome)
                    return
                delay_s = RETRY_DELAYS_S[min(failures, len(RETRY_DELAYS_S)) - 1]
            if self._age_s(event) + delay_s > rules.maximum_event_age_s:
                await self._clock.sleep(rules.maximum_event_age_s - self._age_s(event))
                await self._failed(event, "EventAgeExceeded", failures, outcome)
                return
            await self._clock.sleep(delay_s)

    def _age_s(self, event: Event) -> float:
        return self._clock.time() - event.accepted_s

    async def _succeeded(self, event: Event, count: int, outcome: Outcome) -> None:
        arn = event.function.event_invoke.on_success
        if arn and self._destinations:
            await self._destinations.deliver(arn, self._record(event, "Success", count, outcome))

    async def _failed(
        self, event: Event, condition: Condition, count: int, outcome: Outcome | None
    ) -> None:
        rules = event.function.event_invoke
        _log.warning("%s gave up event %s: %s", event.function.name, event.request_id, condition)
        if not self._destinations:
            return
        if rules.on_failure:
            record = self._record(event, condition, count, outcome)
            await self._destinations.deliver(rules.on_failure, record)
        if rules.dead_letter_arn:
            # The event as it came; its fate stands in attributes. Developer Guide, "Adding a
            # dead-letter queue".
            message = outcome.payload.decode(errors="replace")[:1024] if outcome else condition
            attributes = {
                "RequestID": ("String", event.request_id),
                "ErrorCode": ("Number", "200" if outcome else "429"),
                "ErrorMessage": ("String", message),
            }
            await self._destinations.deliver(rules.dead_letter_arn, event.payload, attributes)

    def _record(
        self, event: Event, condition: Condition, count: int, outcome: Outcome | None
    ) -> bytes:
        return event_record(
            time_s=self._clock.time(),
            request_id=event.request_id,
            function_arn=event.function.arn,
            condition=condition,
            invoke_count=count,
            payload=event.payload,
            outcome=outcome,
        )
