"""A recorded load: a CSV or Parquet file with a column `time` and, if it is known, `size`.

time,size
2026-03-01T08:00:00.120Z,1 MB
2026-03-01T08:00:00.480Z,409600

It is the file that `process = "trace"` of a scenario takes. Times are ISO 8601 or seconds from any
instant, in any order; a size is a name such as `1 MB` or `largest`, or bytes of the HTTP body.
Other columns do not count here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import WorkloadError
from sim.workload.arrivals import BodyBytes
from sim.workload.body_size import body_bytes_of
from sim.workload.rate import Floats


@dataclass(frozen=True, slots=True)
class Trace:
    """What was recorded; it begins again after `length_s`, a mean gap behind the last record.

    Parameters
    ----------
    times_s
        Ascending, the first 0, shape (n,).
    body_bytes
        Of each, shape (n,); None where the file says nothing.
    """

    file: str
    times_s: Floats
    body_bytes: BodyBytes | None
    length_s: float

    @property
    def mean_per_s(self) -> float:
        """Records a second, over the whole."""
        return len(self.times_s) / self.length_s

    def between(self, begin_s: float, end_s: float) -> tuple[Floats, BodyBytes | None]:
        """Return times since `begin_s`, and sizes, of what comes in [begin, end), gone round."""
        rounds = np.arange(int(begin_s // self.length_s), int(end_s // self.length_s) + 1)
        times = (rounds[:, None] * self.length_s + self.times_s[None, :]).ravel()
        first, last = np.searchsorted(times, (begin_s, end_s), side="left")
        sizes = None if self.body_bytes is None else np.tile(self.body_bytes, len(rounds))
        return times[first:last] - begin_s, None if sizes is None else sizes[first:last]


def read_trace(path: Path, largest_bytes: int, speed: float = 1.0) -> Trace:
    """Read a trace, and play it so many times faster than it was recorded.

    Raises
    ------
    WorkloadError
        Naming the file, the column, and the row that cannot be used.
    """
    table = _table(path)
    if "time" not in table.column_names:
        raise WorkloadError(
            f"{path.name} has no column `time`.", "Name one so; and `size`, if any."
        )
    times = _times_s(table.column("time"), path.name) if len(table) else np.empty(0)
    if len(times) < 2 or times.max() == times.min():
        raise WorkloadError(
            f"{path.name} has no two records at different times.", "Give a trace that has."
        )
    order = np.argsort(times, kind="stable")
    sizes = None
    if "size" in table.column_names:
        sizes = _body_bytes(table.column("size"), path.name, largest_bytes)[order]
    ascending = (times[order] - times.min()) / speed
    mean_gap_s = ascending[-1] / (len(times) - 1)
    return Trace(path.name, ascending, sizes, float(ascending[-1] + mean_gap_s))


def _table(path: Path) -> Any:
    import pyarrow
    from pyarrow import csv, parquet

    read: Callable[[Path], Any] = parquet.read_table if path.suffix == ".parquet" else csv.read_csv
    try:
        return read(path)
    except (OSError, pyarrow.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise WorkloadError(
            f"The trace {path.name} cannot be read ({reason}).", "Give a CSV or Parquet file."
        ) from error


def _times_s(column: Any, file: str) -> Floats:
    import pyarrow
    from pyarrow import compute

    _refuse_empty(column, file, "time", "seconds, or as in 2026-01-31T23:59:59.999Z")
    kind = column.type
    if pyarrow.types.is_timestamp(kind):
        in_ns = compute.cast(column, pyarrow.timestamp("ns", kind.tz), safe=False)
        return np.asarray(in_ns.cast(pyarrow.int64()).to_numpy(), dtype=np.float64) / 1e9
    if pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind):
        times = np.asarray(column.to_numpy(), dtype=np.float64)
        if np.isfinite(times).all():
            return times
        raise _wrong_row(int(np.argmin(np.isfinite(times))), file, "time", "no finite number")
    raise WorkloadError(
        f"{file}: the column `time` holds what is neither a number nor a time everywhere.",
        "Write seconds, or as in 2026-01-31T23:59:59.999Z, in each row.",
    )


def _body_bytes(column: Any, file: str, largest_bytes: int) -> BodyBytes:
    _refuse_empty(column, file, "size", "a name such as 1 MB, or bytes")
    encoded = column.combine_chunks().dictionary_encode()
    found = []
    for size in encoded.dictionary.to_pylist():
        text = str(size)
        try:
            if not text.isdigit():
                found.append(body_bytes_of(text, largest_bytes))
                continue
            if not 1 <= int(text) <= largest_bytes:
                raise ValueError(f"size {text} is no body's; one has 1 to {largest_bytes} bytes")
            found.append(int(text))
        except ValueError as error:
            row = encoded.dictionary.to_pylist().index(size)
            first = int(np.argmax(encoded.indices.to_numpy() == row))
            raise _wrong_row(first, file, "size", str(error)) from error
    drawn: BodyBytes = np.array(found, dtype=np.uint32)[encoded.indices.to_numpy()]
    return drawn


def _refuse_empty(column: Any, file: str, name: str, mend: str) -> None:
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy()))
        raise WorkloadError(f"{file}, record {row + 1}: {name} is empty.", f"Write {mend}.")


def _wrong_row(row: int, file: str, name: str, reason: str) -> WorkloadError:
    return WorkloadError(f"{file}, record {row + 1}: {name}: {reason}.", "Mend that row.")
