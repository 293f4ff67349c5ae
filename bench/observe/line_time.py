"""When a log line was written, as far as the line itself tells."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

_WITHIN_CHARACTERS: Final = 80
"""A time further on is part of what the line tells, not the time of the line."""

_ISO_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)


def line_time(text: str) -> float | None:
    """Return the time near the start of a line, in seconds since the epoch, or `None`."""
    found = _ISO_TIME.search(text, 0, _WITHIN_CHARACTERS)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[0]).timestamp()
    except ValueError:
        return None


def stream_times(texts: Sequence[str], before: float) -> list[float]:
    """Return a time for each line of one stream, none earlier than the one before it.

    A START line takes the time of what follows in its invocation; any other line without a time
    takes the time of the line before it.

    Parameters
    ----------
    before
        The time of the stream's last line so far, 0.0 if there is none.
    """
    found = [line_time(text) for text in texts]
    following = None
    for i in reversed(range(len(texts))):
        if texts[i].startswith("START RequestId: "):
            found[i], following = following, None
        else:
            following = found[i] or following
    times = []
    for time_s in found:
        before = max(before, time_s or before)
        times.append(before)
    return times
