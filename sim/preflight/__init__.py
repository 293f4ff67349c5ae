"""Which hop refuses a record of a given size, told before anything is sent."""

from sim.preflight.hops import Hop, carried_hops, pointer_hops
from sim.preflight.largest import Sizes, largest_payload_bytes
from sim.preflight.verdict import Verdict, judge

__all__ = [
    "Hop",
    "Sizes",
    "Verdict",
    "carried_hops",
    "judge",
    "largest_payload_bytes",
    "pointer_hops",
]
