"""How long a request and its answer were under way between two processes of one machine."""

import sys
from dataclasses import dataclass
from typing import Final

from sim.machine_clock import clock_identity

CLOCK_HEADER: Final = "x-firstwrite-clock"
"""Response header of the local gateway: when it had the request's first byte and when it answered,
in seconds of its machine's monotonic clock, and whose clock that is; with spaces between."""


@dataclass(frozen=True, slots=True)
class Transit:
    """Milliseconds from sent to the first byte at the gateway, and from its answer to done."""

    request_ms: float
    response_ms: float


def transit(header: str, sent_s: float, done_s: float) -> Transit | None:
    """Read the gateway's times against the client's own, or give None without common clock.

    Parameters
    ----------
    header
        Value of `CLOCK_HEADER`; "" where there is none.
    sent_s, done_s
        On `time.perf_counter`, which on Linux and macOS counts for all processes of a machine
        alike. Another machine's times give None, even if by chance they would lie between these.
    """
    if sys.platform == "win32":
        return None
    try:
        first_byte, answered, identity = header.split()
        first_byte_s, answered_s = float(first_byte), float(answered)
    except ValueError:
        return None
    if identity != clock_identity():
        return None
    # Microseconds are what the header carries.
    if not sent_s - 1e-6 <= first_byte_s <= answered_s <= done_s + 1e-6:
        return None
    return Transit((first_byte_s - sent_s) * 1e3, (done_s - answered_s) * 1e3)
