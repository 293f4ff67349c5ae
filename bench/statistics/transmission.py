"""How much of the wait is sending the bytes: to the gateway, and on to the store.

Sending is the request's transit, the gateway's receiving (in which a sender's network is, under a
profile) and that part of the first write which grows with the body: its time per MB, as
`bench.statistics.byte_cost` finds it, times the body. That part is an upper bound: a client that
hashes or copies what it sends does so byte by byte too. Reading, decoding and hashing the body in
the function are work, not sending, and are not in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bench.statistics.byte_cost import ByteCost
from bench.statistics.samples import BodySize
from bench.statistics.stages import StageMeans

ARRIVING: Final = ("request-transit", "gateway-receive")
"""Stages in which the body comes to the gateway."""

FIRST_WRITE: Final = "payload-store"
"""The stage whose growing part is the body's way to the store."""


@dataclass(frozen=True, slots=True)
class Transmission:
    """What sending takes of the mean wait of one strategy at one size, warm stratum.

    Attributes
    ----------
    strategy, size
        Whose and where.
    mean_latency_ms
        The wait.
    arriving_ms
        Mean of the stages in `ARRIVING`.
    storing_ms
        The growing part of the first write, at most its mean; None where it is not known, with
        fewer than two sizes.
    share
        Both as a share of the wait, the unknown part taken for 0.
    """

    strategy: str
    size: str
    mean_latency_ms: float
    arriving_ms: float
    storing_ms: float | None
    share: float


def transmissions(
    means: Iterable[StageMeans], lines: Iterable[ByteCost], sizes: Iterable[BodySize]
) -> tuple[Transmission, ...]:
    """Give the share of sending for each of the stage means.

    Parameters
    ----------
    means
        Mean of each stage, by strategy and size.
    lines
        Lines over the body size, of which those of the first write are taken.
    sizes
        The sizes' bytes.
    """
    bodies = {size.name: size.body_bytes for size in sizes}
    writes = {each.strategy: each for each in lines if each.stage == FIRST_WRITE}
    return tuple(
        _transmission(each, writes.get(each.strategy), bodies[each.size])
        for each in means
        if each.mean_latency_ms > 0
    )


def _transmission(means: StageMeans, write: ByteCost | None, body_bytes: int) -> Transmission:
    arriving_ms = sum(means.means_ms.get(stage, 0.0) for stage in ARRIVING)
    storing_ms = None
    if write is not None:
        storing_ms = min(write.growing_ms(body_bytes), means.means_ms.get(FIRST_WRITE, 0.0))
    return Transmission(
        strategy=means.strategy,
        size=means.size,
        mean_latency_ms=means.mean_latency_ms,
        arriving_ms=arriving_ms,
        storing_ms=storing_ms,
        share=(arriving_ms + (storing_ms or 0.0)) / means.mean_latency_ms,
    )
