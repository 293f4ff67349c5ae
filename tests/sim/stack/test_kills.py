"""kill -9 of each part: nothing is left behind, and what happened is said."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from sim.stack import StackSettings, Supervisor

pytestmark = pytest.mark.integration

START_LIMIT_S = 60.0
END_LIMIT_S = 15.0


def until(happened: Callable[[], bool], limit_s: float, what: str) -> None:
    deadline = time.monotonic() + limit_s
    while not happened():
        assert time.monotonic() < deadline, f"{what} did not happen within {limit_s} s"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@contextmanager
def up(folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run `firstwrite up` in a folder until it answers; end it at last, should it still run."""
    started_s = time.time()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.command_line", "up"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deployment = folder / ".firstwrite" / "deployment.json"

        def answers() -> bool:  # a killed stack's file may still be there
            return deployment.exists() and deployment.stat().st_mtime > started_s

        until(lambda: answers() or process.poll() is not None, START_LIMIT_S, "the start")
        assert process.poll() is None, process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()


def family(process: subprocess.Popen[str]) -> list[int]:
    return [child.pid for child in psutil.Process(process.pid).children(recursive=True)]


def post_once(folder: Path) -> None:
    """Send one message, so that execution environments run."""
    from urllib3 import PoolManager

    from bench.load.deployed_system import read_deployment
    from bench.send.message_file import read_message_file
    from bench.send.posting import post

    record = folder / "record.txt"
    record.write_text("a record")
    deployment = read_deployment(folder / ".firstwrite" / "deployment.json")
    with PoolManager() as pool:
        post(pool, deployment, "redis-first", read_message_file(record))


def test_a_killed_supervisor_takes_every_process_with_it_and_the_next_start_says_so(
    tmp_path, program_environment
):
    with up(tmp_path, program_environment) as process:
        post_once(tmp_path)
        children = family(process)
        assert len(children) >= 5  # the three servers, the API server, and an environment
        process.kill()
        until(lambda: all(gone(pid) for pid in children), END_LIMIT_S, "the end of all processes")
    with up(tmp_path, program_environment) as again:
        again.send_signal(signal.SIGINT)
        output, errors = again.communicate(timeout=END_LIMIT_S)
    assert again.returncode == 0
    assert f"process {process.pid}) was killed" in errors
    assert not (tmp_path / ".firstwrite" / "deployment.json").exists()
    assert "Stopped" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_asked_end_leaves_no_process_no_port_and_no_file(tmp_path, program_environment, number):
    with up(tmp_path, program_environment) as process:
        children = family(process)
        ports = {
            connection.laddr.port
            for pid in children
            for connection in psutil.Process(pid).net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
        assert ports
        process.send_signal(number)
        process.communicate(timeout=END_LIMIT_S)
    assert process.returncode == (0 if number == signal.SIGINT else 128 + number)
    assert all(gone(pid) for pid in children)
    still = {
        connection.laddr.port
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert not ports & still
    assert not (tmp_path / ".firstwrite" / "up").exists()


def test_everything_listens_on_loopback_alone(stack):
    post_pids = [*stack.parts.values()]
    listening = [
        connection.laddr.ip
        for pid in post_pids
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= len(post_pids)
    assert set(listening) == {"127.0.0.1"}


@pytest.mark.parametrize("part", ["Valkey", "LocalStack"])
def test_a_killed_part_ends_up_with_its_name_and_exit_code_2(tmp_path, program_environment, part):
    with up(tmp_path, program_environment) as process:
        record = json.loads((tmp_path / ".firstwrite/up/supervisor.json").read_text())
        victim = next(p["pid"] for name, p in record["parts"].items() if part in name)
        children = family(process)
        os.kill(victim, signal.SIGKILL)
        _, errors = process.communicate(timeout=END_LIMIT_S)
    assert process.returncode == 2
    last = errors.strip().splitlines()[-1]
    assert part in last
    assert "was killed by SIGKILL" in last
    assert all(gone(pid) for pid in children)


def test_a_killed_worker_costs_its_invocation_alone(tmp_path):
    """The next message gets a fresh execution environment."""
    settings = StackSettings(folder=tmp_path / "stack")
    with Supervisor(settings) as stack:
        (tmp_path / ".firstwrite").mkdir()
        deployment_file = tmp_path / ".firstwrite" / "deployment.json"
        deployment_file.write_text(stack.deployment.to_json())
        post_once(tmp_path)
        server = psutil.Process(stack.parts["the API server"])
        workers = [child.pid for child in server.children(recursive=True)]
        assert workers
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        until(lambda: all(gone(pid) for pid in workers), END_LIMIT_S, "the workers' death")
        post_once(tmp_path)
        stack.check()
        log = "".join(path.read_text() for path in (tmp_path / "stack/functions").rglob("*.log"))
        assert "An idle execution environment has ended; a new one takes its place" in log
