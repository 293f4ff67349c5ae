"""The benchmark runs through and its rows make sense; how fast is no test's matter."""

import json
import subprocess
import sys

import psutil
import pytest


@pytest.mark.integration
@pytest.mark.processes
def test_a_quick_run_gives_every_section_and_leaves_no_process(tmp_path, repository):
    file = tmp_path / "rows.json"
    before = {process.pid for process in psutil.process_iter()}
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.lambda_benchmark",
            "--quick",
            "--memory-invocations",
            "100",
            "--output",
            str(file),
        ],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in {0, 1}, run.stderr
    rows = json.loads(file.read_text())
    assert {row["section"] for row in rows} == {
        "path",
        "invoke",
        "throughput",
        "memory",
        "shaping",
        "cold start",
        "imports",
    }
    for row in rows:
        assert row["ratio"] is None or row["ratio"] > 0
        assert (row["met"] is None) == (row["target"] == "")
    assert any(row["what"].startswith("boto") or "boto" in row["what"] for row in rows)
    left = [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.pid not in before
        and "bench.lambda_benchmark" in " ".join(process.info["cmdline"] or [])
    ]
    assert left == []


@pytest.mark.integration
@pytest.mark.processes
def test_a_peer_that_is_not_there_is_named_with_the_mend(tmp_path, repository):
    run = subprocess.run(
        [sys.executable, "-m", "bench.lambda_benchmark", "--quick", "--peer", str(tmp_path)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith(f"firstwrite: --peer {tmp_path} has no bin/ministack. Make one: ")
