"""The gateway's part of the latency breakdown, in a W3C `Server-Timing` header.

The handler reports its own stages, which are disjoint; the gateway puts its own in front, and makes
what lies between the two, the runtime, a stage as well.
"""

import re

_DURATION = re.compile(r";\s*dur\s*=\s*\"?([0-9.]+)", re.IGNORECASE)


def server_timing(
    *,
    receive_ms: float,
    event_ms: float,
    environment_wait_ms: float,
    init_ms: float,
    invoke_ms: float,
    respond_ms: float,
    handler: str,
) -> str:
    """Return the header for one request; *handler* is the handler's own header, or empty.

    `runtime` is the invocation less what the handler accounts for: the Runtime API's delivery, the
    runtime client's JSON, and the answer's way back.
    """
    handler_ms = sum(float(duration) for duration in _DURATION.findall(handler))
    entries = [
        ("gateway-receive", receive_ms),
        ("gateway-event", event_ms),
        ("environment-wait", environment_wait_ms),
        *([("init", init_ms)] if init_ms else []),
        ("runtime", invoke_ms - handler_ms),
        ("gateway-respond", respond_ms),
    ]
    own = ", ".join(f"{name};dur={max(duration_ms, 0.0):.3f}" for name, duration_ms in entries)
    return f"{own}, {handler}" if handler else own
