"""The largest payload that passes every hop, found by asking for the event's size."""

from collections.abc import Callable

from sim.preflight.verdict import judge

Sizes = Callable[[int], tuple[int, int]]
"""From a payload's bytes to those of the body and of the event; neither shrinks as it grows."""


def largest_payload_bytes(sizes: Sizes, *, at_most: int = 16_777_216) -> int:
    """Return the most payload bytes that all hops take, 0 when not even one byte passes.

    Parameters
    ----------
    sizes
        Gives body and event bytes of a payload.
    at_most
        Where the search ends; more than any gateway takes.
    """

    def fits(payload_bytes: int) -> bool:
        body_bytes, event_bytes = sizes(payload_bytes)
        return all(verdict.fits for verdict in judge(body_bytes, event_bytes, payload_bytes))

    low, high = 0, at_most + 1
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low
