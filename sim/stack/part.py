"""One server of the stack: a child process with a log file, a health check and a clear end."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sim.death_signal import dies_with_parent
from sim.errors import StackError


@dataclass(frozen=True, slots=True)
class PartSpecification:
    """How to start a part and how to know that it answers.

    `answers` is called again and again until it returns true; `mend` is what to tell the user when
    the part does not start.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    answers: Callable[[], bool]
    mend: str
    stop_grace_s: float = 2.0


@dataclass(slots=True)
class Part:
    """A running part."""

    specification: PartSpecification
    log_path: Path
    process: subprocess.Popen[bytes]
    _log: IO[bytes] = field(repr=False)

    @property
    def name(self) -> str:
        """What the part is called in messages."""
        return self.specification.name

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self.process.poll() is None

    def death(self) -> StackError:
        """Return the error that tells how the part ended."""
        code = self.process.poll()
        if code is not None and code < 0:
            how = f"was killed by {signal.Signals(-code).name}"
        else:
            how = f"ended with exit code {code}"
        said = _last_words(self.log_path)
        return StackError(
            f"{self.name} (process {self.process.pid}) {how}{said}.", self.specification.mend
        )

    def stop(self) -> None:
        """End the part's process group: SIGTERM, and SIGKILL after its grace."""
        if self.running:
            _signal_group(self.process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.specification.stop_grace_s)
        _signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()


def start_part(specification: PartSpecification) -> Part:
    """Start a part; call from the main thread, whose end is the part's end.

    Raises
    ------
    StackError
        When its program cannot be run.
    """
    specification.folder.mkdir(parents=True, exist_ok=True)
    log_path = specification.folder / "log.txt"
    log = log_path.open("wb")
    try:
        process = subprocess.Popen(
            specification.command,
            cwd=specification.folder,
            env=dict(specification.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C is the supervisor's to handle: it stops the parts in order.
            start_new_session=True,
            preexec_fn=dies_with_parent(),
        )
    except OSError as error:
        log.close()
        raise StackError(
            f"{specification.name} cannot be started: {error.strerror}.", specification.mend
        ) from error
    return Part(specification, log_path, process, log)


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _last_words(log_path: Path, most: int = 300) -> str:
    lines = [
        line.strip()
        for line in log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip()
    ]
    if not lines:
        return ""
    own = [line for line in lines if line.startswith("firstwrite: ")]
    line = (own or lines)[-1].removeprefix("firstwrite: ")
    return f"; its last words: {line[:most].rstrip('.')}"
