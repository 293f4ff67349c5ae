"""The null server, started and ended."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.errors import RunFailure
from sim.stack.deployment import Deployment


@dataclass(frozen=True, slots=True)
class NullServer:
    """A running server, which can say how much processor time it has used."""

    port: int
    process: psutil.Process

    @property
    def deployment(self) -> Deployment:
        """A deployment whose floor is this server, and which has nothing else."""
        url = f"http://127.0.0.1:{self.port}"
        return Deployment(
            outputs={},
            api_key="none",
            region="us-east-1",
            endpoint_urls={},
            floor_url=f"{url}/floor",
            redis_url=None,
        )

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time that it has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def null_server() -> Iterator[NullServer]:
    """Run the server while the block runs.

    Raises
    ------
    RunFailure
        When it does not start.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load_benchmark.server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.strip().isdigit():
            raise RunFailure("the null server did not start; its message stands above")
        yield NullServer(int(line), psutil.Process(process.pid))
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
