"""What the handlers compute themselves: the part of a message's time that no profile has."""

from dataclasses import dataclass
from typing import Final

from sim.capacity.network import Bandwidth
from sim.quotas import read_quotas

FULL_CORE_MB: Final = read_quotas().quota("lambda.memory-per-vcpu").value
"""Memory at which a function has one vCPU."""


@dataclass(frozen=True, slots=True)
class HandlerWork:
    """Processor time of one invocation on one core: so much, and so much for each byte.

    Attributes
    ----------
    seconds
        For a body of no size.
    bytes_per_s
        Bytes of the request's body that one core works through in a second.
    """

    seconds: float
    bytes_per_s: float

    def on(self, memory_mb: int) -> Bandwidth:
        """Return its time with the processor share of a function's memory.

        A handler is one thread: more than one vCPU does not make it faster.
        """
        share = min(1.0, memory_mb / FULL_CORE_MB)
        return Bandwidth(bytes_per_s=self.bytes_per_s * share, seconds=self.seconds / share)


INGEST_WORK: Final = HandlerWork(seconds=0.25e-3, bytes_per_s=525e6)
"""Parsing, validating, decoding and hashing. Measured here: the handler's stages in the reference
run, at bodies of 256 KB to 6 MB (0.7, 2.2, 6.3, 12.2 ms)."""

ARCHIVE_WORK: Final = HandlerWork(seconds=0.4e-3, bytes_per_s=3.4e9)
"""Checking the hash of the copy: the share of hashing in the ingest function's work."""

ROW_WORK: Final = HandlerWork(seconds=0.6e-3, bytes_per_s=1e15)
"""Of the metadata and the aggregate function, which never have the payload in hand: judgement, from
their invocations less their calls in raw runs."""
