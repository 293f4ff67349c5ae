"""The luck of one call: numbers that depend on the run's seed and the call's name alone.

Both strategies send the same messages, so a message's n-th call of an operation gets the same luck
in either of them: their difference is then the strategies', not the draws' (common random numbers).
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

_STEPS: Final = 2.0**53
"""A double has so many equal steps between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Three independent numbers, each above 0 and below 1."""

    first_byte: float
    streaming: float
    tail: float


def draw_of(seed: int, message: str, operation: str, occurrence: int = 0) -> Draw:
    """Return the luck of one call.

    Parameters
    ----------
    seed
        The run's.
    message
        What both strategies call the message that the call is made for.
    operation
        The operation's name in the profile.
    occurrence
        How many calls of that operation the message has had before.
    """
    name = f"{seed}\0{message}\0{operation}\0{occurrence}".encode()
    digest = blake2b(name, digest_size=24).digest()
    numbers = (int.from_bytes(digest[at : at + 8], "big") >> 11 for at in (0, 8, 16))
    # Half a step up: neither 0 nor 1, at which a lognormal has no value.
    return Draw(*((number + 0.5) / _STEPS for number in numbers))
