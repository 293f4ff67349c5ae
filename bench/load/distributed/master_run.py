"""The master's part of a run: deals the plan, keeps the workers in step, writes what they tell."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from gevent.event import Event
from gevent.queue import Empty, Queue

from bench.load.distributed import messages
from bench.load.distributed.clock_offset import EXCHANGES, ClockOffset, Exchange, clock_offset
from bench.load.distributed.deal import deal
from bench.load.errors import PlanNotCarriedOutError
from bench.load.generator_health import GeneratorHealth, combined_health
from bench.load.pace import OwnPace
from bench.load.plan import Block, Plan
from bench.load.request_sample import Records

_LEAD_S: Final = 0.2
"""From the word to begin until a block starts, and four times the longest uncertainty on top."""
_POLL_S: Final = 0.2
"""How often it is asked whether all workers are still there; Locust notices within 4 s."""
_LAST_WORDS_S: Final = 2.0
"""How long a run that is abandoned waits for what its workers still have to tell."""
_TIMES: Final = ("due_s", "sent_s", "done_s")


class MasterRun:
    """One plan on its way, carried out by others.

    Parameters
    ----------
    run
        Name of the run, which every message has.
    workers
        Locust's ids of those that take part.
    samples
        Where the records of all workers go.
    executions_running
        Tells whether any execution still runs; asked after ingesting blocks if the plan drains.
    clock
        Monotonic seconds.

    Raises
    ------
    PlanError
        If the plan cannot be dealt to so many.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        run: str,
        workers: Sequence[str],
        channel: messages.MasterChannel,
        samples: Records,
        executions_running: Callable[[], bool],
        clock: Callable[[], float],
    ) -> None:
        deal(plan, len(workers))
        self._plan = plan
        self._name = run
        self._workers = list(workers)
        self._channel = channel
        self._samples = samples
        self._clock = clock
        self._drain = OwnPace(plan.drain, executions_running, clock, sleep=self._receive_for)
        self._inbox: Queue[messages.Message] = Queue()
        self._interrupted = ""
        self._done = Event()
        self._checked_s = 0.0
        self._origin_s = 0.0
        self._hosts: dict[str, dict[str, Any]] = {}
        self._ready: set[tuple[str, int]] = set()
        self._exchanges: dict[str, list[Exchange]] = {}
        self._offsets: dict[tuple[str, int], ClockOffset] = {}
        self._healths: dict[int, dict[str, GeneratorHealth]] = defaultdict(dict)
        self._templates: set[tuple[str, int, str]] = set()
        self._ended: dict[str, str] = {}

    def run(self) -> None:
        """Have every block sent and write the records; `end` is written whatever happens.

        Raises
        ------
        PlanNotCarriedOutError
            If a worker could not carry out its share or was lost, executions still ran after the
            drain's bound, or the run was interrupted.
        """
        self._origin_s = self._clock()
        self._samples.write(
            "run",
            requests=self._plan.requests,
            blocks=len(self._plan.blocks),
            workers=len(self._workers),
        )
        outcome, problem = "failed", "an error without a name; the log holds its traceback"
        try:
            whole = self._plan.to_json()
            for number, worker in enumerate(self._workers):
                self._tell(messages.PLAN, worker, plan=whole, number=number, of=len(self._workers))
            for block in self._plan.blocks:
                self._run_block(block)
            self._receive_until(lambda: len(self._ended) == len(self._workers))
            outcome, problem = "complete", ""
        except PlanNotCarriedOutError as error:
            outcome, problem = "interrupted" if self._interrupted else "failed", str(error)
            self._abandon(problem)
            raise
        finally:
            self._samples.write(
                "end", outcome=outcome, problem=problem, run_s=self._clock() - self._origin_s
            )
            self._done.set()

    def interrupt(self, reason: str) -> None:
        """Have `run` end, and wait a little until it has written what the workers still tell."""
        self._interrupted = self._interrupted or reason
        self._done.wait(_POLL_S + _LAST_WORDS_S + 0.5)

    def take(self, message: messages.Message) -> None:
        """Take a message of this run from a worker; returns at once."""
        self._inbox.put(message)

    def _run_block(self, block: Block) -> None:
        self._receive_until(lambda: all((w, block.number) in self._ready for w in self._workers))
        self._measure_offsets(block.number)
        self._samples.write(
            "block",
            block=block.number,
            round=block.round,
            strategy=block.strategy,
            label=block.label,
            requests=len(block.arrivals),
        )
        offsets = {worker: self._offsets[worker, block.number] for worker in self._workers}
        start_s = self._clock() + _LEAD_S + 4 * max(o.uncertainty_s for o in offsets.values())
        for worker, offset in offsets.items():
            self._tell(
                messages.BEGIN, worker, block=block.number, start_s=start_s + offset.offset_s
            )
        self._receive_until(lambda: len(self._healths[block.number]) == len(self._workers))
        drain_s = self._drain.end(block)
        self._write_ends(block.number, drain_s)
        for worker in self._workers:
            self._tell(messages.NEXT, worker, block=block.number)

    def _measure_offsets(self, block: int) -> None:
        self._exchanges = {worker: [] for worker in self._workers}
        # One after the other: an answer that waits behind another's would only widen the bounds.
        for worker in self._workers:
            for _ in range(EXCHANGES):
                self._ask_for_the_time(worker)
            self._offsets[worker, block] = clock_offset(self._exchanges[worker])

    def _ask_for_the_time(self, worker: str) -> None:
        answers = len(self._exchanges[worker])
        self._tell(messages.CLOCK, worker, asked_s=self._clock())
        self._receive_until(lambda: len(self._exchanges[worker]) > answers)

    def _write_ends(self, block: int, drain_s: float) -> None:
        healths = self._healths[block]
        for number, worker in enumerate(self._workers):
            offset = self._offsets[worker, block]
            self._samples.write(
                "worker_block_end",
                block=block,
                worker=number,
                **self._hosts[worker],
                clock_offset_s=offset.offset_s,
                clock_uncertainty_ms=offset.uncertainty_s * 1e3,
                **asdict(healths[worker]),
            )
        named = {self._name_of(worker): healths[worker] for worker in self._workers}
        combined = combined_health(named)
        self._samples.write("block_end", block=block, drain_s=drain_s, **asdict(combined))

    def _receive_until(self, come: Callable[[], bool], *, until_s: float = float("inf")) -> None:
        while not come() and (left_s := until_s - self._clock()) > 0:
            with suppress(Empty):
                self._record(self._inbox.get(timeout=min(left_s, _POLL_S)))
            if self._interrupted:
                raise PlanNotCarriedOutError(self._interrupted)
            if self._clock() - self._checked_s > _POLL_S:
                self._check_workers()

    def _receive_for(self, seconds: float) -> None:
        self._receive_until(lambda: False, until_s=self._clock() + seconds)

    def _check_workers(self) -> None:
        self._checked_s = self._clock()
        unended = [worker for worker in self._workers if worker not in self._ended]
        if lost := self._channel.lost(unended):
            raise PlanNotCarriedOutError(
                f"{self._name_of(lost[0])} was lost: it ended or its connection broke; what it"
                " had in flight is not known, so the run does not count"
            )

    def _record(self, message: messages.Message) -> None:
        """Take in what a message tells.

        Raises
        ------
        PlanNotCarriedOutError
            If it is that a worker could not carry out its share.
        """
        worker, data = message.worker, message.data
        match message.type:
            case messages.READY:
                self._hosts[worker] = {key: data[key] for key in ("host", "process_id")}
                self._ready.add((worker, data["block"]))
            case messages.CLOCK:
                self._exchanges[worker].append(
                    Exchange(data["asked_s"], data["received_s"], data["answered_s"], message.at_s)
                )
            case messages.RECORDS:
                for record in data["records"]:
                    self._write(worker, record)
            case messages.BLOCK_END:
                self._healths[data["block"]][worker] = GeneratorHealth(**data["health"])
            case messages.ENDED:
                self._ended[worker] = data["outcome"]
                if data["outcome"] != "complete":
                    raise PlanNotCarriedOutError(f"{self._name_of(worker)}: {data['problem']}")

    def _write(self, worker: str, record: dict[str, Any]) -> None:
        content = {key: value for key, value in record.items() if key != "record"}
        if record["record"] == "request":
            offset_s = self._offsets[worker, record["block"]].offset_s
            for name in _TIMES:
                content[name] -= offset_s + self._origin_s
            content["worker"] = self._workers.index(worker)
        else:
            # Each worker makes the templates that it needs; the run needs each once.
            template = (record["kind"], record["body_bytes"], record["source"])
            if template in self._templates:
                return
            self._templates.add(template)
        self._samples.write(record["record"], **content)

    def _abandon(self, reason: str) -> None:
        """Have the workers stop, and take in what they still tell."""
        self._interrupted = ""
        for worker in self._workers:
            if worker not in self._ended and not self._channel.lost([worker]):
                self._tell(messages.ABANDON, worker, reason=reason)
        deadline_s = self._clock() + _LAST_WORDS_S
        while self._clock() < deadline_s and not self._all_have_gone():
            try:
                message = self._inbox.get(timeout=_POLL_S / 4)
            except Empty:
                continue
            if message.type == messages.ENDED:
                self._ended[message.worker] = message.data["outcome"]
            elif message.type == messages.RECORDS:
                self._record(message)

    def _all_have_gone(self) -> bool:
        unended = [worker for worker in self._workers if worker not in self._ended]
        return len(self._channel.lost(unended)) == len(unended)

    def _tell(self, kind: str, worker: str, **data: Any) -> None:
        self._channel.send(kind, {"run": self._name, **data}, worker)

    def _name_of(self, worker: str) -> str:
        number = self._workers.index(worker)
        host = self._hosts.get(worker, {}).get("host") or worker.rpartition("_")[0] or worker
        return f"worker {number} of {len(self._workers)} ({host})"
