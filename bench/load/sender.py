"""What carries out one send, as the plan sees it: a Protocol, and what comes of a send."""

from dataclasses import dataclass
from typing import Protocol

from bench.load.shared_clock import Transit

ERROR_CHARACTERS = 300
"""Longest error text that a sample keeps."""

READY_CONNECTIONS = 8
"""Connections that are open before a block starts, so that its requests need not wait for set-up.

More than are ever in flight at the default rates, unless the system stalls; a block that needs more
opens them as it goes, and their number is in its `connections_opened`.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one send; seconds are the sender's clock's.

    `transit` is None where the other end has no clock in common with this one.
    """

    sent_s: float
    done_s: float
    status: int
    error: str
    message_id: str
    server_timing: str
    transit: Transit | None = None


class Sender(Protocol):
    """Sends bodies of one strategy."""

    method: str

    def before_block(self, requests: int) -> None:
        """Open the connections that a block of `requests` requests will find ready."""

    def send(self, content: bytes, trace_id: str = "") -> Answer:
        """Send one body and wait for its answer; failures are answers with status 0.

        *trace_id* goes along where there is a tracing header.
        """

    def after_block(self) -> int:
        """Remove what the block left behind; return how many connections it opened itself."""
