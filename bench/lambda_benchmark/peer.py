"""ministack, a peer that runs Lambda without Docker, measured beside our own in the same run.

It is no requirement of this project: whoever wants the comparison names an environment that has it.
"""

import contextlib
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import boto3

from bench.errors import MendableError
from bench.lambda_benchmark.server import FUNCTION, HANDLERS
from bench.measured_process import program_serving
from sim.stack.ports import free_port

START_LIMIT_S: Final = 30.0


def ministack_program(environment: Path) -> Path:
    """Return the peer's program.

    Raises
    ------
    MendableError
        When the environment has no ministack.
    """
    program = environment / "bin" / "ministack"
    if not program.is_file():
        raise MendableError(
            f"--peer {environment} has no bin/ministack. "
            f"Make one: python3.11 -m venv {environment} && "
            f"{environment}/bin/pip install ministack==1.5.33",
        )
    return program


@contextlib.contextmanager
def ministack(environment: Path) -> Iterator[int]:
    """Run the ministack of a virtual environment with the function that returns at once.

    Yields its port.

    Raises
    ------
    MendableError, RunFailure
        As `running_ministack` does.
    """
    with running_ministack(environment) as port:
        _create_function(port)
        yield port


@contextlib.contextmanager
def running_ministack(environment: Path) -> Iterator[int]:
    """Run the ministack of a virtual environment and yield its port.

    Raises
    ------
    MendableError
        When the environment has no ministack.
    RunFailure
        When it does not answer in time.
    """
    program = ministack_program(environment)
    port = free_port()
    with program_serving(
        [program.absolute()],
        {
            "PATH": f"{program.parent.absolute()}:{os.environ.get('PATH', '')}",
            "GATEWAY_PORT": str(port),
        },
        health_url=f"http://127.0.0.1:{port}/_ministack/health",
        name="ministack",
        start_limit_s=START_LIMIT_S,
    ):
        yield port


def _create_function(port: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(HANDLERS / "at_once.py", "at_once.py")
    boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - what emulators take
    ).create_function(
        FunctionName=FUNCTION,
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/r",
        Handler="at_once.handler",
        Code={"ZipFile": packed.getvalue()},
        MemorySize=512,
        Timeout=30,
    )
