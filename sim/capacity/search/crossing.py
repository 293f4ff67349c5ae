"""Where two curves cross: on a grid of logarithms, then by bisection."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

PRECISION: Final = 0.01
"""A crossing is known to one per cent."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a difference changes its sign.

    Attributes
    ----------
    at
        The geometric middle of an interval one per cent wide.
    rises
        Whether the difference is negative below, and positive above.
    """

    at: float
    rises: bool


def crossings(
    points: Sequence[float],
    differences: Sequence[float],
    difference: Callable[[float], float],
    precision: float = PRECISION,
) -> tuple[Crossing, ...]:
    """Return where a difference that is known at ascending points changes its sign.

    Parameters
    ----------
    difference
        At any point between; not a number where nothing can be said, as on the grid.
    """
    found = []
    known = [
        (point, value)
        for point, value in zip(points, differences, strict=True)
        if not math.isnan(value) and value != 0
    ]
    for (low, below), (high, above) in pairwise(known):
        if below * above > 0:
            continue
        found.append(Crossing(_bisected(low, high, below < 0, difference, precision), below < 0))
    return tuple(found)


def _bisected(
    low: float,
    high: float,
    rises: bool,
    difference: Callable[[float], float],
    precision: float,
) -> float:
    while high > low * (1 + precision):
        middle = math.sqrt(low * high)
        value = difference(middle)
        if math.isnan(value):
            break
        if (value < 0) == rises:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)
