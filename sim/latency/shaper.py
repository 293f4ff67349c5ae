"""The server's side of shaping: fills up what API Gateway, Lambda and Step Functions take here."""

import time

from sim.latency.call_record import CallFile, CallRecord, Source
from sim.latency.precise_timer import PreciseTimer
from sim.latency.shaping import Call, Shaping


class Shaper:
    """Fills calls up to their targets and keeps their records.

    Parameters
    ----------
    shaping
        What the targets are drawn from.
    records
        Where records go; `None` keeps none.
    timer
        What is waited by.
    """

    def __init__(self, shaping: Shaping, records: CallFile | None, timer: PreciseTimer) -> None:
        self.shaping = shaping
        self._records = records
        self._timer = timer

    async def fill(self, call: Call, source: Source, emulator_ms: float) -> float:
        """Wait for what is missing to a call's target, and return how long that was, in ms.

        Parameters
        ----------
        emulator_ms
            What the call has taken so far.
        """
        now_s = time.perf_counter()
        target_ms = self.shaping.target(call).total_ms
        missing_ms = target_ms - emulator_ms
        if missing_ms > 0:
            await self._timer.until(now_s + missing_ms / 1e3)
        waited_ms = (time.perf_counter() - now_s) * 1e3
        self.keep(
            CallRecord(
                call=call,
                source=source,
                begun_s=now_s - emulator_ms / 1e3,
                target_ms=target_ms,
                emulator_ms=emulator_ms,
                client_ms=0.0,
                total_ms=emulator_ms + waited_ms,
            )
        )
        return waited_ms

    async def until(self, due_s: float) -> None:
        """Wait until a time on `time.perf_counter`."""
        await self._timer.until(due_s)

    def keep(self, record: CallRecord) -> None:
        """Keep the record of a call that somebody else has filled up."""
        if self._records is not None:
            self._records.write(record)

    def close(self) -> None:
        """Let go whoever waits, and close the file."""
        self._timer.close()
        if self._records is not None:
            self._records.close()
