"""The benchmark runs through and its rows make sense; how fast is no test's matter."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from bench.capacity_benchmark.measurement import Took, engine_day, rows_of
from bench.capacity_benchmark.pipeline_network import day_arrivals, pipeline_network
from bench.capacity_benchmark.random_luck import RandomLuck
from bench.capacity_benchmark.simpy_network import SimpyNetwork
from bench.errors import RunFailure
from sim.capacity.network import Arrivals, simulate

QUICK = Took(
    hours=24.0,
    messages=1_000_000,
    events=13_000_000,
    seconds=5.0,
    cpu_s=4.0,
    prepared_s=0.5,
    peak_bytes=400_000_000,
    completed=1_000_000,
)


@pytest.mark.parametrize(
    ("changed", "simpy_s", "met"),
    [
        ({}, 1e-4, [True, True, None, None, True]),
        ({"cpu_s": 61.0}, 1e-2, [False, True, None, None, True]),
        ({"peak_bytes": 2_000_000_001}, 1e-4, [True, False, None, None, True]),
        ({}, 7e-5, [True, True, None, None, False]),
        ({"hours": 1.0}, 1e-4, [None, None, None, None, True]),
    ],
)
def test_targets_are_of_a_whole_day_and_of_the_ratio(changed, simpy_s, met):
    rows = rows_of(replace(QUICK, **changed), simpy_s, 1000)
    assert [row.met for row in rows] == met


def test_both_simulate_the_same_network_and_load():
    """Their draws differ; what comes out by the law of large numbers does not."""
    day = day_arrivals(0.05)
    arrivals = Arrivals(day.due_s[:4000], day.body_bytes[:4000])
    engine = simulate(pipeline_network(), arrivals, seed=3)
    peer = SimpyNetwork(pipeline_network(), RandomLuck(3)).run(arrivals)
    assert engine.counts() == {"completed": 4000}
    assert set(peer.names.values()) == {"completed"}
    for mark in ("receipt", "complete"):
        times_ms = sorted(peer.marks[mark].values())
        assert float(sorted(engine.marks[mark])[2000]) == pytest.approx(times_ms[2000], rel=0.03)


def test_a_day_that_fails_says_why():
    with pytest.raises(RunFailure, match=r"the simulated day failed: .*until_s is 0"):
        engine_day(0.0, lambda _: None)


@pytest.mark.processes
def test_a_short_run_gives_every_row(tmp_path, repository):
    file = tmp_path / "rows.json"
    options = ["--hours", "0.05", "--simpy-messages", "300", "--output", file]
    command = [sys.executable, "-m", "bench.capacity_benchmark", *options]
    run = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert run.returncode in {0, 1}, run.stderr
    rows = json.loads(file.read_text())
    assert [row["section"] for row in rows] == ["engine"] * 4 + ["SimPy"]
    for row in rows[:4]:
        assert row["met"] is None
    assert rows[4]["ratio"] > 0
    assert rows[4]["met"] == (rows[4]["ratio"] >= 20)
