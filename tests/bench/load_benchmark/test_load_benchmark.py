"""The benchmark runs through and its rows make sense; how fast is no test's matter."""

import json
import subprocess
import sys
from dataclasses import replace

import psutil
import pytest

from bench.load_benchmark.measurement import RATES, Held, bound_by, rows_of

QUIET = Held(
    due=100,
    answered=100,
    dropped=0,
    achieved_per_s=150.0,
    lag_p50_ms=0.1,
    lag_p99_ms=1.0,
    lag_max_ms=2.0,
    loop_lag_p99_ms=1.0,
    service_p50_ms=2.0,
    generator_percent=40.0,
    server_percent=20.0,
    others_percent=5.0,
)


@pytest.mark.parametrize(
    ("found", "met"),
    [
        (QUIET, [True, True]),
        (replace(QUIET, answered=99, dropped=1), [False, True]),
        (replace(QUIET, lag_p99_ms=5.0), [True, False]),
    ],
)
def test_a_rate_is_held_if_all_are_answered_and_leave_in_time(found, met):
    rows = list(rows_of(RATES[0], found))
    assert [row.met for row in rows] == [*met, None]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({}, "the generator's one thread, 40 % used"),
        ({"server_percent": 90.0}, "the null server's one thread, 90 % used"),
        ({"others_percent": 80.0}, "other programs on the machine's cores, 80 % used"),
    ],
)
def test_what_is_nearest_to_its_limit_bounds_it(changed, named):
    assert bound_by(replace(QUIET, **changed)) == named


@pytest.mark.processes
def test_a_short_run_gives_every_row_and_leaves_no_process(tmp_path, repository):
    file = tmp_path / "rows.json"
    command = [sys.executable, "-m", "bench.load_benchmark", "--seconds", "1", "--output", file]
    before = {process.pid for process in psutil.process_iter()}
    run = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert run.returncode in {0, 1}, run.stderr
    rows = json.loads(file.read_text())
    assert [row["section"] for row in rows] == ["rate", "lag", "bound"] * 2
    for row in rows:
        assert (row["met"] is None) == (row["target"] == "")
    assert "dropped" in rows[0]["against"]
    assert all(row["met"] for row in rows if row["section"] == "rate")
    left = [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.pid not in before
        and "bench.load_benchmark" in " ".join(process.info["cmdline"] or [])
    ]
    assert left == []
