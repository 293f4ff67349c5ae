"""Servers of Step Functions, each in a process of its own: ours, and others'.

None of the others is a requirement of this project but moto, which its tests bring.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from bench.errors import MendableError, RunFailure
from bench.lambda_benchmark.peer import ministack_program, running_ministack
from sim.stack.ports import free_port

START_LIMIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class OwnService:
    """Our service as it runs: its address, and its process."""

    url: str
    process: psutil.Process

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time that it has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def own_service() -> Iterator[OwnService]:
    """Run our service while the block runs.

    Raises
    ------
    RunFailure
        When it does not start.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.micro.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.strip().isdigit():
            raise RunFailure("the measured service did not start; its message stands above")
        yield OwnService(f"http://127.0.0.1:{int(line)}", psutil.Process(process.pid))
    finally:
        if process.stdin:
            process.stdin.close()
        _end(process)
        if process.stdout:
            process.stdout.close()


@contextlib.contextmanager
def moto_service() -> Iterator[str]:
    """Run moto's server, which really runs state machines, while the block runs."""
    port = free_port()
    program = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _running(program, {}, f"http://127.0.0.1:{port}/moto-api/", "moto") as url:
        setting = json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode()
        request = urllib.request.Request(f"{url}/moto-api/config", setting, method="POST")  # noqa: S310 - loopback
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - loopback
            pass
        yield url


@contextlib.contextmanager
def localstack_service(environment: Path) -> Iterator[str]:
    """Run the LocalStack of a virtual environment while the block runs."""
    port = free_port()
    own = {
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        "GATEWAY_SERVER": "hypercorn",
        "SERVICES": "stepfunctions,sts,iam",
        "EAGER_SERVICE_LOADING": "0",
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "LS_LOG": "error",
        "JAVA_HOME": os.environ.get("JAVA_HOME", ""),
    }
    program = [str(_python(environment)), "-m", "localstack.runtime.main"]
    health = f"http://127.0.0.1:{port}/_localstack/health"
    with _running(program, own, health, "LocalStack") as url:
        yield url


@contextlib.contextmanager
def ministack_service(environment: Path) -> Iterator[str]:
    """Run the ministack of a virtual environment while the block runs."""
    with running_ministack(environment) as port:
        yield f"http://127.0.0.1:{port}"


def kind_of(environment: Path) -> str | None:
    """Say which peer a virtual environment holds: `localstack`, `ministack`, or nothing of use.

    Raises
    ------
    MendableError
        When it is no environment with either.
    """
    python = environment / "bin" / "python"
    if (environment / "bin" / "ministack").is_file():
        ministack_program(environment)
        return "ministack"
    found = list(environment.glob("lib/python*/site-packages/localstack/runtime/main.py"))
    if not python.exists() or not found:
        raise MendableError(
            f"--peer {environment} holds neither ministack nor LocalStack: name a virtual "
            "environment with localstack-core 4.14 (Python 3.13) or ministack 1.5"
        )
    return "localstack" if "python3.13" in str(found[0]) else None


def _python(environment: Path) -> Path:
    return (environment / "bin" / "python").absolute()


@contextlib.contextmanager
def _running(
    program: list[str], variables: Mapping[str, str], health: str, name: str
) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        own = {"HOME": folder, "TMPDIR": folder, "FILESYSTEM_ROOT": folder, **variables}
        process = subprocess.Popen(
            program,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), **own},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _await(process, health, name)
            yield health.partition("/_")[0].partition("/moto")[0]
        finally:
            process.terminate()
            _end(process)


def _await(process: "subprocess.Popen[bytes]", health: str, name: str) -> None:
    ends_s = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends_s and process.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=1):  # noqa: S310 - loopback
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RunFailure(f"{name} did not answer at {health} within {START_LIMIT_S:.0f} s")


def _end(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
