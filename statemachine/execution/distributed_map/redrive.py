"""What a Map Run that did not succeed leaves behind, so that a redrive goes on from it.

Source: Step Functions Developer Guide, "Redriving Map Runs in Step Functions executions": children
that have succeeded are not run again.
"""

import base64
import zlib
from dataclasses import dataclass, field
from typing import Any

from statemachine.map_run import MapRun
from statemachine.progress import Progress

_PLACE = 0
"""Of the one branch of the state's progress in which this is kept."""


class Indexes:
    """A set of places from 0, a bit each."""

    def __init__(self, bits: bytes = b"") -> None:
        self._bits = bytearray(bits)

    def add(self, index: int) -> None:
        """Put a place in."""
        byte, bit = divmod(index, 8)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        self._bits[byte] |= 1 << bit

    def copy(self) -> "Indexes":
        """Return another set of the same places."""
        return Indexes(bytes(self._bits))

    def __bool__(self) -> bool:
        return any(self._bits)

    def __contains__(self, index: int) -> bool:
        byte, bit = divmod(index, 8)
        return byte < len(self._bits) and bool(self._bits[byte] >> bit & 1)

    def packed(self) -> str:
        """Return a text that `unpacked` reads."""
        return base64.b64encode(zlib.compress(bytes(self._bits))).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Indexes":
        """Return the set that a text was made of."""
        return cls(zlib.decompress(base64.b64decode(text)))


@dataclass(slots=True)
class Remains:
    """What is kept of a Map Run.

    Parameters
    ----------
    started_at
        In seconds since the epoch.
    succeeded
        Places of the children that have succeeded.
    results
        What those gave to the state's result, where it is not in files.
    """

    arn: str
    started_at: float
    redrive_count: int = 0
    succeeded: Indexes = field(default_factory=Indexes)
    results: dict[int, list[Any]] = field(default_factory=dict)

    def keep(self, progress: Progress) -> None:
        """Put it into the state's progress."""
        progress.branch(_PLACE).output = {
            "mapRunArn": self.arn,
            "startedAt": self.started_at,
            "redriveCount": self.redrive_count,
            "succeeded": self.succeeded.packed(),
            "results": {str(index): entries for index, entries in self.results.items()},
        }

    @classmethod
    def of(cls, progress: Progress) -> "Remains | None":
        """Return what is in the state's progress, if there is anything."""
        kept = (progress.branches or {}).get(_PLACE)
        if kept is None or not isinstance(kept.output, dict):
            return None
        value = kept.output
        return cls(
            arn=value["mapRunArn"],
            started_at=value["startedAt"],
            redrive_count=value["redriveCount"],
            succeeded=Indexes.unpacked(value["succeeded"]),
            results={int(index): entries for index, entries in value["results"].items()},
        )

    def go_on(self, run: MapRun, now_s: float) -> None:
        """Make *run* the same Map Run, once more."""
        self.redrive_count += 1
        run.arn, run.started_at = self.arn, self.started_at
        run.redrive_count, run.redriven_at = self.redrive_count, now_s
