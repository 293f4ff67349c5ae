"""What the supervisor tells the server process, through a file that only this user can read."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.stack.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class ServerConfiguration:
    """What the supervisor tells the server.

    `folder` takes the deployment file and the functions' logs; `host` is the one address that is
    listened on, and `port` 0 means any free one.
    With `watch_code` an edited handler is in effect at its next invocation. Waits of asynchronous
    invocations are divided by `event_time_scale`. With `cpu_share` a function's memory limits its
    processor. `shaping` is `Shaping.to_json`; with `records_calls` each call's latency is
    written to a file.
    """

    template: str
    stack_name: str
    parameters: Mapping[str, str]
    region: str
    endpoint_urls: Mapping[str, str]
    redis_url: str
    folder: str
    shaping: str
    host: str = LOOPBACK
    port: int = 0
    watch_code: bool = False
    event_time_scale: float = 1.0
    cpu_share: bool = False
    records_calls: bool = True
