"""How long the path takes to be itself again after a burst or an outage."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.capacity.network import Arrivals, Outcome
from sim.capacity.pipeline import names

WINDOW_S: Final = 10.0
"""Messages are looked at in windows of so much of their due times."""

AS_BEFORE: Final = 1.5
"""A window is as before while its median is at most so many times that of the time before."""

LEAST_IN_WINDOW: Final = 5
"""Fewer messages say nothing of a window."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a disturbance did.

    Attributes
    ----------
    from_s, to_s
        The disturbance.
    recovered_s
        Seconds from its end to the end of the last window that was not as before; 0 where none
        was, None where the simulation ended first.
    worst_ms
        The largest of the windows' medians, to the execution's end.
    not_acknowledged
        Messages due during the disturbance and until recovery that got no receipt.
    """

    from_s: float
    to_s: float
    recovered_s: float | None
    worst_ms: float
    not_acknowledged: int


def recovery(arrivals: Arrivals, outcome: Outcome, from_s: float, to_s: float) -> Recovery | None:
    """Return how the path came back; None where too few messages came before to compare with.

    A window is as before where its messages complete as soon as before and all get a receipt.
    """
    due_s = arrivals.due_s
    complete_ms = outcome.marks[names.COMPLETE]
    acknowledged = np.isfinite(outcome.marks[names.RECEIPT])
    before = (due_s < from_s) & np.isfinite(complete_ms)
    if before.sum() < LEAST_IN_WINDOW or not len(due_s):
        return None
    limit_ms = AS_BEFORE * float(np.median(complete_ms[before]))
    window = (due_s // WINDOW_S).astype(np.int64)
    last = int(window[-1])
    last_bad, worst_ms, missing = None, 0.0, 0
    for number in range(int(from_s // WINDOW_S), last + 1):
        low, high = np.searchsorted(window, [number, number + 1])
        if high - low < LEAST_IN_WINDOW:
            continue
        waits_ms = np.where(np.isfinite(complete_ms[low:high]), complete_ms[low:high], np.inf)
        median_ms = float(np.median(waits_ms))
        refused = int((~acknowledged[low:high]).sum())
        missing += refused
        worst_ms = max(worst_ms, median_ms)
        if median_ms > limit_ms or refused:
            last_bad = number
    if last_bad is None:
        return Recovery(from_s, to_s, 0.0, worst_ms, 0)
    ended_s = (last_bad + 1) * WINDOW_S
    recovered_s = None if last_bad >= last else max(0.0, ended_s - to_s)
    return Recovery(from_s, to_s, recovered_s, worst_ms, missing)
