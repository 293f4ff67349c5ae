"""Carries out a plan inside Locust's gevent loop: one greenlet an arrival, at its due time.

Nothing here waits for an answer before the next request leaves, so a server that stalls does not
thin out the load that it is measured by (coordinated omission). Latency counts from the due time.
Only a block with users is a closed model, in which a request is due when its user gets to it.
"""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import gevent
from gevent.pool import Group

from bench.load.errors import PlanNotCarriedOutError
from bench.load.generator_health import generator_health
from bench.load.loop_heartbeat import LoopHeartbeat
from bench.load.payloads import Body, BodyFactory
from bench.load.plan import INGESTING, Arrival, Block, Plan, Strategy
from bench.load.prepared_bodies import PreparedBodies
from bench.load.request_sample import RequestSample, SamplesFile
from bench.load.sender import Answer, Sender
from sim.latency.luck import trace_id

_LEAD_S = 0.05
"""Between the end of a block's preparations and its first due time."""
_IDLE_S = 0.002
_IDLE_S_PER_BYTE = 3e-9
"""A gap of so much, and so much for each byte, before the next due time is enough to make a body:
a copy and a hash (6 MB: 4 ms), with as much to spare as a busy machine takes."""
_TIMER_GRAIN_S = 0.002
"""The loop's timers have a grain of 1 ms (epoll_wait(2)) and a cached time; what is left after them
is spent in turns of the loop, so that requests leave when they are due and not 1 ms later."""
_JOIN_GRACE_S = 5.0
"""On top of the request's own timeout, for the loop to notice it."""


class PlannedRun:
    """One plan on its way.

    Parameters
    ----------
    senders
        One for each strategy of the plan.
    samples
        Where each finished request goes at once.
    report
        Called with each finished request and its method: Locust's `events.request`.
    executions_running
        Tells whether any execution still runs; asked after ingesting blocks if the plan drains.
    clock, cpu_clock
        Monotonic seconds, and the process's own processor seconds.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        senders: Mapping[Strategy, Sender],
        samples: SamplesFile,
        report: Callable[[str, RequestSample], None],
        executions_running: Callable[[], bool],
        clock: Callable[[], float],
        cpu_clock: Callable[[], float],
    ) -> None:
        self._plan = plan
        self._senders = senders
        self._samples = samples
        self._report = report
        self._executions_running = executions_running
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._factory = BodyFactory(
            plan.seed, plan.run_tag, Path(plan.corpus) if plan.corpus else None
        )
        self._origin_s = 0.0
        self._in_flight: dict[int, tuple[Block, Arrival, Body, float]] = {}
        self._trace_ids: dict[int, str] = {}
        self._client_waits_ms: list[float] = []
        self._dropped = 0
        self._ended = False

    def run(self) -> None:
        """Send every block of the plan and write the records; `end` is written whatever happens.

        Raises
        ------
        PlanNotCarriedOutError
            If executions still ran after the drain's bound or cannot be asked for, or a request
            did not end in time.
        """
        self._origin_s = self._clock()
        self._samples.write("run", requests=self._plan.requests, blocks=len(self._plan.blocks))
        # What was imported so far will not become garbage; later collections need not visit it.
        gc.collect()
        gc.freeze()
        first_number = 0
        try:
            for block in self._plan.blocks:
                self._run_block(block, first_number)
                first_number += len(block.arrivals)
            self._end("complete", "")
        except PlanNotCarriedOutError as error:
            self._end("failed", str(error))
            raise
        finally:
            self._end("failed", "an error without a name; the log holds its traceback")

    def interrupt(self, reason: str) -> None:
        """Write what is in flight as unanswered, and the end; nothing if the run has ended."""
        if self._ended:
            return
        now_s = self._clock()
        for number in list(self._in_flight):
            # Its time of sending is the sender's, which has not come back: the due time stands in.
            due_s = self._in_flight[number][3]
            self._record(number, Answer(due_s, now_s, 0, f"abandoned: {reason}", "", ""))
        self._end("interrupted", reason)

    def _end(self, outcome: str, problem: str) -> None:
        if self._ended:
            return
        self._ended = True
        self._samples.write(
            "end", outcome=outcome, problem=problem, run_s=self._clock() - self._origin_s
        )

    def _run_block(self, block: Block, first_number: int) -> None:
        self._prepare_templates(block)
        bodies = PreparedBodies(self._factory, block, first_number, self._plan.prepared_bytes)
        bodies.fill()
        sender = self._senders[block.strategy]
        sender.before_block(len(block.arrivals))
        gc.collect()
        self._client_waits_ms.clear()
        self._dropped = 0
        self._samples.write(
            "block",
            block=block.number,
            round=block.round,
            strategy=block.strategy,
            label=block.label,
            requests=len(block.arrivals),
        )
        start_s, cpu_start_s = self._clock(), self._cpu_clock()
        with LoopHeartbeat(self._clock) as heartbeat:
            if block.users:
                self._send_by_users(block, bodies, first_number)
            else:
                self._send_at_due_times(block, bodies, first_number, start_s + _LEAD_S)
        wall_s, cpu_s = self._clock() - start_s, self._cpu_clock() - cpu_start_s
        health = generator_health(
            self._client_waits_ms,
            cpu_s=cpu_s,
            wall_s=wall_s,
            connections_opened=sender.after_block(),
            dropped=self._dropped,
            loop_lags_ms=heartbeat.lags_ms,
        )
        drain_s = self._drain(block)
        self._samples.write("block_end", block=block.number, drain_s=drain_s, **asdict(health))

    def _prepare_templates(self, block: Block) -> None:
        for arrival in block.arrivals:
            of = (arrival.kind, arrival.body_bytes, arrival.source)
            if self._factory.prepare(*of):
                self._samples.write(
                    "payload",
                    kind=arrival.kind,
                    size=arrival.size,
                    body_bytes=arrival.body_bytes,
                    compressible_share=self._factory.compressible_share(*of),
                )

    def _send_at_due_times(
        self, block: Block, bodies: PreparedBodies, first_number: int, start_s: float
    ) -> None:
        flights = Group()
        for place, arrival in enumerate(block.arrivals):
            due_s = start_s + arrival.due_s
            while due_s - self._clock() > _IDLE_S + _IDLE_S_PER_BYTE * bodies.next_bytes:
                if not bodies.top_up():
                    break
                gevent.sleep(0)  # answers must not wait until all are made
            while (wait_s := due_s - self._clock()) > 0:
                gevent.sleep(max(0.0, wait_s - _TIMER_GRAIN_S))
            if self._ended:
                raise PlanNotCarriedOutError("the run was interrupted")
            number = first_number + place
            free = len(self._in_flight) < self._plan.in_flight_limit
            self._in_flight[number] = (block, arrival, bodies.take(), due_s)
            if free:
                flights.spawn(self._fly, number)
            else:
                self._drop(number)
        self._wait_for(flights, block, self._plan.request_timeout_s)

    def _send_by_users(self, block: Block, bodies: PreparedBodies, first_number: int) -> None:
        turns = iter(enumerate(block.arrivals, start=first_number))

        def use() -> None:
            for number, arrival in turns:  # of all users together
                if self._ended:
                    return
                self._in_flight[number] = (block, arrival, bodies.take(), self._clock())
                self._fly(number)
                bodies.top_up()
                gevent.sleep(block.think_s)

        users = Group()
        for _ in range(block.users):
            users.spawn(use)
        turns_each = -(-len(block.arrivals) // block.users)
        self._wait_for(users, block, turns_each * (self._plan.request_timeout_s + block.think_s))
        if self._ended:
            raise PlanNotCarriedOutError("the run was interrupted")

    def _wait_for(self, flights: Group, block: Block, timeout_s: float) -> None:
        if not flights.join(timeout=timeout_s + _JOIN_GRACE_S):
            left = len(flights)
            flights.kill()
            raise PlanNotCarriedOutError(
                f"{left} requests of block {block.number} ({block.strategy}, {block.label}) did not"
                f" end within {timeout_s:g} s; is the system under test hanging?"
            )
        if self._in_flight and not self._ended:
            raise PlanNotCarriedOutError(
                f"{len(self._in_flight)} requests of block {block.number} ended without an answer"
                " or a known failure; the load generator's log holds their tracebacks"
            )

    def _fly(self, number: int) -> None:
        block, arrival, body, _ = self._in_flight[number]
        traced = trace_id(time.time(), arrival.luck) if arrival.luck else ""
        self._trace_ids[number] = traced
        answer = self._senders[block.strategy].send(body.content, traced)
        if not self._ended:  # else interrupted meanwhile, and recorded as such
            self._record(number, answer)

    def _drop(self, number: int) -> None:
        """Record a request that is due and cannot be sent: it is part of the load all the same."""
        self._dropped += 1
        now_s = self._clock()
        problem = f"dropped: {self._plan.in_flight_limit} requests were in flight, the plan's limit"
        self._record(number, Answer(now_s, now_s, 0, problem, "", ""), sent=False)

    def _record(self, number: int, answer: Answer, *, sent: bool = True) -> None:
        block, arrival, body, due_s = self._in_flight.pop(number)
        service_ms = (answer.done_s - answer.sent_s) * 1e3
        latency_ms = (answer.done_s - due_s) * 1e3
        sample = RequestSample(
            block=block.number,
            round=block.round,
            strategy=block.strategy,
            kind=arrival.kind,
            size=arrival.size,
            body_bytes=arrival.body_bytes,
            payload_bytes=body.payload_bytes,
            payload_sha256=body.payload_sha256,
            date_time=arrival.date_time,
            warm_up=arrival.warm_up,
            due_s=due_s - self._origin_s,
            sent_s=answer.sent_s - self._origin_s,
            done_s=answer.done_s - self._origin_s,
            latency_ms=service_ms if block.strategy == "redis-set" else latency_ms,
            service_ms=service_ms,
            status=answer.status,
            error=answer.error,
            message_id=answer.message_id,
            trace_id=self._trace_ids.pop(number, ""),
            server_timing=answer.server_timing,
            request_transit_ms=answer.transit.request_ms if answer.transit else None,
            response_transit_ms=answer.transit.response_ms if answer.transit else None,
            tenant=arrival.tenant,
        )
        if sent:
            self._client_waits_ms.append((answer.sent_s - due_s) * 1e3)
        self._samples.write_request(sample)
        self._report(self._senders[block.strategy].method, sample)

    def _drain(self, block: Block) -> float:
        """Wait until no execution runs; return how long that took, in seconds."""
        started_s = self._clock()
        drain = self._plan.drain
        if drain is None or block.strategy not in INGESTING:
            return 0.0
        while self._executions_running():
            if self._clock() - started_s > drain.timeout_s:
                raise PlanNotCarriedOutError(
                    f"executions of block {block.number} ({block.strategy}, {block.label}) still"
                    f" ran {drain.timeout_s:g} s after its last answer; lower the arrival rate or"
                    " raise the drain's timeout_s"
                )
            gevent.sleep(drain.poll_s)
        return self._clock() - started_s
