"""A network as SimPy simulates it: the engine's peer, in its tests and in its benchmark.

Written from the description alone, a process for each message, with SimPy's own resource where it
has one. It keeps what the tests compare and nothing else.
"""

from collections import Counter, defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Protocol

import simpy

from bench.capacity_benchmark.simpy_resources import Bucket, Pool, Pools
from bench.capacity_benchmark.simpy_resources import Store as MemoryStore
from sim.capacity.network import (
    Arrivals,
    Delay,
    EnvironmentPool,
    Fail,
    Fork,
    Free,
    Invoke,
    Load,
    Mark,
    Memory,
    Network,
    PlainStep,
    Refusal,
    Release,
    Retry,
    Serve,
    ServiceTime,
    Station,
    Step,
    Store,
    Take,
    TokenBucket,
    Wait,
    lost_from,
)
from sim.capacity.network.steps import luck_name

Passing = Generator[simpy.Event, Any, None]


class Luck(Protocol):
    """Where a simulation has its draws from; *occurrence* counts a name within a program."""

    def service_s(
        self,
        service_time: ServiceTime,
        name: str,
        occurrence: int,
        message: int,
        attempt: int,
        body_bytes: int,
    ) -> float:
        """Return how long a step takes."""
        ...

    def jitter(self, name: str, occurrence: int, message: int, attempt: int, tries: int) -> float:
        """Return the share of a delay that is waited, for the *tries*-th retry."""
        ...


@dataclass(slots=True)
class Message:
    """One message under way."""

    number: int
    due_s: float
    body_bytes: int
    attempt: int = 0
    joining: int = 0
    reason: str | None = None
    receipt: bool = False
    held: dict[str, float] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class PeerOutcome:
    """What the peer came to, by message and by resource."""

    marks: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[int, str] = field(default_factory=dict)
    attempts: dict[int, int] = field(default_factory=dict)
    cold: Counter[int] = field(default_factory=Counter)
    arrivals: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    wait_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


class _Refused(Exception):
    """A step has failed for good."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SimpyNetwork:
    """A network set up in a SimPy environment of its own; `run` it once."""

    def __init__(self, network: Network, luck: Luck) -> None:
        self.outcome = PeerOutcome()
        self.environment = simpy.Environment()
        self._network = network
        self._luck = luck
        self._occurrences = _occurrences_of(network)
        self._stations: dict[str, simpy.Resource] = {}
        self.buckets: dict[str, Bucket] = {}
        self.memories: dict[str, MemoryStore] = {}
        pools: dict[str, Pool] = {}
        for each in network.resources:
            match each:
                case Station():
                    self._stations[each.name] = simpy.Resource(self.environment, each.servers)
                case TokenBucket():
                    self.buckets[each.name] = Bucket(self.environment, each)
                case EnvironmentPool():
                    pools[each.name] = Pool(each)
                case Memory():
                    self.memories[each.name] = MemoryStore(self.environment, each)
        self.pools = Pools(self.environment, pools, network.account)
        # One event for all who wait for an end: they come in order, at the same instant.
        ends_s = {outage.to_s for each in network.resources for outage in each.outages}
        over = {to_s: self.environment.timeout(to_s) for to_s in sorted(ends_s)}
        self._outages = {
            each.name: [(outage.from_s, outage.to_s, over[outage.to_s]) for outage in each.outages]
            for each in network.resources
        }

    def run(self, arrivals: Arrivals) -> PeerOutcome:
        """Send the messages, and return the outcome when nothing is left to happen."""
        self.environment.process(self._source(arrivals))
        self.environment.run()
        return self.outcome

    def _source(self, arrivals: Arrivals) -> Passing:
        for number, due_s in enumerate(arrivals.due_s.tolist()):
            yield self.environment.timeout(due_s - self.environment.now)
            message = Message(number, due_s, int(arrivals.body_bytes[number]))
            self.environment.process(self._trunk(message, self._network.program, 0))

    def _trunk(self, message: Message, program: tuple[Step, ...], at: int) -> Passing:
        while at < len(program):
            step = program[at]
            at += 1
            if isinstance(step, Fork):
                message.joining = len(step.branches)
                for branch in step.branches[1:]:
                    begin = self.environment.event().succeed()
                    self.environment.process(self._branch(message, branch, at, begin))
                yield from self._branch(message, step.branches[0], at, None)
                return
            try:
                yield from self._step(message, step, message.held)
            except _Refused as refused:
                message.reason = refused.reason
                yield from self._end_failed(message)
                return
        self._end(message, "completed")

    def _branch(
        self,
        message: Message,
        branch: tuple[PlainStep, ...],
        then: int,
        begin: simpy.Event | None,
    ) -> Passing:
        """Go through a branch; whoever ends last goes on with the trunk."""
        if begin is not None:
            yield begin
        held: dict[str, float] = {}
        try:
            for step in branch:
                yield from self._step(message, step, held)
        except _Refused as refused:
            if message.reason is None:
                message.reason = refused.reason
            self._release(held)
        message.joining -= 1
        if message.joining > 0:
            return
        if message.reason is not None:
            yield from self._end_failed(message)
        else:
            yield from self._trunk(message, self._network.program, then)

    def _step(self, message: Message, step: PlainStep, held: dict[str, float]) -> Passing:
        match step:
            case Delay():
                yield self.environment.timeout(self._time_s(message, step, step.service_time))
            case Mark():
                after_s = self.environment.now - message.due_s
                self.outcome.marks[step.name][message.number] = after_s * 1e3
                message.receipt |= step.name == self._network.receipt
            case Release():
                self.pools.leave(step.pool, held.pop(step.pool))
            case Serve():
                yield from self._admit(message, step, step.station, step.refusal, held)
            case Take():
                yield from self._admit(message, step, step.bucket, step.refusal, held)
            case Invoke():
                yield from self._admit(message, step, step.pool, step.refusal, held)
            case Store() | Load() | Free():
                yield from self._admit(message, step, step.memory, step.refusal, held)

    def _admit(
        self,
        message: Message,
        step: PlainStep,
        name: str,
        refusal: Refusal,
        held: dict[str, float],
    ) -> Passing:
        """Try a step at a resource until it is done, by the step's rule of refusal."""
        tries = 0
        while True:
            self.outcome.arrivals[name] += 1
            over = self._outage_over(name)
            waits = isinstance(refusal, Wait)
            if over is None and (
                yield from self._try(message, step, waits, {} if held is None else held)
            ):
                return
            self.outcome.refusals[name] += 1
            match refusal:
                case Wait() if over is not None:
                    yield over
                case Fail(reason):
                    raise _Refused(reason)
                case Retry():
                    if tries == refusal.attempts:
                        raise _Refused(refusal.then.reason)
                    tries += 1
                    yield self.environment.timeout(self._delay_s(message, step, refusal, tries))

    def _try(
        self, message: Message, step: PlainStep, waits: bool, held: dict[str, float]
    ) -> Generator[simpy.Event, Any, bool]:
        """Do a step at its resource, or with *waits* stand in line for it."""
        environment, began_s = self.environment, self.environment.now
        match step:
            case Serve():
                with self._stations[step.station].request() as request:
                    yield request
                    self.outcome.wait_s[step.station] += environment.now - began_s
                    yield environment.timeout(self._time_s(message, step, step.service_time))
            case Take():
                bucket = self.buckets[step.bucket]
                tokens = step.tokens + step.tokens_per_byte * message.body_bytes
                if not bucket.take(tokens):
                    if not waits:
                        return False
                    yield bucket.line_up(tokens)
                    self.outcome.wait_s[step.bucket] += environment.now - began_s
            case Invoke():
                cold = self.pools.enter(step.pool)
                if cold is None:
                    if not waits:
                        return False
                    cold = yield self.pools.line_up(step.pool)
                    self.outcome.wait_s[step.pool] += environment.now - began_s
                held[step.pool] = environment.now
                if cold:
                    self.outcome.cold[message.number] |= 2 if message.receipt else 1
                    init = self.pools.pools[step.pool].description.init
                    yield environment.timeout(self._time_s(message, step, init))
            case Store():
                memory = self.memories[step.memory]
                size = int(message.body_bytes * step.body_share)
                key = memory.put(size)
                if key is None:
                    if not waits:
                        return False
                    key = yield memory.line_up(size)
                    self.outcome.wait_s[step.memory] += environment.now - began_s
                message.values[step.memory] = key
            case Load():
                if not self.memories[step.memory].has(message.values.get(step.memory, -1)):
                    raise _Refused(lost_from(step.memory))
            case Free():
                self.memories[step.memory].free(message.values.get(step.memory, -1))
        return True

    def _end_failed(self, message: Message) -> Passing:
        reason, sender = message.reason or "", self._network.sender
        self._release(message.held)
        again = sender is not None and (sender.reasons is None or reason in sender.reasons)
        if sender and again and not message.receipt and message.attempt < sender.attempts:
            message.attempt += 1
            delay_s = min(
                sender.max_delay_s, sender.first_s * sender.backoff ** (message.attempt - 1)
            )
            if sender.jitter == "full":
                delay_s *= self._luck.jitter(
                    "", 0, message.number, message.attempt, message.attempt
                )
            message.reason = None
            message.values.clear()
            yield self.environment.timeout(delay_s)
            yield from self._trunk(message, self._network.program, 0)
            return
        self._end(message, f"{reason}, after the receipt" if message.receipt else reason)

    def _release(self, held: dict[str, float]) -> None:
        for pool in list(held):
            self.pools.leave(pool, held.pop(pool))

    def _end(self, message: Message, name: str) -> None:
        self.outcome.names[message.number] = name
        self.outcome.attempts[message.number] = message.attempt + 1

    def _time_s(self, message: Message, step: PlainStep, service_time: ServiceTime) -> float:
        name, occurrence = self._occurrences[id(step)]
        return self._luck.service_s(
            service_time, name, occurrence, message.number, message.attempt, message.body_bytes
        )

    def _delay_s(self, message: Message, step: PlainStep, rule: Retry, tries: int) -> float:
        delay_s = min(rule.max_delay_s, rule.first_s * rule.backoff ** (tries - 1))
        if rule.jitter == "none":
            return delay_s
        name, occurrence = self._occurrences[id(step)]
        return delay_s * self._luck.jitter(name, occurrence, message.number, message.attempt, tries)

    def _outage_over(self, name: str) -> simpy.Event | None:
        """Return the event of the end of the outage that is now."""
        now_s = self.environment.now
        return next(
            (over for from_s, to_s, over in self._outages[name] if from_s <= now_s < to_s), None
        )


def _occurrences_of(network: Network) -> dict[int, tuple[str, int]]:
    """Return name and occurrence of each step's luck; by identity: equal steps have different."""
    counted: Counter[str] = Counter()
    found = {}
    for step in network.plain_steps():
        name = luck_name(step)
        found[id(step)] = (name, counted[name])
        counted[name] += 1
    return found
