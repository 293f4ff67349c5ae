"""Asynchronous invocations in virtual time: retries, age, and what destinations receive."""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from sim.lambda_service.event_queue import Event, EventQueue
from sim.lambda_service.function import EventInvokeConfiguration, FunctionConfiguration
from sim.lambda_service.invocation import InvocationResult, InvokeError, Outcome, error_outcome
from statemachine.clock import VirtualClock

QUEUE = "arn:aws:sqs:us-east-1:000000000000:failed"
DEAD = "arn:aws:sqs:us-east-1:000000000000:dead"
DONE = "arn:aws:sns:us-east-1:000000000000:done"
START_S = 1_700_000_000.0


class Recorder:
    """Destinations that keep what they are given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any, Mapping[str, tuple[str, str]]]] = []

    async def deliver(self, arn, record, attributes=None):
        self.sent.append((arn, orjson.loads(record), attributes or {}))


def throttled() -> InvokeError:
    return InvokeError(429, "TooManyRequestsException", "Rate Exceeded.")


def run_event(
    behaviour: Callable[[int], Outcome],
    rules: EventInvokeConfiguration,
    reserved: int | None = None,
    queued_s: float = 0.0,
) -> tuple[list[float], Recorder, float]:
    """Return when each attempt was made (s after acceptance), the records, and the end."""
    attempts: list[float] = []
    recorder = Recorder()

    async def main() -> float:
        clock = VirtualClock(START_S)

        async def wait(_: Event) -> None:
            await clock.sleep(queued_s)

        async def attempt(event: Event) -> InvocationResult:
            attempts.append(clock.time() - event.accepted_s)
            outcome = behaviour(len(attempts))
            return InvocationResult(event.request_id, outcome, 0, 0, 0, 0)

        queue = EventQueue(wait, attempt, recorder, clock)  # type: ignore[arg-type]
        function = FunctionConfiguration(
            name="f",
            arn="arn:aws:lambda:us-east-1:000000000000:function:f",
            handler="h.h",
            runtime="python3.12",
            code=Path(),
            memory_mb=128,
            timeout_s=3,
            environment={},
            event_invoke=rules,
            reserved_concurrency=reserved,
        )
        queue.accept(function, "request-1", b'{"a":1}', "Root=1")
        assert queue.depth("f") == 1
        await asyncio.wait_for(queue.drain(), 20)
        assert queue.depth("f") == 0
        return clock.time() - START_S

    return attempts, recorder, asyncio.run(main())


FAILURE = error_outcome("ValueError", "no")


def test_an_event_waits_in_the_queue_once_and_not_before_its_retries():
    attempts, _, _ = run_event(lambda _: FAILURE, EventInvokeConfiguration(), queued_s=5)
    assert attempts == pytest.approx([5, 65, 185])


def test_a_failing_function_is_tried_three_times_after_one_and_two_minutes():
    attempts, recorder, _ = run_event(lambda _: FAILURE, EventInvokeConfiguration(on_failure=QUEUE))
    assert attempts == pytest.approx([0, 60, 180])
    ((arn, record, _),) = recorder.sent
    assert arn == QUEUE
    assert record == {
        "version": "1.0",
        "timestamp": "2023-11-14T22:16:20.000Z",
        "requestContext": {
            "requestId": "request-1",
            "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"a": 1},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": {"errorType": "ValueError", "errorMessage": "no"},
    }


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_the_number_of_retries_is_the_configured_one(retries):
    attempts, _, _ = run_event(
        lambda _: FAILURE, EventInvokeConfiguration(maximum_retry_attempts=retries)
    )
    assert len(attempts) == retries + 1


def test_a_success_after_a_retry_goes_to_its_own_destination():
    attempts, recorder, _ = run_event(
        lambda number: FAILURE if number == 1 else Outcome(b'"ok"'),
        EventInvokeConfiguration(on_success=DONE, on_failure=QUEUE, dead_letter_arn=DEAD),
    )
    assert len(attempts) == 2
    ((arn, record, _),) = recorder.sent
    assert arn == DONE
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == "ok"
    assert "functionError" not in record["responseContext"]


def test_throttles_are_tried_again_with_growing_waits_and_count_as_no_attempt():
    def behaviour(number: int) -> Outcome:
        if number <= 12:
            raise throttled()
        return FAILURE

    attempts, recorder, _ = run_event(behaviour, EventInvokeConfiguration(on_failure=QUEUE))
    waits = [b - a for a, b in itertools.pairwise(attempts)]
    assert waits[:9] == pytest.approx([1, 2, 4, 8, 16, 32, 64, 128, 256])
    assert waits[9:12] == pytest.approx([300, 300, 300])
    assert waits[12:] == pytest.approx([60, 120])
    assert recorder.sent[0][1]["requestContext"]["approximateInvokeCount"] == 3


def test_an_event_that_only_meets_throttles_is_given_up_at_its_maximum_age():
    def behaviour(_: int) -> Outcome:
        raise throttled()

    attempts, recorder, ended_s = run_event(
        behaviour, EventInvokeConfiguration(maximum_event_age_s=100, on_failure=QUEUE)
    )
    assert max(attempts) <= 100
    assert ended_s == pytest.approx(100)
    record = recorder.sent[0][1]
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert "responsePayload" not in record


def test_a_dead_letter_queue_gets_the_event_alone_and_its_fate_in_attributes():
    _, recorder, _ = run_event(lambda _: FAILURE, EventInvokeConfiguration(dead_letter_arn=DEAD))
    ((arn, body, attributes),) = recorder.sent
    assert (arn, body) == (DEAD, {"a": 1})
    assert attributes["RequestID"] == ("String", "request-1")
    assert attributes["ErrorCode"] == ("Number", "200")
    assert "ValueError" in attributes["ErrorMessage"][1]


def test_a_reservation_of_zero_sends_events_on_without_any_attempt():
    attempts, recorder, _ = run_event(
        lambda _: FAILURE, EventInvokeConfiguration(on_failure=QUEUE), reserved=0
    )
    assert attempts == []
    assert len(recorder.sent) == 1
