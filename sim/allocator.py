"""Memory that is kept for the next request instead of being given back after each.

A body of some megabytes is several allocations. By default the C library maps each from the kernel
and unmaps it, and the next request pays for every page again: 7 ms of a body of 6 MB, measured.
"""

import ctypes
import sys
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
"""Source: `malloc.h` of the GNU C library."""

_LARGEST_FROM_HEAP_BYTES: Final = 33_554_432
"""The most that the library takes. Source: mallopt(3), M_MMAP_THRESHOLD."""

_KEPT_BYTES: Final = 268_435_456


def keep_freed_memory() -> bool:
    """Have this process keep up to 256 MB of freed memory; return whether the system can."""
    if sys.platform != "linux":
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    kept = mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
    return bool(kept and mallopt(_M_MMAP_THRESHOLD, _LARGEST_FROM_HEAP_BYTES))
