"""What came of the messages: shares of each outcome, and percentiles of the waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network import Outcome
from sim.capacity.pipeline import names
from sim.objective import LEAST_BEYOND

PERCENTILES: Final[Mapping[str, float]] = {
    "p50": 0.50,
    "p90": 0.90,
    "p95": 0.95,
    "p99": 0.99,
    "p99.9": 0.999,
    "p99.99": 0.9999,
}


@dataclass(frozen=True, slots=True)
class Latencies:
    """Waits in milliseconds, by percentile; one that too few messages lie beyond is left out.

    Attributes
    ----------
    blocking_ms
        From the due time to the receipt, of those who got one, resent messages included.
    complete_ms
        From the due time to the execution's end.
    """

    blocking_ms: Mapping[str, float]
    complete_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the messages, as shares of those that were due.

    Attributes
    ----------
    due
        How many there were.
    acknowledged
        Got a receipt.
    refused
        By reason: got none.
    unfinished_after_receipt
        By reason: got one, and the execution did not complete.
    lost
        Got a receipt, and the copy was gone before it was archived.
    resent
        Were sent more than once.
    cold
        Waited for an environment to start.
    """

    due: int
    acknowledged: float
    refused: Mapping[str, float]
    unfinished_after_receipt: Mapping[str, float]
    lost: float
    resent: float
    cold: float


def latencies(outcome: Outcome) -> Latencies:
    """Return the percentiles of both waits."""
    return Latencies(
        blocking_ms=_percentiles(outcome.marks[names.RECEIPT]),
        complete_ms=_percentiles(outcome.marks[names.COMPLETE]),
    )


def fates(outcome: Outcome) -> Fates:
    """Return what became of the messages.

    Raises
    ------
    ValueError
        If there were none.
    """
    due = len(outcome.code)
    if due == 0:
        raise ValueError("there were no messages: raise the rate or the duration")
    counts = outcome.counts()
    after = {
        name.removesuffix(", after the receipt"): count / due
        for name, count in counts.items()
        if name.endswith(", after the receipt")
    }
    return Fates(
        due=due,
        acknowledged=float(np.isfinite(outcome.marks[names.RECEIPT]).mean()),
        refused={
            name: count / due
            for name, count in counts.items()
            if name != "completed" and not name.endswith(", after the receipt")
        },
        unfinished_after_receipt=after,
        lost=sum(share for name, share in after.items() if name.startswith("lost from")),
        resent=float((outcome.attempts > 1).mean()),
        cold=float(((outcome.cold & 1) > 0).mean()),
    )


def _percentiles(waits_ms: NDArray[np.float32]) -> dict[str, float]:
    known = waits_ms[np.isfinite(waits_ms)]
    wanted = {
        name: share
        for name, share in PERCENTILES.items()
        if len(known) * (1 - share) >= LEAST_BEYOND
    }
    if not wanted:
        return {}
    found = np.quantile(known, list(wanted.values()))
    return dict(zip(wanted, (float(each) for each in found), strict=True))
