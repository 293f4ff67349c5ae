"""A log stream: one file for each execution environment, in CloudWatch's words.

The environment's process appends to the same file.
"""

import math
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sim.lambda_service.trace import trace_fields

TAIL_BYTES: Final = 4_096
"""What `LogType=Tail` returns at most. Source: Lambda API Reference, Invoke, X-Amz-Log-Result."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a REPORT line says. Times in ms, memory in MB.

    `init_ms` is `None` for a warm start; `status` is empty, `timeout` or `error`; `trace_id` is the
    whole tracing header.
    """

    request_id: str
    duration_ms: float
    init_ms: float | None
    memory_size_mb: int
    max_memory_mb: int
    status: str = ""
    error_type: str = ""
    trace_id: str = ""

    @property
    def billed_ms(self) -> int:
        """Duration and init, rounded up to whole ms. Source: Lambda pricing, since August 2025."""
        return math.ceil(self.duration_ms + (self.init_ms or 0.0))

    def line(self) -> str:
        """Return the line, fields parted by tabs as in CloudWatch Logs."""
        fields = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {self.duration_ms:.2f} ms",
            f"Billed Duration: {self.billed_ms} ms",
            f"Memory Size: {self.memory_size_mb} MB",
            f"Max Memory Used: {self.max_memory_mb} MB",
        ]
        if self.init_ms is not None:
            fields.append(f"Init Duration: {self.init_ms:.2f} ms")
        if self.status:
            fields.append(f"Status: {self.status}")
        if self.error_type:
            fields.append(f"Error Type: {self.error_type}")
        return "\t".join([*fields, *trace_fields(self.trace_id)])


class LogStream:
    """Appends the platform's lines to a log stream's file.

    Parameters
    ----------
    folder
        The function's folder of log streams; it is made if need be.
    name
        The log stream's name; slashes become underscores in the file's name.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.path = folder / f"{name.replace('/', '_')}.log"

    def started(self, request_id: str) -> int:
        """Append the START line and return the byte of the file at which it begins."""
        begins = self.path.stat().st_size if self.path.exists() else 0
        self._append(f"START RequestId: {request_id} Version: $LATEST")
        return begins

    def ended(self, report: Report) -> None:
        """Append the END and REPORT lines."""
        self._append(f"END RequestId: {report.request_id}\n{report.line()}")

    def init_ended(self, duration_ms: float, phase: str, status: str, error_type: str) -> None:
        """Append the INIT_REPORT line of an init that failed; *phase* is `init` or `invoke`."""
        line = f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: {phase}\tStatus: {status}"
        self._append(f"{line}\tError Type: {error_type}" if error_type else line)

    def platform(self, message: str) -> None:
        """Append a line of the platform's own, with the time in front."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._append(f"{now} {message}")

    def _append(self, text: str) -> None:
        # One unbuffered write, so that the process's own lines never stand within it.
        with self.path.open("ab", buffering=0) as log:
            log.write(f"{text}\n".encode())


def log_tail(path: Path, begins: int) -> bytes:
    """Return the last bytes of a log stream's file from byte *begins*, `TAIL_BYTES` at most."""
    with path.open("rb") as log:
        log.seek(0, os.SEEK_END)
        log.seek(max(begins, log.tell() - TAIL_BYTES))
        return log.read()
