"""A Locust master and workers as processes: one result, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.collect import read_blocks, read_samples, read_worker_blocks
from bench.load import LoadFiles, PlannedLoad, PlanNotCarriedOutError
from bench.load.request_sample import read_records

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[3]


def _wait_until(condition: Callable[[], Any], timeout_s: float = 20.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "it did not come to pass"
        time.sleep(0.02)


def _gone(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_two_workers_send_what_is_due_when_it_is_due_into_one_file(
    ingest_server: Any, deployment_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    due_s = [0.04 * number for number in range(25)]
    plan = plan_of_blocks(("floor", due_s[:3]), ("redis-first", due_s), body_bytes=50_000)
    with PlannedLoad(plan, deployment_path, load_files, workers=2) as load:
        processes = [load.process_id, *load.worker_ids]
        load.follow(lambda *_: None)
    assert all(_gone(each) for each in processes)

    frame = read_samples(load_files.samples)
    assert frame["status"].eq(200).all()
    assert frame["payload_sha256"].is_unique
    assert Counter(frame["block"]) == {0: 3, 1: 25}
    arrived_s = sorted(r.at_s for r in ingest_server.received if r.path == "/redis-first")
    assert [at_s - arrived_s[0] for at_s in arrived_s] == pytest.approx(due_s, abs=0.05)

    assert len(read_blocks(load_files.samples)) == 2
    workers = read_worker_blocks(load_files.samples)
    assert workers["requests"].tolist() == [2, 1, 12, 13]
    assert set(workers["process_id"]) == set(load.worker_ids)
    # All are on one machine, whose processes have one monotonic clock: the true offset is 0.
    off_ms = workers["clock_offset_s"].abs() * 1e3
    assert (off_ms <= workers["clock_uncertainty_ms"]).all()


def test_a_killed_worker_ends_the_load_and_its_file_says_so(
    ingest_server: Any, deployment_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    plan = plan_of_blocks(("floor", [0.1 * number for number in range(600)]))
    killed: list[int] = []

    def kill_one() -> None:
        if len(ingest_server.received) >= 4 and not killed:
            killed.append(load.worker_ids[0])
            os.kill(killed[0], signal.SIGKILL)

    with (
        PlannedLoad(plan, deployment_path, load_files, workers=2) as load,
        pytest.raises(PlanNotCarriedOutError, match=r"worker \d of 2 \(.*\) was lost"),
    ):
        load.follow(lambda *_: None, watch=kill_one)
    end = list(read_records(load_files.samples))[-1]
    assert (end["record"], end["outcome"]) == ("end", "failed")
    assert "was lost" in end["problem"]
    assert all(_gone(each) for each in (load.process_id, *load.worker_ids))


def test_workers_that_cannot_start_are_told_of_at_once(
    tmp_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    began_s = time.monotonic()
    with (
        PlannedLoad(
            plan_of_blocks(("floor", [0.0, 0.1])), tmp_path / "none.json", load_files, workers=2
        ) as load,
        pytest.raises(PlanNotCarriedOutError, match="no deployment at"),
    ):
        load.follow(lambda *_: None)
    assert time.monotonic() - began_s < 15


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_master_and_workers_end_with_their_parent(
    ingest_server: Any,
    deployment_path: Path,
    load_files: LoadFiles,
    plan_of_blocks: Any,
    number: int,
) -> None:
    plan = plan_of_blocks(("floor", [0.1 * number for number in range(600)]))
    program = (
        "import sys; from pathlib import Path\n"
        "from bench.load import LoadFiles, Plan, PlannedLoad\n"
        "plan = Plan.from_json(Path(sys.argv[1]).read_text())\n"
        "files = LoadFiles.within(Path(sys.argv[3]))\n"
        "with PlannedLoad(plan, Path(sys.argv[2]), files, workers=2) as load:\n"
        "    print(load.process_id, *load.worker_ids, flush=True)\n"
        "    load.follow(lambda *_: None)\n"
    )
    given = load_files.plan.with_name("given.json")
    given.write_text(plan.to_json(), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", program, given, deployment_path, load_files.plan.parent],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        load = [int(word) for word in parent.stdout.readline().split()]
        assert len(load) == 3
        try:
            _wait_until(lambda: len(ingest_server.received) >= 3)
            parent.send_signal(number)
            _wait_until(lambda: all(_gone(each) for each in load))
        finally:
            parent.kill()
            for each in load:
                if not _gone(each):
                    psutil.Process(each).kill()
    assert len(ingest_server.received) < 200
    end = list(read_records(load_files.samples))[-1]
    assert (end["record"], end["outcome"] == "complete") == ("end", False)
