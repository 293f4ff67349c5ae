"""How far a worker's clock is from the master's, from messages there and back.

As in NTP (RFC 5905, section 8) with Marzullo's intersection (K. Marzullo, "Maintaining the Time in
a Distributed System", 1984): each exchange bounds the offset, as no message arrives before it was
sent, and all bounds hold at once. Monotonic clocks are compared, so that nobody's setting of a wall
clock disturbs it; that two of them drift apart is met by measuring before each block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

EXCHANGES: Final = 12
"""Before each block and for each worker; on a local network they take some 10 ms together."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message there and back: `asked_s` and `returned_s` on the master's clock, seconds."""

    asked_s: float
    received_s: float
    answered_s: float
    returned_s: float


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """What to add to the master's time to get the worker's; it is off by `uncertainty_s` at most.

    The uncertainty is half of the shortest way there and back: which part of it either way took
    cannot be known.
    """

    offset_s: float
    uncertainty_s: float


def clock_offset(exchanges: Sequence[Exchange]) -> ClockOffset:
    """Return the middle of what all exchanges leave possible.

    Raises
    ------
    ValueError
        If there is no exchange.
    """
    if not exchanges:
        raise ValueError("no exchange: the offset of a clock could be anything")
    least_s = max(exchange.answered_s - exchange.returned_s for exchange in exchanges)
    most_s = min(exchange.received_s - exchange.asked_s for exchange in exchanges)
    # Apart from rounding they cannot cross, unless a clock drifted between two exchanges.
    return ClockOffset((least_s + most_s) / 2, abs(most_s - least_s) / 2)
