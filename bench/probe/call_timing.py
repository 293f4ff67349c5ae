"""Calls timed one by one, and counted when several are made at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.probe.errors import CallRefused
from bench.statistics import percentile

REPEATS: Final = 20
"""The fewest from which a p95 is given (see `bench.statistics.minimum_samples`)."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Figures of some calls; `p95_ms` is `None` where they are too few."""

    repeats: int
    median_ms: float
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class CallRate:
    """Calls per second that were carried out, and how many were refused."""

    per_s: float
    failed_calls: int


def timing(
    call: Callable[[], None], *, repeats: int, limit_s: float, clock: Callable[[], float]
) -> Timing:
    """Time *call* one after the other, *repeats* times or until *limit_s* seconds have passed.

    The first call opens the connection and is not counted.

    Raises
    ------
    CallRefused
        When one is refused.
    """
    until_s = clock() + limit_s
    call()
    times_ms: list[float] = []
    while len(times_ms) < repeats and (not times_ms or clock() < until_s):
        began_s = clock()
        call()
        times_ms.append((clock() - began_s) * 1e3)
    values = np.array(times_ms)
    return Timing(len(times_ms), float(np.median(values)), percentile(values, 0.95))


def call_rate(
    call: Callable[[], None], *, threads: int, window_s: float, clock: Callable[[], float]
) -> CallRate:
    """Count the calls that *threads* threads get through, each its next when one is done.

    A call that the window's end finds under way is waited for and counted, and the time until then
    with it.
    """
    stopped = threading.Event()

    def work() -> tuple[int, int, float]:
        done = failed = 0
        while not stopped.is_set() and (not done + failed or clock() < until_s):
            if _carried_out(call):
                done += 1
            else:
                failed += 1
        return done, failed, clock()

    with ThreadPoolExecutor(threads) as pool:
        try:
            # So many connections are open before the window is.
            list(pool.map(lambda _: _carried_out(call), range(threads)))
            began_s = clock()
            until_s = began_s + window_s
            counted = [each.result() for each in [pool.submit(work) for _ in range(threads)]]
        finally:
            # After Ctrl-C the pool waits for its threads: their next call is their last.
            stopped.set()
    took_s = max(ended_s for _, _, ended_s in counted) - began_s
    done = sum(done for done, _, _ in counted)
    return CallRate(done / took_s, sum(failed for _, failed, _ in counted))


def _carried_out(call: Callable[[], None]) -> bool:
    try:
        call()
    except CallRefused:
        return False
    return True
