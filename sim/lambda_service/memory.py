"""How much memory a process has used, as the kernel counts it."""

import re
import sys
from pathlib import Path
from typing import Final

WATCH_INTERVAL_S: Final = 0.05
"""How often a running invocation's memory is looked at. The kernel keeps the peak, so what rises
and falls between two looks is still seen at the end."""

_PEAK = re.compile(rb"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def peak_memory_mb(pid: int) -> float | None:
    """Return the peak resident memory of a process in MB (1,048,576 bytes).

    `None` when the process has ended, or the system does not say (other than Linux). Memory of the
    process's own children is not counted.
    """
    if sys.platform != "linux":
        return None
    try:
        status = Path(f"/proc/{pid}/status").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    found = _PEAK.search(status)
    return int(found[1]) / 1024 if found else None
