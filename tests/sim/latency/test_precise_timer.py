"""Waits of the event loop: in the order they are due, not early, and nobody is held for ever.

How late they are is measured by `make bench-latency`.
"""

import asyncio
import time

import pytest

from sim.latency.precise_timer import PreciseTimer

EARLY_S = 0.0002


def test_waits_end_in_the_order_in_which_they_are_due_and_not_early():
    async def run():
        timer, ended = PreciseTimer(), []

        async def wait(number, due_s):
            await timer.until(due_s)
            ended.append((number, time.perf_counter() - due_s))

        now_s = time.perf_counter()
        waits = [3, 1, 0, 2]
        await asyncio.gather(*(wait(each, now_s + 0.05 + each * 0.03) for each in waits))
        timer.close()
        return ended

    ended = asyncio.run(run())
    assert [number for number, _ in ended] == [0, 1, 2, 3]
    assert all(late_s > -EARLY_S for _, late_s in ended)


def test_what_is_due_already_is_not_waited_for():
    async def run():
        timer = PreciseTimer()
        await timer.until(time.perf_counter() - 1)
        assert timer._thread is None
        timer.close()

    asyncio.run(run())


def test_closing_lets_go_whoever_waits_and_ends_the_thread():
    async def run():
        timer = PreciseTimer()
        waiting = asyncio.create_task(timer.until(time.perf_counter() + 60))
        await asyncio.sleep(0.01)
        thread = timer._thread
        timer.close()
        await asyncio.wait_for(waiting, 1)
        assert thread is not None
        assert not thread.is_alive()
        with pytest.raises(RuntimeError, match="closed"):
            await timer.until(time.perf_counter() + 1)

    asyncio.run(run())


def test_a_wait_that_is_given_up_does_not_disturb_the_others():
    async def run():
        timer = PreciseTimer()
        now_s = time.perf_counter()
        given_up = asyncio.create_task(timer.until(now_s + 0.02))
        await asyncio.sleep(0)
        given_up.cancel()
        await timer.until(now_s + 0.05)
        timer.close()
        return time.perf_counter() - now_s

    assert asyncio.run(run()) > 0.05 - EARLY_S
