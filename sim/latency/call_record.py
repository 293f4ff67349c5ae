"""What came of a call: the target that was drawn, what the emulator took alone, and the whole.

One JSON line each, in the order in which the calls ended, in the file that `CallFile` writes.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self, TextIO

import orjson

from sim.latency.shaping import Call

Source = Literal["gateway", "states", "event-queue", "event-source", "api"]
"""Who asked for the invocation that a call belongs to: a gateway's sender waits for it."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call. Times in ms, `begun_s` in seconds of the machine's monotonic clock.

    Attributes
    ----------
    call
        What its target depends on.
    source
        Who waits for it.
    begun_s
        When it began.
    target_ms
        How long it was to take.
    emulator_ms
        How long it took before anything was waited for: beyond the target, the emulator was too
        slow to stand for AWS.
    client_ms
        Of that, what the client did before it sent (serialising, hashing, signing).
    total_ms
        How long it took with the wait.
    """

    call: Call
    source: Source
    begun_s: float
    target_ms: float
    emulator_ms: float
    client_ms: float
    total_ms: float

    def line(self) -> bytes:
        """Return the record as a line of JSON, the call's fields beside the others."""
        fields = asdict(self)
        return orjson.dumps({**fields.pop("call"), **fields}) + b"\n"


class CallFile:
    """Appends records to a file as calls end; others may read it meanwhile, line by line.

    Parameters
    ----------
    path
        The file; it is made.
    """

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("a", encoding="utf-8", buffering=1)

    def write(self, record: CallRecord) -> None:
        """Append a record."""
        self._file.write(record.line().decode())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
