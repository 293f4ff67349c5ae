"""What happens to a record, hop by hop."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.preflight.hops import Hop, carried_hops


@dataclass(frozen=True, slots=True)
class Verdict:
    """A hop, the bytes that reach it, and whether it takes them; after a refusal none do."""

    hop: Hop
    size_bytes: int
    fits: bool
    reached: bool


def judge(body_bytes: int, event_bytes: int, payload_bytes: int) -> list[Verdict]:
    """Return each hop's verdict on a record, in the order in which the record comes to them."""
    sizes: Mapping[str, int] = {
        "body": body_bytes,
        "event": event_bytes,
        "payload": payload_bytes,
    }
    verdicts, reached = [], True
    for counted, hop in carried_hops():
        fits = sizes[counted] <= hop.limit_bytes
        verdicts.append(Verdict(hop, sizes[counted], fits, reached))
        reached = reached and fits
    return verdicts
