"""Whose luck a call has: the trace that it belongs to.

The X-Ray tracing header goes with a request through every service: gateway, function, state
machine, the functions that it invokes. Both strategies' n-th request of a block carry the same
96 bits in it, and so meet the same luck. The trace's epoch, its first 32 bits, tells them apart.
"""

import re
from hashlib import blake2b
from typing import Final

_ROOT: Final = re.compile(r"Root=1-[0-9a-f]{8}-([0-9a-f]{24})")


def luck_of(trace_header: str) -> str:
    """Return the 24 hexadecimal digits that a tracing header's calls share; empty for none."""
    found = _ROOT.search(trace_header)
    return found[1] if found else ""


def trace_root(epoch_s: float, *words: object) -> str:
    """Return a trace id whose luck is that of the words: `1-<epoch>-<24 digits>`.

    Source of the form: X-Ray Developer Guide, "Tracing header".
    """
    name = "\0".join(str(word) for word in words).encode()
    return f"1-{int(epoch_s):08x}-{blake2b(name, digest_size=12).hexdigest()}"
