"""Servers of Step Functions, each in a process of its own: ours, and others'.

None of the others is a requirement of this project but moto, which its tests bring.
"""

import contextlib
import json
import os
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench.errors import MendableError
from bench.lambda_benchmark.peer import ministack_program, running_ministack
from bench.measured_process import module_serving, program_serving
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
    with module_serving("bench.micro.server", name="the measured service") as (port, process_id):
        yield OwnService(f"http://127.0.0.1:{port}", psutil.Process(process_id))


@contextlib.contextmanager
def moto_service() -> Iterator[str]:
    """Run moto's server, which really runs state machines, while the block runs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _answering(program, {}, f"{url}/moto-api/", "moto"):
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
    url = f"http://127.0.0.1:{port}"
    with _answering(program, own, f"{url}/_localstack/health", "LocalStack"):
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


def _answering(
    program: Sequence[str], variables: Mapping[str, str], health_url: str, name: str
) -> contextlib.AbstractContextManager[None]:
    return program_serving(
        program, variables, health_url=health_url, name=name, start_limit_s=START_LIMIT_S
    )
