"""What master and workers say to each other over Locust's message channel.

==============  ================  ===================================================
type            from              data
==============  ================  ===================================================
PLAN            master            the worker's number, of how many, and the whole plan
READY           worker            the block that it has prepared
CLOCK           master            `asked_s`
CLOCK           worker            `asked_s`, `received_s`, `answered_s`
BEGIN           master            the block, and its start on the worker's clock
RECORDS         worker            records of its samples; times are on its clock
BLOCK_END       worker            the block, and its `GeneratorHealth`
NEXT            master            the block that is over for all, drained
ENDED           worker            outcome and problem of its share
ABANDON         master            why
==============  ================  ===================================================

Each has `run`, so that what is left of an earlier run on the channel is passed over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

PLAN: Final = "firstwrite-plan"
READY: Final = "firstwrite-ready"
CLOCK: Final = "firstwrite-clock"
BEGIN: Final = "firstwrite-begin"
RECORDS: Final = "firstwrite-records"
BLOCK_END: Final = "firstwrite-block-end"
NEXT: Final = "firstwrite-next"
ENDED: Final = "firstwrite-ended"
ABANDON: Final = "firstwrite-abandon"

TO_WORKERS: Final = (PLAN, CLOCK, BEGIN, NEXT, ABANDON)
TO_MASTER: Final = (READY, CLOCK, RECORDS, BLOCK_END, ENDED)


class Message(NamedTuple):
    """A message that has come; `at_s` is when, on the receiver's clock."""

    type: str
    worker: str
    data: Mapping[str, Any]
    at_s: float


@dataclass(frozen=True, slots=True)
class MasterChannel:
    """The master's end.

    Parameters
    ----------
    send
        Takes a type, data and a worker's Locust id.
    lost
        Which of some workers are not connected any more.
    """

    send: Callable[[str, dict[str, Any], str], None]
    lost: Callable[[list[str]], list[str]]
