"""Reads a trace: a CSV file that says when requests came, and may say how large and of what kind.

time,size,kind
2026-03-01T08:00:00.120Z,1 MB,image
2026-03-01T08:00:00.480Z,409600,json

Times are ISO 8601 or seconds from any instant; they need not be in order. A size is a name such as
`1 MB` or `largest`, or a number of bytes of the HTTP body.
"""

import csv
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from bench.load.arrival_process import TraceArrivals
from bench.load.errors import PlanError
from sim.workload.kind import KINDS, Kind

COLUMNS: Final = ("time", "size", "kind")


def read_trace(path: Path, *, speed: float = 1.0) -> TraceArrivals:
    """Read the rows of `path`.

    Parameters
    ----------
    speed
        So many times faster than it was recorded.

    Raises
    ------
    PlanError
        Naming the file, and the line and column that cannot be used.
    """
    if not 0 < speed < math.inf:
        raise PlanError(f"speed (={speed}) of {path.name} must be > 0")
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            names = list(rows.fieldnames or ())
            if "time" not in names:
                raise PlanError(
                    f"{path.name} has no column `time`; its first line must name the columns:"
                    f" {', '.join(COLUMNS)}, the last two if there are any"
                )
            read = [_row(row, f"{path.name} line {rows.line_num}") for row in rows]
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"the trace {path} cannot be read ({error}); name another file") from error
    if not read:
        raise PlanError(f"{path.name} has no rows; a trace needs one at least")
    read.sort(key=lambda row: row[0])
    begin_s = read[0][0]
    return TraceArrivals(
        name=f"trace {path.name}" + (f" at {speed:g} times its speed" if speed != 1 else ""),
        times_s=tuple((time_s - begin_s) / speed for time_s, _, _ in read),
        sizes=tuple(size for _, size, _ in read) if "size" in names else (),
        kinds=tuple(cast("Kind", kind) for _, _, kind in read) if "kind" in names else (),
    )


def _row(row: dict[str, str | None], where: str) -> tuple[float, str, str]:
    time = (row.get("time") or "").strip()
    kind = (row.get("kind") or "").strip()
    if "kind" in row and kind not in KINDS:
        raise PlanError(f"{where}: kind is {kind!r}; take one of {', '.join(KINDS)}")
    size = (row.get("size") or "").strip()
    if "size" in row and not size:
        raise PlanError(f"{where}: size is empty; write a name such as 1 MB, or bytes")
    return _seconds(time, where), size, kind


def _seconds(text: str, where: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            raise PlanError(
                f"{where}: time is {text!r}; write seconds, or as in 2026-01-31T23:59:59.999Z"
            ) from error
        # Without an offset, UTC: only differences count, but a change of summer time must not.
        seconds = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
    if not math.isfinite(seconds):
        raise PlanError(f"{where}: time is {text!r}; write a finite number")
    return seconds
