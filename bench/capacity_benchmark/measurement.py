"""A day in a process of its own, a shorter stretch in SimPy, and the rows of both."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.benchmark_table import Row
from bench.capacity_benchmark.pipeline_network import day_arrivals, pipeline_network
from bench.capacity_benchmark.random_luck import RandomLuck
from bench.capacity_benchmark.simpy_network import SimpyNetwork
from bench.errors import RunFailure
from sim.capacity.network import Arrivals

SECONDS_TARGET: Final = 60.0
BYTES_TARGET: Final = 2e9
RATIO_TARGET: Final = 20.0


@dataclass(frozen=True, slots=True)
class Took:
    """What a simulated stretch took."""

    hours: float
    messages: int
    events: int
    seconds: float
    cpu_s: float
    prepared_s: float
    peak_bytes: int
    completed: int


def engine_day(hours: float, progress: Callable[[float], None]) -> Took:
    """Simulate so many hours in a process of its own.

    Raises
    ------
    RunFailure
        When it fails.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.capacity_benchmark.day", str(hours)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    try:
        message = ""
        for line in process.stderr or ():
            try:
                progress(float(line))
            except ValueError:
                message = line.strip() or message
        answer = process.stdout.read() if process.stdout else ""
        if process.wait() != 0:
            raise RunFailure(f"the simulated day failed: {message}")
    finally:
        process.kill()
        process.wait()
    found = json.loads(answer)
    return Took(
        hours=hours,
        messages=found["messages"],
        events=found["events"],
        seconds=found["seconds"],
        cpu_s=found["cpu_s"],
        prepared_s=found["prepared_s"],
        peak_bytes=found["peak_bytes"],
        completed=found["outcomes"].get("completed", 0),
    )


def simpy_seconds_per_message(messages: int) -> float:
    """Return the processor seconds that SimPy takes for a message of the same network.

    Raises
    ------
    RunFailure
        When not all messages are complete.
    """
    day = day_arrivals(2 * messages / 100 / 3_600)
    arrivals = Arrivals(day.due_s[:messages], day.body_bytes[:messages])
    peer = SimpyNetwork(pipeline_network(), RandomLuck(1))
    began_s = time.process_time()
    outcome = peer.run(arrivals)
    took_s = time.process_time() - began_s
    if sum(name == "completed" for name in outcome.names.values()) != len(arrivals.due_s):
        raise RunFailure("not all messages of the SimPy model are complete")
    return took_s / len(arrivals.due_s)


def rows_of(took: Took, simpy_s: float, simpy_messages: int) -> Iterable[Row]:
    """Return what both came to, against the targets, which are set for a whole day."""
    day = took.hours == 24
    of = f"{took.hours:g} h at 100/s, {took.messages:,} messages"
    yield Row(
        "engine",
        f"one core's time, {of}",
        f"{took.cpu_s:.1f} s",
        f"{took.seconds:.1f} s passed; {took.completed:,} completed",
        took.cpu_s / SECONDS_TARGET,
        f"at most {SECONDS_TARGET:g} s for a day",
        took.cpu_s <= SECONDS_TARGET if day else None,
    )
    yield Row(
        "engine",
        "peak resident memory of its process",
        f"{took.peak_bytes / 1e6:.0f} MB",
        "",
        took.peak_bytes / BYTES_TARGET,
        "below 2 GB for a day",
        took.peak_bytes < BYTES_TARGET if day else None,
    )
    yield Row(
        "engine",
        "events",
        f"{took.events / took.cpu_s / 1e6:.2f} million a second",
        f"{took.events:,} in all, {took.events / took.messages:.1f} a message",
        None,
        "",
        None,
    )
    yield Row(
        "engine",
        "compiling, or loading what was compiled",
        f"{took.prepared_s:.1f} s",
        "about 15 s once in a checkout, then below a second",
        None,
        "",
        None,
    )
    engine_s = took.cpu_s / took.messages
    yield Row(
        "SimPy",
        "processor time a message",
        f"{engine_s * 1e6:.2f} µs",
        f"SimPy {simpy_s * 1e6:.0f} µs, over {simpy_messages:,} messages of the same network",
        simpy_s / engine_s,
        f"at least {RATIO_TARGET:g} times as fast",
        simpy_s / engine_s >= RATIO_TARGET,
    )
