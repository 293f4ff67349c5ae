"""A server that stalls must not be able to hide it by thinning out the load it is measured by.

The server is planted and seeded: it serves at once, but for stalls of a known place and length in
which it answers nobody. What a sender waits who comes at a given time is therefore known exactly,
and with the due times the truth of every percentile.
"""

import io
import json
import time
from dataclasses import dataclass
from typing import Any

import gevent
import numpy as np
import pytest

from bench.load import Arrival, Block, Plan, constant, poisson
from bench.load.pace import OwnPace
from bench.load.planned_run import PlannedRun
from bench.load.request_sample import SamplesFile
from bench.load.sender import Answer

SERVICE_S = 0.01
RATE_PER_S = 100.0
DURATION_S = 6.0
STALLS_S = tuple(
    (float(begin), 0.35) for begin in np.sort(np.random.default_rng(7).uniform(0.3, 1.2, 3))
    + np.array([0.0, 1.5, 3.0])
)  # fmt: skip
"""(begin, length): together a sixth of the time."""


def wait_s(arrives_s: float) -> float:
    """What one waits who comes `arrives_s` after the server began."""
    for begin_s, length_s in STALLS_S:
        if begin_s <= arrives_s < begin_s + length_s:
            return begin_s + length_s - arrives_s + SERVICE_S
    return SERVICE_S


@dataclass
class StallingSender:
    """Begins to count with its first request, as the truth does with the first due time."""

    began_s: float = 0.0
    method: str = "POST"

    def before_block(self, requests: int) -> None:
        """Have nothing to open."""

    def send(self, content: bytes, trace_id: str = "") -> Answer:
        del content, trace_id
        sent_s = time.perf_counter()
        self.began_s = self.began_s or sent_s
        gevent.sleep(wait_s(sent_s - self.began_s))
        return Answer(sent_s, time.perf_counter(), 200, "", "id", "")

    def after_block(self) -> int:
        return 0


def open_model_ms(due_s: list[float]) -> np.ndarray:
    out = io.StringIO()
    plan = Plan(
        seed=1,
        run_tag="t",
        blocks=(
            Block(0, 0, "s3-first", "stalls", tuple(
                Arrival(due, "binary", "4 KB", 4096, "2026-01-01T10:00:00.000Z", warm_up=False)
                for due in due_s
            )),
        ),
        drain=None,
    )  # fmt: skip
    sender: Any = StallingSender()
    PlannedRun(
        plan,
        senders={"s3-first": sender},
        samples=SamplesFile(out),
        report=lambda *_: None,
        pace=OwnPace(None, lambda: False, time.perf_counter),
        clock=time.perf_counter,
        cpu_clock=time.process_time,
    ).run()
    records = [json.loads(line) for line in out.getvalue().splitlines()]
    return np.array([each["latency_ms"] for each in records if each["record"] == "request"])


def closed_loop_ms() -> np.ndarray:
    """One user who waits for each answer, and then until its next turn at the same rate."""
    sender, found, began_s = StallingSender(), [], time.perf_counter()
    next_s = 0.0
    while (at_s := time.perf_counter() - began_s) < DURATION_S:
        if at_s < next_s:
            gevent.sleep(next_s - at_s)
        answer = sender.send(b"")
        found.append((answer.done_s - answer.sent_s) * 1e3)
        next_s = max(next_s + 1 / RATE_PER_S, time.perf_counter() - began_s)
    return np.array(found)


def test_the_open_model_tells_the_true_p99_and_a_closed_loop_misses_it() -> None:
    due_s = poisson(RATE_PER_S).first(round(RATE_PER_S * DURATION_S), np.random.default_rng(5))
    true_ms = 1e3 * np.array([wait_s(due) for due in due_s])
    measured_ms = open_model_ms(due_s)
    assert len(measured_ms) == len(due_s)
    true_p99, open_p99, closed_p99 = (
        float(np.percentile(each, 99)) for each in (true_ms, measured_ms, closed_loop_ms())
    )
    assert true_p99 > 250
    assert open_p99 == pytest.approx(true_p99, rel=0.05)
    assert float(np.percentile(measured_ms, 95)) == pytest.approx(
        float(np.percentile(true_ms, 95)), rel=0.05
    )
    # The closed loop has one sample of each stall, which are too few for a p99 to notice.
    assert closed_p99 < 0.2 * true_p99


def test_evenly_spaced_arrivals_show_the_share_of_time_that_is_stalled() -> None:
    due_s = constant(RATE_PER_S).within(DURATION_S, np.random.default_rng(1))
    # What else the machine does can only add stalls: the least of three is the server's.
    stalled = sum(length_s - SERVICE_S for _, length_s in STALLS_S) / DURATION_S
    share = 1.0
    for _ in range(3):
        share = min(share, float(np.mean(open_model_ms(due_s) > 2e3 * SERVICE_S)))
        if share < stalled + 0.03:
            break
    assert share == pytest.approx(stalled, abs=0.03)
