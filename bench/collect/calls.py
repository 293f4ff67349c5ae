"""The calls table: one row a call that was given the time that it takes on AWS.

Columns are those of `sim.latency.call_record`: the call's own (operation, trace, caller, …), who
waited for it, and what it took.
"""

from dataclasses import fields
from pathlib import Path

import orjson
import pandas as pd

from sim.latency.call_record import CallRecord
from sim.latency.shaping import Call

CALL_COLUMNS: tuple[str, ...] = (
    *(field.name for field in fields(Call)),
    *(field.name for field in fields(CallRecord) if field.name != "call"),
)


def read_calls(path: Path | None) -> pd.DataFrame:
    """Read the records that a stack has written so far, in the order in which the calls ended.

    Without a file, as on AWS, there are none. A last line without its end is still being written.
    """
    lines = path.read_bytes().split(b"\n")[:-1] if path is not None and path.exists() else []
    return pd.DataFrame([orjson.loads(line) for line in lines], columns=list(CALL_COLUMNS))
