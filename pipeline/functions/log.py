"""One structured JSON line per log event, on standard output.

Takes scalars only and cuts long strings: a payload, a record or a whole event does not fit in.
CloudWatch Logs keeps a line that is JSON as it is, whatever the function's log format.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Literal

MAX_TEXT_CHARACTERS = 500
"""Longest string in a line; a service's error message fits, a message's content does not."""

Scalar = str | int | float | bool | None
Level = Literal["INFO", "WARNING", "ERROR"]


def write_log(level: Level, event: str, **fields: Scalar) -> None:
    """Write one line.

    Parameters
    ----------
    level
        Severity, under CloudWatch's field name `level`.
    event
        What happened, in a fixed phrase that can be searched for.
    **fields
        Scalars; strings are cut to `MAX_TEXT_CHARACTERS`.
    """
    line: dict[str, Scalar] = {
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": level,
        "event": event,
    }
    for name, value in fields.items():
        line[name] = value[:MAX_TEXT_CHARACTERS] if isinstance(value, str) else value
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
