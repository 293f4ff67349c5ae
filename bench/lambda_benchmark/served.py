"""The measured process, started and ended, and requests to it on kept connections."""

import contextlib
import http.client
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.errors import RunFailure
from bench.measured_process import module_serving

INVOKE_PATH: Final = "/2015-03-31/functions/at-once/invocations"
GATEWAY_PATH: Final = "/v1/at-once"
FLOOR_PATH: Final = "/floor"


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its port, and its process."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def served(*options: str) -> Iterator[Served]:
    """Run the server, with its own options, while the block runs.

    Raises
    ------
    RunFailure
        When it does not start.
    """
    with tempfile.TemporaryDirectory() as folder:
        module = "bench.lambda_benchmark.server"
        with module_serving(module, folder, *options, name="the measured server") as measured:
            yield Served(*measured)


class Connection:
    """One kept connection. `http.client` does least between the clock and the socket."""

    def __init__(self, port: int) -> None:
        self._client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post_ms(self, path: str, body: bytes) -> float:
        """Post a body and return the milliseconds until the whole answer was there.

        Raises
        ------
        RunFailure
            When the answer's status is not 200, or names a function error.
        """
        began = time.perf_counter()
        self._client.request("POST", path, body=body)
        answer = self._client.getresponse()
        answer.read()
        took_ms = (time.perf_counter() - began) * 1e3
        if answer.status != 200 or answer.headers.get("X-Amz-Function-Error"):
            raise RunFailure(f"{path} answered {answer.status} to {len(body)} bytes")
        return took_ms

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
