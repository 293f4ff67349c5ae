"""`locust -f bench/locustfile.py ScenarioUser`: Start, Stop, and Start again on the web page."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from bench.collect import read_samples
from bench.load.request_sample import read_records

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[3]
SHORT = (
    "repetitions=1; floor_requests=0; load.steady.requests=6; load.steady.warm_up=0;"
    ' load.steady.arrivals.rate_per_s=20; load.steady.sizes={"8 KB"=1}'
)


@contextmanager
def _page(deployment: Path, folder: Path, *arguments: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LOCUST_", "PYTHON"))}
    process = subprocess.Popen(
        [
            sys.executable, "-m", "locust", "-f", str(ROOT / "bench/locustfile.py"),
            "ScenarioUser", "--web-host=127.0.0.1", f"--web-port={port}",
            f"--deployment={deployment}", *arguments,
        ],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        _, said = process.communicate(timeout=10)
    assert "Traceback" not in said, said


def _answer(url: str, form: dict[str, Any] | None = None) -> str:
    data = urlencode(form).encode() if form else None
    try:
        with urlopen(url, data, timeout=5) as answer:  # noqa: S310 - loopback
            return str(answer.read().decode())
    except URLError:
        return ""


def _wait_for(condition: Callable[[], Any], timeout_s: float = 15.0) -> Any:
    deadline_s = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline_s, "it did not come to pass"
        time.sleep(0.05)
    return found


def _ends(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [record for record in read_records(path) if record["record"] == "end"]


def test_each_start_carries_out_a_new_plan_and_stop_ends_it(
    ingest_server: Any, deployment_path: Path, tmp_path: Path
) -> None:
    samples = tmp_path / "steady.jsonl"
    with _page(deployment_path, tmp_path, f"--samples={samples}", f"--overrides={SHORT}") as page:
        assert '"scenario"' in _wait_for(lambda: _answer(f"{page}/"))
        form = {"user_count": 1, "spawn_rate": 1, "scenario": "steady", "overrides": SHORT}
        ingest_server.running_executions = 1
        _answer(f"{page}/swarm", form)
        assert _wait_for(lambda: _ends(samples))[0]["outcome"] == "complete"
        _wait_for(lambda: json.loads(_answer(f"{page}/stats/requests"))["state"] == "stopped")
        statistics = json.loads(_answer(f"{page}/stats/requests"))["stats"]
        counted = {row["name"]: row["num_requests"] for row in statistics}
        assert counted == {"redis-first 8 KB": 6, "s3-first 8 KB": 6, "Aggregated": 12}

        # What cannot be is told in the log, and the page stays for another try.
        _answer(f"{page}/swarm", {**form, "scenario": "no-such"})
        _wait_for(lambda: "no-such" in _answer(f"{page}/logs"))
        time.sleep(0.5)  # its start ends, and is ended
        assert json.loads(_answer(f"{page}/stats/requests"))["state"] == "stopped"

        long = SHORT.replace("requests=6", "requests=600")
        _answer(f"{page}/swarm", {**form, "overrides": long})
        _wait_for(lambda: len(ingest_server.received) > 15)
        assert "Test stopped" in _answer(f"{page}/stop", {"": ""})
        second = samples.with_name("steady-2.jsonl")
        assert _wait_for(lambda: _ends(second))[0]["outcome"] == "interrupted"
        received = len(ingest_server.received)
        time.sleep(0.3)
        assert len(ingest_server.received) == received
    first, again = read_samples(samples), read_samples(second)
    assert len(first) == 12
    assert set(first["payload_sha256"]).isdisjoint(again["payload_sha256"])
