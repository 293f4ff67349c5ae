"""A function's log: one file, in CloudWatch's words, which workers append to as well."""

import math
from datetime import UTC, datetime
from pathlib import Path


class FunctionLog:
    """Appends the platform's lines to a function's log file."""

    def __init__(self, folder: Path, function_name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{function_name}.log"

    def started(self, request_id: str) -> None:
        """Append Lambda's START line."""
        self._append(f"START RequestId: {request_id} Version: $LATEST")

    def ended(self, request_id: str, *, duration_ms: float, init_ms: float, memory_mb: int) -> None:
        """Append Lambda's END and REPORT lines."""
        report = (
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\t"
            f"Billed Duration: {math.ceil(duration_ms + init_ms)} ms\tMemory Size: {memory_mb} MB"
        )
        if init_ms:
            report += f"\tInit Duration: {init_ms:.2f} ms"
        self._append(f"END RequestId: {request_id}\n{report}")

    def platform(self, message: str) -> None:
        """Append a line of the platform's own, with the time in front."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._append(f"{now} {message}")

    def _append(self, text: str) -> None:
        with self.path.open("a", encoding="utf-8") as log:
            log.write(text + "\n")
