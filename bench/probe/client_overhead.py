"""What a call costs the client: the same call against a server that only acknowledges."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from statistics import median
from typing import Final

from bench.probe import acknowledger
from bench.probe.back_end import BackEnd
from bench.probe.errors import ProbeError

_STOP_LIMIT_S: Final = 5.0
_HASHES: Final = 5


@contextlib.contextmanager
def acknowledging_back_end(region: str) -> Iterator[BackEnd]:
    """Run the acknowledging server while the block runs, and give where it answers.

    Raises
    ------
    ProbeError
        When it does not start.
    """
    # By its path: as a part of this package it would import all of it first. In a session of its
    # own: it ends when its input does, and Ctrl-C is not for it.
    process = subprocess.Popen(
        [sys.executable, "-I", acknowledger.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield _addresses(process, region)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(_STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _addresses(process: subprocess.Popen[str], region: str) -> BackEnd:
    line = process.stdout.readline() if process.stdout is not None else ""
    try:
        ports = json.loads(line)
    except ValueError as error:
        raise ProbeError(
            "the server that only acknowledges has not started: see that this machine lets "
            "programs listen on 127.0.0.1"
        ) from error
    urls = {
        service.lower(): f"http://127.0.0.1:{ports[service]}"
        for service in acknowledger.HTTP_ANSWERS
    }
    return BackEnd(urls, f"redis://127.0.0.1:{ports[acknowledger.REDIS]}/0", region)


def sha256_ms(size_bytes: int, clock: Callable[[], float]) -> float:
    """Return how long the SHA-256 of so many bytes takes, the median of some."""
    content = os.urandom(size_bytes)
    times_ms = []
    for _ in range(_HASHES):
        began_s = clock()
        hashlib.sha256(content).hexdigest()
        times_ms.append((clock() - began_s) * 1e3)
    return median(times_ms)
