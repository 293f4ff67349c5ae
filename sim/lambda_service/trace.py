"""The X-Ray tracing header of an invocation.

Source: X-Ray Developer Guide, "Tracing header".
"""

import secrets
import time


def trace_header(given: str, *, sampled: bool) -> str:
    """Return the header that the function sees: the caller's trace, or a new one.

    Lambda adds the parent segment and the sampling decision where the caller has not; *sampled* is
    what it decides.
    """
    root = given or f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    if "Parent=" not in root:
        root += f";Parent={secrets.token_hex(8)}"
    if "Sampled=" not in root:
        root += f";Sampled={int(sampled)}"
    return root


def trace_fields(header: str) -> list[str]:
    """Return what a REPORT line says of a sampled trace; of one that is not, nothing."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(";"))
    if parts.get("Sampled") != "1":
        return []
    return [
        f"XRAY TraceId: {parts.get('Root', '')}",
        f"SegmentId: {parts.get('Parent', '')}",
        "Sampled: true",
    ]
