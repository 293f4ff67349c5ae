"""The part of a load that decides: its busiest stretch, with what has to have happened before."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.capacity.answer import Load
from sim.capacity.network import Arrivals

PEAK_S: Final = 900.0
"""The busiest quarter of an hour is looked at."""

LEAST_GAIN: Final = 2.0
"""A stretch is only worth a simulation of its own if the whole is so many times longer."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a load, and which."""

    load: Load
    from_s: float
    to_s: float
    text: str


def peak_stretch(load: Load, history_s: float) -> Stretch | None:
    """Return the busiest stretch and *history_s* before it; None where the whole is hardly longer.

    Parameters
    ----------
    history_s
        What the peak depends on: how long a value stays in the cache.
    """
    due_s = load.arrivals.due_s
    if not len(due_s) or due_s[-1] - due_s[0] < LEAST_GAIN * (PEAK_S + history_s):
        return None
    ends = np.searchsorted(due_s, due_s + PEAK_S)
    busiest = int(np.argmax(ends - np.arange(len(due_s))))
    peak_s = float(due_s[busiest])
    from_s, to_s = max(float(due_s[0]), peak_s - history_s), peak_s + PEAK_S
    first, last = np.searchsorted(due_s, [from_s, to_s])
    part = Arrivals(due_s[first:last] - from_s, load.arrivals.body_bytes[first:last])
    text = (
        f"the busiest {PEAK_S / 60:g} min and {(peak_s - from_s) / 60:.0f} min before them: "
        f"{last - first:,} of {len(due_s):,} messages"
    )
    return Stretch(replace(load, arrivals=part), from_s, to_s, text)
