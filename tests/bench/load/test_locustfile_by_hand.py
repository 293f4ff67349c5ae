"""`locust -f bench/locustfile.py`, as a user starts it by hand."""

import base64
import csv
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[3]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "locust", "-f", str(ROOT / "bench/locustfile.py"), *arguments]


def _environment(deployment: Path | None) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LOCUST_", "PYTHON"))}
    if deployment:
        environment["FIRSTWRITE_DEPLOYMENT"] = str(deployment)
    return environment


def _locust(
    *arguments: str, folder: Path, deployment: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments),
        cwd=folder,
        env=_environment(deployment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_and_the_list_of_users_are_shown_without_errors(tmp_path: Path) -> None:
    for argument, expected in (("--help", "Usage: locust"), ("--list", "S3FirstUser")):
        shown = _locust(argument, folder=tmp_path)
        assert (shown.returncode, "Traceback" in shown.stderr) == (0, False), shown.stderr
        assert expected in shown.stdout + shown.stderr


def test_the_web_page_offers_the_scenarios_arguments_and_starts_it(
    ingest_server: Any, deployment_path: Path, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        _command("--web-host=127.0.0.1", f"--web-port={port}", "--largest-bytes=8192"),
        cwd=tmp_path,
        env=_environment(deployment_path),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        shown = _wait_for(lambda: _answer(f"{page}/"))
        for name in ("size_mix", "rate_per_user", "seed", "largest_bytes"):
            assert name in shown
        assert "exit_with_parent" not in shown
        form = {"user_count": 1, "spawn_rate": 1, "size_mix": "no mix", "seed": 1}
        _answer(f"{page}/swarm", form)
        time.sleep(0.5)
        assert ingest_server.received == []
        assert "Test stopped" in _answer(f"{page}/stop", {"": ""})
        _answer(f"{page}/swarm", {**form, "size_mix": "largest=1"})
        _wait_for(lambda: ingest_server.received)
        assert {len(request.body) for request in ingest_server.received} == {8192}
    finally:
        process.terminate()
        _, said = process.communicate(timeout=10)
    assert "size mix entry 'no mix'" in said
    assert "Traceback" not in said


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


def test_without_a_deployment_it_says_what_to_do(tmp_path: Path) -> None:
    ended = _locust("--headless", folder=tmp_path)
    assert ended.returncode == 2
    assert "firstwrite: no deployment at" in ended.stderr
    assert "run `firstwrite up`" in ended.stderr


def test_both_users_post_messages_of_the_mix_at_their_rate(
    ingest_server: Any, deployment_path: Path, tmp_path: Path
) -> None:
    ended = _locust(
        "--headless", "--users=2", "--spawn-rate=2", "--run-time=4s", "--stop-timeout=2",
        "--size-mix=256 KB=1, largest=1", "--largest-bytes=8192", "--rate-per-user=5",
        f"--csv={tmp_path / 'stats'}", folder=tmp_path, deployment=deployment_path,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    received = ingest_server.received
    paths = Counter(request.path for request in received)
    assert set(paths) == {"/redis-first", "/s3-first"}
    assert all(4 <= number <= 22 for number in paths.values()), paths
    assert {len(request.body) for request in received} == {262_144, 8192}
    payloads = {
        base64.b64decode(json.loads(request.body)["messagePayload"]) for request in received
    }
    assert len(payloads) == len(received)
    assert {request.headers["x-api-key"] for request in received} == {"key-of-the-test"}
    with (tmp_path / "stats_stats.csv").open(encoding="utf-8") as rows:
        names = {row["Name"] for row in csv.DictReader(rows)}
    assert {"redis-first 256 KB", "s3-first 8 KB"} & names
    assert all(name.split()[0] in {"redis-first", "s3-first", "Aggregated"} for name in names)


@pytest.mark.parametrize(
    ("argument", "code", "said"),
    [
        ("--size-mix=7 MB=1", 2, "size mix entry '7 MB=1'"),
        ("--largest-bytes=200", 2, "body_bytes (=200) is too small"),
    ],
)
def test_a_size_mix_that_cannot_be_sent_stops_it_at_once(
    ingest_server: Any, deployment_path: Path, tmp_path: Path, argument: str, code: int, said: str
) -> None:
    ended = _locust("--headless", argument, folder=tmp_path, deployment=deployment_path)
    assert ended.returncode == code
    assert said in ended.stderr
    assert ingest_server.received == []
