"""Children that die with their parent, also when the parent is killed with SIGKILL."""

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
"""Source: `linux/prctl.h`."""

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent() -> Callable[[], None] | None:
    """Return what a child calls between fork and exec, or `None` where the system has no such call.

    The signal comes when the *thread* that made the child ends: start children from the main one.
    """
    if _libc is None:
        return None
    libc = _libc

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return ask
