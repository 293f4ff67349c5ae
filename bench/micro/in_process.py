"""The interpreter alone: executions a second on one core, and what they spend their time on."""

import asyncio
import cProfile
import gc
import statistics
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from bench.benchmark_table import Row
from bench.micro.machines import (
    ARCHIVE_INPUT,
    BRANCHES_INPUT,
    NoOpTasks,
    message_archive,
    three_branches,
)
from statemachine import Interpreter

TARGET_PER_S: Final = 3_000.0
_PROFILED: Final = 300
_SHOWN: Final = 8
_ROUNDS: Final = 5


def in_process_rows(seconds: float) -> Iterable[Row]:
    """Measure both machines one execution after the other, history included."""
    archive = Interpreter(message_archive(), NoOpTasks())
    result = asyncio.run(archive.run(ARCHIVE_INPUT))
    per_s = executions_per_s(archive, ARCHIVE_INPUT, seconds)
    events = len(result.history)
    yield Row(
        "in process",
        "message-archive, tasks that do nothing",
        f"{per_s:,.0f} a second",
        f"{result.status}; {events} events, {1e6 / per_s / events:.1f} µs each",
        per_s / TARGET_PER_S,
        f"at least {TARGET_PER_S:,.0f} a second",
        result.status == "SUCCEEDED" and per_s >= TARGET_PER_S,
    )
    branches = Interpreter(three_branches(), NoOpTasks())
    per_s = executions_per_s(branches, BRANCHES_INPUT, seconds)
    yield Row(
        "in process",
        "Parallel of 3 branches of 3 Pass states",
        f"{per_s:,.0f} a second",
        "",
        None,
        "",
        None,
    )
    yield from profile_rows(archive, ARCHIVE_INPUT)


def executions_per_s(interpreter: Interpreter, execution_input: Any, seconds: float) -> float:
    """Return the median of some rounds, by processor time: other programs do not count."""

    async def round_per_s(wanted_s: float) -> float:
        done, begun_s = 0, time.process_time()
        while True:
            for _ in range(20):
                await interpreter.run(execution_input)
            done += 20
            taken_s = time.process_time() - begun_s
            if taken_s >= wanted_s:
                return done / taken_s

    async def all_rounds() -> float:
        await round_per_s(0.1 * seconds)
        rounds = [await round_per_s(seconds / _ROUNDS) for _ in range(_ROUNDS)]
        return statistics.median(rounds)

    gc.collect()
    return asyncio.run(all_rounds())


def profile_rows(interpreter: Interpreter, execution_input: Any) -> Iterable[Row]:
    """Name the functions that most of the time is spent in, each without what it calls."""

    async def some() -> None:
        for _ in range(_PROFILED):
            await interpreter.run(execution_input)

    profile = cProfile.Profile()
    profile.runcall(asyncio.run, some())
    profile.create_stats()
    whole_s = sum(own_s for _, _, own_s, _, _ in profile.stats.values())
    dearest = sorted(profile.stats.items(), key=lambda item: item[1][2], reverse=True)
    for (file, line, name), (_, calls, own_s, _, _) in dearest[:_SHOWN]:
        where = f"{Path(file).name}:{line}" if line else ""
        yield Row(
            "bound by",
            f"{name} {where}".strip(),
            f"{100 * own_s / whole_s:.1f} % of the time",
            f"{calls / _PROFILED:.1f} calls an execution, traced",
            None,
            "",
            None,
        )
