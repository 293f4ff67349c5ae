"""Whose luck a call has: the trace that it belongs to.

The X-Ray tracing header goes with a request through every service: gateway, function, state
machine, the functions that it invokes. Both strategies' n-th request of a block carry the same
96 bits in it, and so meet the same luck. The trace's epoch, its first 32 bits, tells them apart.
"""

import re
from hashlib import blake2b
from typing import Final

LUCK_DIGITS: Final = 24
_ROOT: Final = re.compile(r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})")


def trace_id_of(trace_header: str) -> str:
    """Return a tracing header's trace id, `1-<epoch>-<24 digits>`; empty for none."""
    found = _ROOT.search(trace_header)
    return found[1] if found else ""


def luck_of(trace_id: str) -> str:
    """Return what the calls of a trace draw their luck from: its last 24 digits."""
    return trace_id[-LUCK_DIGITS:]


def luck_from(*words: object) -> str:
    """Return the luck that words stand for, 24 hexadecimal digits."""
    name = "\0".join(str(word) for word in words).encode()
    return blake2b(name, digest_size=LUCK_DIGITS // 2).hexdigest()


def trace_id(epoch_s: float, luck: str) -> str:
    """Return the trace id of a request that is sent now.

    Source of the form: X-Ray Developer Guide, "Tracing header".
    """
    return f"1-{int(epoch_s):08x}-{luck}"
