"""A worker's part of a run: its share of the plan, in step with the others by the master's word."""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

import gevent
from gevent.event import Event

from bench.load.distributed import messages
from bench.load.distributed.deal import Share
from bench.load.errors import PlanNotCarriedOutError
from bench.load.generator_health import GeneratorHealth
from bench.load.plan import Block, Strategy
from bench.load.planned_run import PlannedRun
from bench.load.request_sample import Records, RequestSample
from bench.load.sender import Sender

_BATCH_S: Final = 0.1
"""How old a record gets before it is sent: the master's file is followed as it grows."""
_BATCH_RECORDS: Final = 200
_FORWARDED: Final = frozenset({"payload", "request"})
"""What only a worker knows; the other records of a run are the master's to write."""

Send = Callable[[str, dict[str, Any]], None]


class WorkerRun:
    """One share on its way.

    Parameters
    ----------
    run
        Name of the run, which every message has.
    send
        Sends a message to the master.
    senders, report, clock, cpu_clock
        See `PlannedRun`.
    """

    def __init__(
        self,
        share: Share,
        *,
        run: str,
        send: Send,
        senders: Mapping[Strategy, Sender],
        report: Callable[[str, RequestSample], None],
        clock: Callable[[], float],
        cpu_clock: Callable[[], float],
    ) -> None:
        self._name = run
        self._send = send
        self._records = _Batches(lambda batch: self._tell(messages.RECORDS, records=batch))
        self._pace = _MasterPace(self._tell, self._records)
        self._planned = PlannedRun(
            share.plan,
            senders=senders,
            samples=self._records,
            report=report,
            pace=self._pace,
            clock=clock,
            cpu_clock=cpu_clock,
            share=share.numbers,
            origin_s=0.0,  # times on this worker's clock as they are; the master turns them
        )

    def run(self) -> None:
        """Carry the share out, and tell the master how it ended.

        Raises
        ------
        PlanNotCarriedOutError
            As `PlannedRun.run`; the master has been told then.
        """
        outcome, problem = "failed", "an error without a name; the worker's log holds its traceback"
        try:
            with self._records:
                self._planned.run()
            outcome, problem = "complete", ""
        except PlanNotCarriedOutError as error:
            problem = str(error)
            raise
        finally:
            self._records.flush()
            self._tell(messages.ENDED, outcome=outcome, problem=problem)

    def interrupt(self, reason: str) -> None:
        """Tell of what is in flight as unanswered; `run` then ends."""
        self._planned.interrupt(reason)
        self._records.flush()
        self._pace.abandon(reason)

    def take(self, message: messages.Message) -> None:
        """Take a message of this run from the master."""
        match message.type:
            case messages.BEGIN:
                self._pace.begin_at(message.data["block"], message.data["start_s"])
            case messages.NEXT:
                self._pace.over(message.data["block"])
            case messages.ABANDON:
                self.interrupt(message.data["reason"])

    def _tell(self, kind: str, **data: Any) -> None:
        self._send(kind, {"run": self._name, **data})


def description() -> dict[str, Any]:
    """Return what the master's file says of this worker."""
    return {"host": platform.node(), "process_id": os.getpid()}


class _MasterPace:
    """Starts blocks when the master says so, and lets it do the waiting after them."""

    def __init__(self, tell: Callable[..., None], records: "_Batches") -> None:
        self._tell = tell
        self._records = records
        self._starts_s: dict[int, float] = {}
        self._over: set[int] = set()
        self._abandoned = ""
        self._news = Event()

    def begin(self, block: Block) -> float:
        self._records.flush()
        self._tell(messages.READY, block=block.number, **description())
        self._await(lambda: block.number in self._starts_s)
        return self._starts_s[block.number]

    def end(self, block: Block, health: GeneratorHealth) -> float:
        self._records.flush()
        self._tell(messages.BLOCK_END, block=block.number, health=asdict(health))
        self._await(lambda: block.number in self._over)
        return 0.0

    def begin_at(self, block: int, start_s: float) -> None:
        self._starts_s[block] = start_s
        self._news.set()

    def over(self, block: int) -> None:
        self._over.add(block)
        self._news.set()

    def abandon(self, reason: str) -> None:
        self._abandoned = self._abandoned or reason
        self._news.set()

    def _await(self, come: Callable[[], bool]) -> None:
        while not come():
            if self._abandoned:
                raise PlanNotCarriedOutError(self._abandoned)
            self._news.clear()
            self._news.wait()


class _Batches(Records):
    """Sends records on, some at a time; while its with-block runs, none waits for long."""

    def __init__(self, send: Callable[[list[dict[str, Any]]], None]) -> None:
        self._send = send
        self._held: list[dict[str, Any]] = []
        self._beating: gevent.Greenlet | None = None

    def write(self, record: str, **content: Any) -> None:
        if record not in _FORWARDED:
            return
        self._held.append({"record": record, **content})
        if len(self._held) >= _BATCH_RECORDS:
            self.flush()

    def flush(self) -> None:
        held, self._held = self._held, []
        if held:
            self._send(held)

    def __enter__(self) -> None:
        self._beating = gevent.spawn(self._flush_regularly)

    def __exit__(self, *_: object) -> None:
        if self._beating is not None:
            self._beating.kill()

    def _flush_regularly(self) -> None:
        while True:
            gevent.sleep(_BATCH_S)
            self.flush()
