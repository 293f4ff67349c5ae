"""What a shaped execution environment tells of its calls: lines of JSON through a pipe.

A pipe, since the environment sees neither the server's files nor its `/tmp`, and since what it
wrote before it answered is there when the answer is.
"""

import asyncio
import contextlib
import os
from typing import Any

import orjson

from sim.latency.call_record import CallRecord, Source
from sim.latency.shaper import Shaper
from sim.latency.shaping import Call

_READ_BYTES = 65_536


class Telemetry:
    """The server's end of one environment's pipe.

    Parameters
    ----------
    shaper
        Keeps the records.
    """

    def __init__(self, shaper: Shaper) -> None:
        self._shaper = shaper
        self._read_end, self.write_end = os.pipe()
        self._open_ends = {self._read_end, self.write_end}
        os.set_blocking(self._read_end, False)
        self._rest = b""
        self._source: Source = "api"
        self._handler_s: tuple[float, float] | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._read_end, self._read)

    def handed_over(self) -> None:
        """Close the end that the process has taken over."""
        self._open_ends.remove(self.write_end)
        os.close(self.write_end)

    def begin(self, source: Source) -> None:
        """Begin an invocation: the records that come are of its calls."""
        self._source, self._handler_s = source, None

    def handler_s(self) -> float | None:
        """Return how long the handler had the invocation; `None` when it has not said so."""
        if self._read_end in self._open_ends:
            self._read()
        return None if self._handler_s is None else self._handler_s[1] - self._handler_s[0]

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._read_end, _READ_BYTES):
                *lines, self._rest = (self._rest + data).split(b"\n")
                for line in lines:
                    self._take(orjson.loads(line))
            self._loop.remove_reader(self._read_end)  # the process has ended

    def _take(self, told: dict[str, Any]) -> None:
        if "handler_began_s" in told:
            self._handler_s = told["handler_began_s"], told["handler_ended_s"]
            return
        times = {name: told.pop(name) for name in _TIMES}
        self._shaper.keep(CallRecord(call=Call(**told), source=self._source, **times))

    def close(self) -> None:
        """Read what is left, and close the pipe; once is enough."""
        if self._read_end in self._open_ends:
            self._read()
            self._loop.remove_reader(self._read_end)
        for end in self._open_ends:
            os.close(end)
        self._open_ends.clear()


_TIMES = ("begun_s", "target_ms", "emulator_ms", "client_ms", "total_ms")
