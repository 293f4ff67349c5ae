"""Where a difference along an axis goes through 0, or that it does not in the range tried.

The axis may be the body size, the senders' uplink, or whatever else a comparison is made along.
Between neighbouring places the difference is taken for a straight line. Nothing is said beyond the
first and the last place: a line through all of them would cross somewhere in any case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from bench.statistics.interval import Bootstrap, Interval, Resampled, combined

Answer = Literal["found", "none in the range tried", "not resolvable"]

UNRESOLVED: Final = "not resolvable"
"""The verdict at a place where neither side can be told from the other."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where one side takes over from the other.

    Attributes
    ----------
    answer
        ``found`` where each side is resolvable on its side of one place; ``none in the range
        tried`` where one is resolvable at both ends and the other nowhere; else ``not resolvable``.
    at, interval
        The place and its interval if it was found. An end of the interval at an end of the range
        stands for "or beyond".
    below, above
        What holds before and after it; None if not resolvable.
    """

    answer: Answer
    at: float | None
    interval: Interval | None
    below: str | None
    above: str | None


def crossing(
    places: Floats,
    differences: Sequence[Resampled | float],
    verdicts: Sequence[str],
    plan: Bootstrap,
    *,
    drawn_together: bool = False,
) -> Crossing:
    """Look for the place at which the difference is 0.

    Parameters
    ----------
    places
        On the axis, rising, shape ``(places,)``; two or more.
    differences
        At each place, with its resamples where there are samples enough for them.
    verdicts
        At each place: one of two words, or `UNRESOLVED`.
    plan
        How the interval is made.
    drawn_together
        Whether the n-th resamples of all places are of the same blocks.
    """
    estimates = [each.estimate if isinstance(each, Resampled) else each for each in differences]
    even = float(even_at(places, np.array([estimates]))[0])
    below, above = sides(verdicts)
    found = below is not None and above is not None and below != above
    if found and places[0] < even < places[-1]:
        drawn = [each for each in differences if isinstance(each, Resampled)]
        spread = None
        if len(drawn) == len(places):
            whole = combined(lambda each: even_at(places, np.stack(each, axis=1)), drawn)
            freedom = drawn[0].freedom if drawn_together else whole.freedom
            spread = Resampled(even, whole.figures, freedom).interval(plan)
            spread = spread.within(float(places[0]), float(places[-1]))
        return Crossing("found", even, spread, below, above)
    if below is not None and below == above == verdicts[0] == verdicts[-1]:
        return Crossing("none in the range tried", None, None, below, above)
    return Crossing("not resolvable", None, None, None, None)


def sides(verdicts: Sequence[str]) -> tuple[str | None, str | None]:
    """Give what holds at the first and at the last places, of verdicts by place.

    None and None where nothing is resolvable, or where it changes more than once.
    """
    resolved = [each for each in verdicts if each != UNRESOLVED]
    changes = sum(one != other for one, other in pairwise(resolved))
    if not resolved or changes > 1:
        return None, None
    return resolved[0], resolved[-1]


def even_at(places: Floats, differences: Floats) -> Floats:
    """Give where differences go through 0, by linear interpolation.

    Parameters
    ----------
    places
        On the axis, rising, shape ``(places,)``.
    differences
        Shape ``(rows, places)``.

    Returns
    -------
    Floats
        Shape ``(rows,)``, in the unit of the places. Of several changes of sign the middle one; the
        lower of two. Where there is none, the end of the range that the difference is nearer to 0
        at.
    """
    low, high = differences[:, :-1], differences[:, 1:]
    changes = np.sign(low) * np.sign(high) < 0
    # A difference of exactly 0 counts with the place after it.
    changes |= (low == 0) & (high != 0)
    count = changes.sum(axis=1)
    wanted = np.cumsum(changes, axis=1) == ((count + 1) // 2)[:, np.newaxis]
    step = np.argmax(wanted & changes, axis=1)
    rows = np.arange(len(differences))
    start, end = differences[rows, step], differences[rows, step + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = start / (start - end)
    crossed = places[step] + share * (places[step + 1] - places[step])
    nearer_first = np.abs(differences[:, 0]) <= np.abs(differences[:, -1])
    beyond = np.where(nearer_first, places[0], places[-1])
    even: Floats = np.where(count > 0, crossed, beyond)
    return even
