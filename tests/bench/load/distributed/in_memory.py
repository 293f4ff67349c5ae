"""A master and workers in one process, with messages that take their time and clocks of their own.

Messages go through msgpack, as over Locust's channel, so that nothing is shared by accident.
"""

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gevent
import msgpack

from bench.load import Plan, PlanNotCarriedOutError
from bench.load.distributed import messages
from bench.load.distributed.deal import deal
from bench.load.distributed.master_run import MasterRun
from bench.load.distributed.worker_run import WorkerRun
from bench.load.request_sample import SamplesFile
from bench.load.sender import Answer

WAY_S = 0.002


@dataclass
class Recorder:
    """Answers at once after `delay_s`, and keeps what was sent with its time."""

    clock: Callable[[], float]
    delay_s: float = 0.0
    method: str = "POST"
    sent: list[tuple[float, bytes, str]] = field(default_factory=list)
    failure: Exception | None = None

    def before_block(self, requests: int) -> None: ...

    def send(self, content: bytes, trace_id: str = "") -> Answer:
        sent_s = self.clock()
        self.sent.append((time.perf_counter(), content, trace_id))
        if self.failure:
            raise self.failure
        gevent.sleep(self.delay_s)
        return Answer(sent_s, self.clock(), 200, "", f"id-{len(self.sent)}", "")

    def after_block(self) -> int:
        return 1


class Together:
    """One run by workers, `offsets_s` of whose clocks are what they are ahead of the master's."""

    def __init__(
        self,
        plan: Plan,
        offsets_s: list[float],
        *,
        executions_running: Callable[[], bool] = lambda: False,
        delay_s: float = 0.0,
    ) -> None:
        self.out = io.StringIO()
        self.names = [f"host{number}_abc" for number in range(len(offsets_s))]
        self.clocks = {
            name: (lambda offset_s=offset_s: time.perf_counter() + offset_s)
            for name, offset_s in zip(self.names, offsets_s, strict=True)
        }
        self.senders = {name: Recorder(self.clocks[name], delay_s) for name in self.names}
        self.gone: set[str] = set()
        self._runs: dict[str, WorkerRun] = {}
        self.master = MasterRun(
            plan,
            run="r",
            workers=self.names,
            channel=messages.MasterChannel(
                self._to_worker, lambda workers: [w for w in workers if w in self.gone]
            ),
            samples=SamplesFile(self.out),
            executions_running=executions_running,
            clock=time.perf_counter,
        )

    def records(self, kind: str) -> list[dict[str, Any]]:
        records = [json.loads(line) for line in self.out.getvalue().splitlines()]
        return [record for record in records if record["record"] == kind]

    def lose(self, name: str) -> None:
        """Nothing comes from this worker or gets to it any more."""
        self.gone.add(name)

    def _to_worker(self, kind: str, data: dict[str, Any], name: str) -> None:
        gevent.spawn_later(WAY_S, self._arrive, kind, msgpack.packb(data), name)

    def _arrive(self, kind: str, packed: bytes, name: str) -> None:
        data, at_s = msgpack.unpackb(packed), self.clocks[name]()
        if name in self.gone:
            return
        if kind == messages.PLAN:
            share = deal(Plan.from_json(data["plan"]), data["of"])[data["number"]]
            sender = self.senders[name]
            self._runs[name] = WorkerRun(
                share,
                run=data["run"],
                send=lambda kind, data: self._to_master(kind, data, name),
                senders=dict.fromkeys(("redis-first", "s3-first", "floor", "redis-set"), sender),
                report=lambda *_: None,
                clock=self.clocks[name],
                cpu_clock=time.process_time,
            )
            self._carry_out(self._runs[name])
        elif kind == messages.CLOCK:
            answer = {**data, "received_s": at_s, "answered_s": self.clocks[name]()}
            self._to_master(kind, answer, name)
        else:
            self._runs[name].take(messages.Message(kind, name, data, at_s))

    def _carry_out(self, run: WorkerRun) -> None:
        try:
            run.run()
        except PlanNotCarriedOutError:
            return  # the master has been told

    def _to_master(self, kind: str, data: dict[str, Any], name: str) -> None:
        gevent.spawn_later(WAY_S, self._return, kind, msgpack.packb(data), name)

    def _return(self, kind: str, packed: bytes, name: str) -> None:
        if name not in self.gone:
            data = msgpack.unpackb(packed)
            self.master.take(messages.Message(kind, name, data, time.perf_counter()))
