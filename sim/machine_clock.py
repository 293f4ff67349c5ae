"""Whose monotonic clock a time was read on.

`time.perf_counter` counts for all processes of a machine alike (on Linux and macOS), and for no
other's. So whoever tells a time of it says of which machine, and since which start.
"""

import platform
import uuid
from functools import cache
from pathlib import Path
from typing import Final

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
"""Source: random(4). Drawn anew at each start of Linux; containers show their machine's."""


@cache
def clock_identity() -> str:
    """Return a word without blanks that two processes have in common if they share the clock."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        # Nothing that answers over a restart is compared, so that the machine's name will do.
        return f"{platform.node()}-{uuid.getnode():x}".replace(" ", "-")
