"""LocalStack: one that answers already, one in Docker, or one in host mode.

Host mode is `localstack-core` in an environment of its own, because it pins boto3.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from sim.errors import StackError
from sim.stack.checkout import HOST_MODE_FOLDER, LOCALSTACK_FOLDER
from sim.stack.health import json_at
from sim.stack.part import PartSpecification
from sim.stack.ports import free_port

SERVICES: Final = ("s3", "sqs", "sns", "secretsmanager")
LOCK: Final = LOCALSTACK_FOLDER / "requirements.txt"


class Mode(Enum):
    """How LocalStack runs."""

    EXISTING = "existing"
    DOCKER = "docker"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class LocalStackChoice:
    """Which LocalStack will be used and why; `url` is set for an existing one."""

    mode: Mode
    reason: str
    url: str | None = None
    has_dynamodb: bool = False


def choose_localstack(environment: Mapping[str, str]) -> LocalStackChoice:
    """Return which LocalStack will be used.

    Raises
    ------
    StackError
        When `AWS_ENDPOINT_URL` is set and no LocalStack with the services answers there.
    """
    url = environment.get("AWS_ENDPOINT_URL")
    if url:
        services = localstack_services(url)
        missing = [name for name in SERVICES if services.get(name) not in _USABLE]
        if missing:
            raise StackError(
                f"AWS_ENDPOINT_URL is {url}, where no LocalStack serves {', '.join(missing)}.",
                "Start one there, or unset AWS_ENDPOINT_URL to have one started.",
            )
        return LocalStackChoice(
            Mode.EXISTING,
            f"one answers at AWS_ENDPOINT_URL, {url}",
            url,
            services.get("dynamodb") in _USABLE,
        )
    if docker_answers():
        return LocalStackChoice(Mode.DOCKER, "a Docker engine answers", has_dynamodb=True)
    return LocalStackChoice(Mode.HOST, "no Docker engine answers")


_USABLE: Final = {"available", "running"}


def localstack_services(url: str) -> dict[str, Any]:
    """Return the state of each service of the LocalStack at *url*; empty when none answers."""
    health = json_at(f"{url.rstrip('/')}/_localstack/health")
    services = health.get("services") if isinstance(health, dict) else None
    return services if isinstance(services, dict) else {}


def docker_answers() -> bool:
    """Return whether a Docker engine with Compose can be reached."""
    if shutil.which("docker") is None:
        return False
    for question in (["docker", "version"], ["docker", "compose", "version"]):
        try:
            answer = subprocess.run(question, capture_output=True, timeout=5, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        if answer.returncode != 0:
            return False
    return True


def host_mode_environment() -> Path:
    """Return the folder of host mode's environment: one for each state of the lock file."""
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    return HOST_MODE_FOLDER / digest


def host_mode_installed() -> bool:
    """Return whether host mode's environment is complete."""
    return (host_mode_environment() / "complete").exists()


def install_host_mode() -> None:
    """Install LocalStack into its environment; nothing is done when it is there.

    Raises
    ------
    StackError
        When the packages cannot be had.
    """
    folder = host_mode_environment()
    if host_mode_installed():
        return
    shutil.rmtree(HOST_MODE_FOLDER, ignore_errors=True)
    python = folder / "bin" / "python"
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    attempts = []
    if uv:
        attempts.append(
            [
                [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
                [uv, "pip", "install", "--quiet", "--python", str(python), *_FROM_LOCK],
            ]
        )
    # pip honours settings that uv does not read, so it is tried where uv fails.
    attempts.append(
        [
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", *_FROM_LOCK],
        ]
    )
    said = ""
    for commands in attempts:
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                said = (done.stderr.strip().splitlines() or ["no message"])[-1]
                break
        else:
            (folder / "complete").touch()
            return
    shutil.rmtree(folder, ignore_errors=True)
    raise StackError(
        f"LocalStack cannot be installed: {said[:300].rstrip('.')}.",
        "See that the package registry can be reached, then try again.",
    )


_FROM_LOCK: Final = ["--require-hashes", "-r", str(LOCK)]


def host_mode_part(folder: Path) -> tuple[PartSpecification, str]:
    """Return how to start LocalStack in host mode on a free port, and its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    # Its environment is its own: modules of this one's path would take the place of its own.
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PYTHON", "LOCALSTACK_"))
    }
    specification = PartSpecification(
        name="LocalStack",
        command=[
            str(host_mode_environment() / "bin" / "python"),
            "-m",
            "localstack.runtime.main",
        ],
        environment={
            **own,
            "DISABLE_EVENTS": "1",
            "DNS_ADDRESS": "0",
            "EAGER_SERVICE_LOADING": "1",
            "FILESYSTEM_ROOT": str(folder / "filesystem"),
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            # The default server, Twisted, listens on all interfaces whatever GATEWAY_LISTEN says.
            "GATEWAY_SERVER": "hypercorn",
            "LOCALSTACK_HOST": f"127.0.0.1:{port}",
            "LS_LOG": "warning",
            "SERVICES": ",".join(SERVICES),
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "SQS_ENDPOINT_STRATEGY": "path",
            "STRICT_SERVICE_LOADING": "1",
            "TMPDIR": str(temporary),
        },
        folder=folder,
        answers=lambda: _all_serve(url),
        mend="Run `firstwrite doctor`; it tells which LocalStack is used and why.",
        # It holds nothing that outlives it, and takes seconds to say goodbye.
        stop_grace_s=0.2,
    )
    return specification, url


def docker_part(folder: Path) -> tuple[PartSpecification, str]:
    """Return how to start LocalStack in Docker on a free port of the loopback, and its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    compose = ["docker", "compose", "--file", str(LOCALSTACK_FOLDER / "docker-compose.yml")]
    specification = PartSpecification(
        name="LocalStack (Docker)",
        command=[
            *compose,
            "--project-name",
            f"firstwrite-{port}",
            "up",
            "--abort-on-container-exit",
        ],
        environment={**os.environ, "FIRSTWRITE_LOCALSTACK_PORT": str(port)},
        folder=folder,
        answers=lambda: _all_serve(url),
        mend="See `docker compose` above, or stop Docker to use host mode.",
        stop_grace_s=15.0,
    )
    return specification, url


def _all_serve(url: str) -> bool:
    services = localstack_services(url)
    return all(services.get(name) in _USABLE for name in SERVICES)
