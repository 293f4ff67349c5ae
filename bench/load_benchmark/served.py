"""The null server, started and ended."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from bench.measured_process import module_serving
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
    with module_serving("bench.load_benchmark.server", name="the null server") as (
        port,
        process_id,
    ):
        yield NullServer(port, psutil.Process(process_id))
