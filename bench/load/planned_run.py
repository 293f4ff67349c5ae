"""Carries out a plan inside Locust's gevent loop: one greenlet an arrival, at its due time.

Nothing here waits for an answer before the next request leaves, so a server that stalls does not
thin out the load that it is measured by (coordinated omission). Latency counts from the due time.
Only a block with users is a closed model, in which a request is due when its user gets to it.
"""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import gevent
from gevent.pool import Group

from bench.load.errors import PlanNotCarriedOutError
from bench.load.generator_health import generator_health
from bench.load.loop_heartbeat import LoopHeartbeat
from bench.load.pace import Pace
from bench.load.payloads import Body, BodyFactory
from bench.load.plan import Arrival, Block, Plan, Strategy
from bench.load.prepared_bodies import PreparedBodies
from bench.load.request_sample import Records, RequestSample
from bench.load.sender import Answer, Sender
from sim.latency.luck import trace_id

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
    pace
        Says when each block starts, and waits for what it started.
    clock, cpu_clock
        Monotonic seconds, and the process's own processor seconds.
    share
        If the plan is but a share of one: the numbers of each block's arrivals within the whole.
        By default they are counted through.
    origin_s
        What times in the records count from, on the clock; by default when the run started.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        senders: Mapping[Strategy, Sender],
        samples: Records,
        report: Callable[[str, RequestSample], None],
        pace: Pace,
        clock: Callable[[], float],
        cpu_clock: Callable[[], float],
        share: Sequence[range] | None = None,
        origin_s: float | None = None,
    ) -> None:
        self._plan = plan
        self._senders = senders
        self._samples = samples
        self._report = report
        self._pace = pace
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._factory = BodyFactory(
            plan.seed, plan.run_tag, Path(plan.corpus) if plan.corpus else None
        )
        self._numbers = share or plan.numbers
        self._limit_of = "its share of the plan's limit" if share else "the plan's limit"
        self._given_origin_s = origin_s
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
        self._origin_s = self._clock() if self._given_origin_s is None else self._given_origin_s
        self._samples.write("run", requests=self._plan.requests, blocks=len(self._plan.blocks))
        # What was imported so far will not become garbage; later collections need not visit it.
        gc.collect()
        gc.freeze()
        try:
            for block, numbers in zip(self._plan.blocks, self._numbers, strict=True):
                self._run_block(block, numbers)
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

    def _run_block(self, block: Block, numbers: range) -> None:
        self._prepare_templates(block)
        bodies = PreparedBodies(self._factory, block, numbers, self._plan.prepared_bytes)
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
        start_s = self._pace.begin(block)
        began_s, cpu_began_s = self._clock(), self._cpu_clock()
        with LoopHeartbeat(self._clock) as heartbeat:
            if block.users:
                gevent.sleep(max(0.0, start_s - self._clock()))
                self._send_by_users(block, bodies, numbers)
            else:
                self._send_at_due_times(block, bodies, numbers, start_s)
        wall_s, cpu_s = self._clock() - began_s, self._cpu_clock() - cpu_began_s
        health = generator_health(
            self._client_waits_ms,
            cpu_s=cpu_s,
            wall_s=wall_s,
            connections_opened=sender.after_block(),
            dropped=self._dropped,
            loop_lags_ms=heartbeat.lags_ms,
        )
        drain_s = self._pace.end(block, health)
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
                    source=arrival.source,
                    compressible_share=self._factory.compressible_share(*of),
                )

    def _send_at_due_times(
        self, block: Block, bodies: PreparedBodies, numbers: range, start_s: float
    ) -> None:
        flights = Group()
        try:
            self._spawn_when_due(flights, block, bodies, numbers, start_s)
            self._wait_for(flights, block, self._plan.request_timeout_s)
        finally:
            flights.kill(block=False)  # of an interrupted run; a next one must not meet its load

    def _spawn_when_due(
        self, flights: Group, block: Block, bodies: PreparedBodies, numbers: range, start_s: float
    ) -> None:
        for number, arrival in zip(numbers, block.arrivals, strict=True):
            due_s = start_s + arrival.due_s
            while due_s - self._clock() > _IDLE_S + _IDLE_S_PER_BYTE * bodies.next_bytes:
                if not bodies.top_up():
                    break
                gevent.sleep(0)  # answers must not wait until all are made
            while (wait_s := due_s - self._clock()) > 0:
                gevent.sleep(max(0.0, wait_s - _TIMER_GRAIN_S))
            if self._ended:
                raise PlanNotCarriedOutError("the run was interrupted")
            free = len(self._in_flight) < self._plan.in_flight_limit
            self._in_flight[number] = (block, arrival, bodies.take(), due_s)
            if free:
                flights.spawn(self._fly, number)
            else:
                self._drop(number)

    def _send_by_users(self, block: Block, bodies: PreparedBodies, numbers: range) -> None:
        turns = iter(zip(numbers, block.arrivals, strict=True))

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
        longest_s = turns_each * (self._plan.request_timeout_s + block.think_s)
        try:
            self._wait_for(users, block, longest_s)
        finally:
            users.kill(block=False)
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
        limit = self._plan.in_flight_limit
        problem = f"dropped: {limit} requests were in flight, {self._limit_of}"
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
