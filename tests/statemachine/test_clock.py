"""Clocks wake whom they should, and time limits end what they bound and nothing else."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statemachine import AsyncioClock, ExecutionError, VirtualClock
from statemachine.clock import within

EXPIRY = ExecutionError("States.Timeout")


async def sleeping(clock: Any, seconds: float, ended: list[str]) -> str:
    try:
        await clock.sleep(seconds)
    except asyncio.CancelledError:
        ended.append("cancelled")
        raise
    return "done"


@pytest.mark.parametrize(("limit_s", "ends"), [(None, True), (6, True), (4, False)])
def test_a_time_limit_ends_only_what_lasts_longer(limit_s, ends):
    async def run() -> tuple[str, list[str], float]:
        clock, ended = VirtualClock(0), []
        try:
            said = await within(clock, sleeping(clock, 5, ended), limit_s, EXPIRY)
        except ExecutionError as error:
            said = error.error
        return said, ended, clock.time()

    expected = ("done", [], 5) if ends else ("States.Timeout", ["cancelled"], 4)
    assert asyncio.run(run()) == expected


def test_a_cancellation_from_elsewhere_is_no_time_out():
    async def run() -> None:
        clock, ended = AsyncioClock(), []
        running = asyncio.create_task(within(clock, sleeping(clock, 9, ended), 8, EXPIRY))
        await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert ended == ["cancelled"]

    asyncio.run(run())


def test_of_two_time_limits_the_nearer_ends_the_work_by_its_own_error():
    other = ExecutionError("Other")

    async def run(inner_s: float, outer_s: float) -> str:
        clock = VirtualClock()
        work = within(clock, sleeping(clock, 9, []), inner_s, EXPIRY)
        with pytest.raises(ExecutionError) as raised:
            await within(clock, work, outer_s, other)
        return raised.value.error

    assert asyncio.run(run(2, 3)) == "States.Timeout"
    assert asyncio.run(run(3, 2)) == "Other"


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20))
@settings(deadline=None)
def test_sleepers_wake_in_the_order_of_their_times_and_then_of_their_calls(delays) -> None:
    async def run() -> list[int]:
        clock, woken = VirtualClock(0), []

        async def sleeper(number: int, delay: int) -> None:
            await clock.sleep(delay)
            assert clock.time() == delay
            woken.append(number)

        await asyncio.gather(*(sleeper(*each) for each in enumerate(delays)))
        return woken

    assert asyncio.run(run()) == sorted(range(len(delays)), key=lambda number: delays[number])


def test_time_stands_still_while_anybody_has_something_to_do():
    async def run() -> float:
        clock = VirtualClock(0)
        asleep = asyncio.create_task(clock.sleep(100))
        for _ in range(1_000):
            await asyncio.sleep(0)
        before = clock.time()
        await asleep
        assert clock.time() == 100
        return before

    assert asyncio.run(run()) == 0


def test_a_virtual_clock_forgets_what_is_not_wanted_any_more():
    async def run() -> int:
        clock = VirtualClock()
        for _ in range(10_000):
            clock.call_later(60, lambda: None).cancel()
        return len(clock._waiting)

    assert asyncio.run(run()) < 2_500


def test_a_virtual_clock_serves_one_loop_after_another():
    clock = VirtualClock(0)

    async def leaving_something() -> None:
        clock.call_later(500, lambda: None)
        await clock.sleep(1)

    for expected in (1, 2):
        asyncio.run(leaving_something())
        assert clock.time() == expected


@pytest.mark.parametrize("make", [AsyncioClock, VirtualClock])
def test_a_call_that_is_cancelled_is_not_made(make: Callable[[], Any]) -> None:
    async def run() -> list[int]:
        clock, made = make(), []
        alarms = [clock.call_later(0.001 * n, lambda n=n: made.append(n)) for n in range(3)]
        alarms[1].cancel()
        await clock.sleep(0.02)
        return made

    assert asyncio.run(run()) == [0, 2]


def test_an_asyncio_clock_goes_by_the_machine_s_time():
    async def run(work: Coroutine[Any, Any, None]) -> float:
        started_s = time.perf_counter()
        await work
        return time.perf_counter() - started_s

    clock = AsyncioClock()
    assert asyncio.run(run(clock.sleep(0.02))) >= 0.02
    assert abs(clock.time() - time.time()) < 1
