"""Durations as options write them: `90s`, `10m`, `2h`, `1d`."""

import re
from typing import Final

from bench.plan.errors import PlanError

_UNITS_S: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)")


def seconds_of(text: str, option: str) -> float:
    """Return the seconds of a duration.

    Raises
    ------
    PlanError
        If it is none, or 0.

    Examples
    --------
    >>> seconds_of("1.5h", "--duration")
    5400.0
    """
    found = _DURATION.fullmatch(text.strip())
    seconds = float(found[1]) * _UNITS_S[found[2]] if found else 0.0
    if not seconds:
        raise PlanError(f"{option} {text} is no duration: write it like 90s, 10m, 2h or 1d")
    return seconds
