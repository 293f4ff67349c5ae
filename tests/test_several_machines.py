"""Every command of docs/several-machines.md is run; loopback addresses stand for two machines."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from bench.collect import read_samples, read_worker_blocks
from bench.load.request_sample import read_records
from sim.stack.ports import free_port
from tests.test_readme import commands as commands_of_the_readme

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "several-machines.md").read_text(encoding="utf-8")
ADDRESSES = {"192.0.2.10": "127.0.0.2", "192.0.2.20": "127.0.0.3"}
FEW = (
    "repetitions=1; floor_requests=0; load.steady.requests=6; load.steady.warm_up=0;"
    ' load.steady.arrivals.rate_per_s=6; load.steady.sizes={"256 KB"=1}'
)


def commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


BENCH, UP, PAGED, UP_WITH_HOST, COPY, MASTER, WORKER, LOOK = commands()


@dataclass(frozen=True)
class Machine:
    """A folder with a checkout, and what its programs run with."""

    folder: Path
    environment: dict[str, str]

    def words(self, command: str) -> list[str]:
        for address, loopback in ADDRESSES.items():
            command = command.replace(address, loopback)
        return shlex.split(command)

    @contextmanager
    def running(
        self, command: str, *more: str, within: tuple[str, ...] = ()
    ) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            [*within, *self.words(command), *more],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.communicate(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()  # and `unshare` its child with it

    def ends_well(self, command: str, *more: str) -> str:
        done = subprocess.run(
            [*self.words(command), *more],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


AHEAD_S = 5000.0
ANOTHER_CLOCK = (
    "unshare", "--time", "--monotonic", f"{AHEAD_S:.0f}", "--fork", "--kill-child",
)  # fmt: skip


def another_clock() -> tuple[str, ...]:
    """Return what gives a program a monotonic clock that is ahead, where that is permitted."""
    if shutil.which("unshare"):
        tried = subprocess.run([*ANOTHER_CLOCK, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return ANOTHER_CLOCK
    return ()


def machine(folder: Path, environment: dict[str, str], programs: Path) -> Machine:
    folder.mkdir()
    (folder / "bench").symlink_to(ROOT / "bench")
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    return Machine(folder, {**environment, "PATH": path})


@pytest.fixture
def machines(tmp_path: Path, program_environment: dict[str, str]) -> tuple[Machine, Machine]:
    """Machine A and machine B, and an `scp` that finds the home of B."""
    programs = tmp_path / "programs"
    programs.mkdir()
    copying = programs / "scp"
    copying.write_text(f'#!/bin/sh\ncp "$1" "$2" "{tmp_path}/B/${{3#127.0.0.3:}}"\n')
    copying.chmod(0o755)
    a, b = (machine(tmp_path / name, program_environment, programs) for name in "AB")
    return a, b


def test_the_commands_are_those_that_are_run_here() -> None:
    assert [command.split()[0] for command in commands()] == [
        "firstwrite", "firstwrite", "locust", "firstwrite", "scp", "locust", "locust", "python",
    ]  # fmt: skip
    # A plain `up` is run by the test of the README.
    assert f".venv/bin/{UP}" in commands_of_the_readme()
    assert set(re.findall(r"192\.0\.2\.\d+", PAGE)) == set(ADDRESSES)


@pytest.mark.integration
def test_bench_with_workers_gives_one_result(machines: tuple[Machine, Machine]) -> None:
    a, _ = machines
    few = ("-o", "load.256 KB.requests=4", "-o", "load.256 KB.warm_up=2")
    shown = a.ends_well(BENCH, "--rounds", "1", "--size", "256 KB", "--profile", "raw", *few)
    assert "PASS" in shown
    (result,) = (a.folder / "results").iterdir()
    plan = json.loads((result / "run.json").read_text())["plan"]["raw"]
    assert plan["workers"] == 2
    workers = plan["load_generator"]["workers"]
    assert [each["worker"] for each in workers] == [0, 1]
    assert sum(each["requests_sent"] for each in workers) == plan["requests"]
    for each in workers:
        # Processes of one machine have one clock.
        assert abs(each["clock_offset_s"]) * 1e3 <= each["clock_uncertainty_ms_at_most"]
    assert (result / "report.html").exists()


@pytest.mark.integration
def test_two_machines_and_the_web_page(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    with a.running(UP_WITH_HOST) as up:
        assert up.stdout is not None
        shown = ""
        while "Load with a web page" not in shown:
            line = up.stdout.readline()
            assert line, shown
            shown += line
        deployment = json.loads((a.folder / ".firstwrite" / "deployment.json").read_text())
        assert deployment["outputs"]["S3FirstUrl"].startswith("http://127.0.0.2:")
        start_on_the_page(a)
        a.ends_well(COPY)
        copied = b.folder / "deployment.json"
        assert copied.stat().st_mode & 0o077 == 0, "it holds passwords"
        send_from_b(a, b)


def start_on_the_page(a: Machine) -> None:
    port = free_port()
    page = f"http://127.0.0.1:{port}"
    options = ("--web-host", "127.0.0.1", "--web-port", str(port), "--overrides", FEW)
    http = urllib3.PoolManager(retries=urllib3.Retry(40, backoff_factor=0.05, backoff_max=0.5))
    with a.running(PAGED, *options):
        http.request("GET", f"{page}/")
        form = {"user_count": "1", "spawn_rate": "1", "scenario": "steady", "overrides": FEW}
        started = http.request("POST", f"{page}/swarm", fields=form, encode_multipart=False)
        assert started.json()["success"]
        deadline = time.monotonic() + 40
        while '"record":"end"' not in (text := read(a.folder / "steady.jsonl")):
            assert time.monotonic() < deadline, text
            time.sleep(0.1)
    assert list(read_records(a.folder / "steady.jsonl"))[-1]["outcome"] == "complete"
    (a.folder / "steady.jsonl").unlink()


def send_from_b(a: Machine, b: Machine) -> None:
    port = str(free_port())
    ahead = another_clock()
    with (
        b.running(WORKER, "--master-port", port),
        b.running(WORKER, "--master-port", port, within=ahead),
    ):
        shown = a.ends_well(MASTER, "--master-bind-port", port, "--overrides", FEW)
    assert "s3-first 256 KB" in shown, "Locust's own statistics have the workers' requests"
    samples = a.folder / "steady.jsonl"
    frame = read_samples(samples)
    assert frame["strategy"].value_counts().to_dict() == {"redis-first": 6, "s3-first": 6}
    assert frame["status"].eq(200).all()
    workers = read_worker_blocks(samples)
    assert workers["requests"].tolist() == [3, 3, 3, 3]
    true_s = dict.fromkeys((0, 1), 0.0)
    if ahead:
        true_s[int(workers["clock_offset_s"].idxmax()) % 2] = AHEAD_S
    wrong_s = workers["clock_offset_s"] - workers["worker"].map(true_s)
    assert (wrong_s.abs() * 1e3 <= workers["clock_uncertainty_ms"]).all()
    # Of the worker with a clock of its own the ways there and back are not known, of the other are.
    of_requests = [record for record in read_records(samples) if record["record"] == "request"]
    for worker, offset_s in true_s.items():
        known = [r["request_transit_ms"] is not None for r in of_requests if r["worker"] == worker]
        assert set(known) == {offset_s == 0}
    looked = a.ends_well(LOOK)
    assert "redis-first" in looked
    assert "clock_uncertainty_ms" in looked


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
