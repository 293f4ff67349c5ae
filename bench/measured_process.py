"""What a benchmark measures, each in a process of its own: our servers, and other programs."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.errors import RunFailure

_END_LIMIT_S = 10.0


@contextlib.contextmanager
def module_serving(module: str, *options: str, name: str) -> Iterator[tuple[int, int]]:
    """Run a module of ours that prints its port and ends with its standard input.

    Yields its port and its process id.

    Raises
    ------
    RunFailure
        When it does not start; its message names it by *name*.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.strip().isdigit():
            raise RunFailure(f"{name} did not start; its message stands above")
        yield int(line), process.pid
    finally:
        if process.stdin:
            process.stdin.close()
        _end(process)
        if process.stdout:
            process.stdout.close()


@contextlib.contextmanager
def program_serving(
    program: Sequence[str | Path],
    variables: Mapping[str, str],
    *,
    health_url: str,
    name: str,
    start_limit_s: float,
) -> Iterator[None]:
    """Run a program, in a folder and an environment of its own, once it answers at a URL.

    Any answer will do, an error's too.

    Raises
    ------
    RunFailure
        When it does not answer in time; its message names it by *name*.
    """
    with TemporaryDirectory() as folder:
        own = {"HOME": folder, "TMPDIR": folder, "FILESYSTEM_ROOT": folder}
        process = subprocess.Popen(
            program,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), **own, **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            if not _answers(process, health_url, start_limit_s):
                raise RunFailure(
                    f"{name} did not answer at {health_url} within {start_limit_s:.0f} s"
                )
            yield
        finally:
            process.terminate()
            _end(process)


def _answers(process: "subprocess.Popen[bytes]", health_url: str, start_limit_s: float) -> bool:
    ends_s = time.monotonic() + start_limit_s
    while time.monotonic() < ends_s and process.poll() is None:
        try:
            with urllib.request.urlopen(health_url, timeout=1):  # noqa: S310 - loopback
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
    return False


def _end(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    try:
        process.wait(_END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
