"""How many messages are bad whatever the luck: what rules a configuration out unsimulated.

Each bound counts work that cannot be done in time, or bytes that cannot be in memory together, so
it never rules out what would keep its objectives. Formulas for waits (M/G/k) are no such bounds:
they are means of a steady state, and are held beside the winner's simulation instead (`checks`).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network import (
    Arrivals,
    Bandwidth,
    Constant,
    Delay,
    Fork,
    Mark,
    Memory,
    Network,
    PlainStep,
    Resource,
    Serve,
    Station,
    Step,
    Store,
    Take,
    TokenBucket,
)
from sim.capacity.pipeline import names
from sim.objective import Objective

STORED_WITHIN_S: Final = 60.0
"""Beyond its upload, a message that is not refused is stored within so much of its due time: no
step before the store waits in a line, and inits and slow tails take seconds."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bound:
    """At least so many messages miss an objective, for a reason."""

    objective: Objective
    bad: int
    allowed: int
    because: str

    def __str__(self) -> str:
        return (
            f"{self.objective.text} cannot be met: {self.because}, so at least {self.bad:,} "
            f"messages miss it, {max(0, self.allowed):,} allowed"
        )


class Bounds:
    """What a load alone rules out.

    Parameters
    ----------
    upload_s
        What sending each message takes; steps with measured quantiles count nothing beside it.
    """

    def __init__(self, arrivals: Arrivals, upload_s: Floats) -> None:
        self._arrivals, self._upload_s = arrivals, upload_s
        # Most configurations share most of their resources.
        self._known: dict[tuple[object, ...], int] = {}
        self._fillings: dict[tuple[object, ...], _Filled] = {}

    def ruled_out(self, network: Network, objectives: tuple[Objective, ...]) -> tuple[Bound, ...]:
        """Return the objectives that a network is sure to miss, each with its first reason."""
        due = len(self._arrivals.due_s)
        found: dict[Objective, Bound] = {}
        for objective in objectives if due else ():
            allowed = objective.allowed(due)
            for bad, because in self._bad(network, objective):
                if bad > allowed and objective not in found:
                    found[objective] = Bound(objective, bad, allowed, because)
        return tuple(found.values())

    def _bad(self, network: Network, objective: Objective) -> Iterator[tuple[int, str]]:
        if objective.quantity == "refused":
            # Who sends again may be late instead of refused.
            if network.sender is None:
                yield from self._by_memory(
                    network, STORED_WITHIN_S + float(self._upload_s.max(initial=0.0))
                )
            return
        if objective.quantity == "loss":
            return
        limit_s = objective.limit / 1e3
        mark = names.RECEIPT if objective.quantity == "blocking" else names.COMPLETE
        steps = _steps_before(network.program, mark)
        yield self._too_slow_alone(steps, limit_s), "sending and computing alone take longer"
        yield from self._by_memory(network, limit_s)
        for step in steps:
            match step:
                case Take():
                    resource = network.resource(step.bucket)
                case Serve(service_time=Bandwidth()):
                    resource = network.resource(step.station)
                case _:
                    continue
            yield self._late(step, resource, limit_s), f"{resource.name} is too slow at the peak"

    def _too_slow_alone(self, steps: list[PlainStep], limit_s: float) -> int:
        times = tuple(step.service_time for step in steps if isinstance(step, Delay | Serve))
        known = tuple(time for time in times if isinstance(time, Constant | Bandwidth))

        def count() -> int:
            least_s = self._upload_s.copy()
            for time in known:
                least_s += _time_s(time, self._arrivals)
            return int((least_s > limit_s).sum())

        return self._once((known, limit_s), count)

    def _by_memory(self, network: Network, within_s: float) -> Iterator[tuple[int, str]]:
        for step in network.plain_steps():
            if not isinstance(step, Store):
                continue
            memory = network.resource(step.memory)
            if isinstance(memory, Memory) and memory.when_full == "refuse":
                bad = self._filled(step, memory, within_s).beyond(memory.capacity_bytes)
                size = f"{memory.capacity_bytes / 2**30:.2f} GiB"
                yield bad, f"{memory.name} holds {size}, too little at the peak"

    def _filled(self, store: Store, memory: Memory, within_s: float) -> "_Filled":
        key = (store, memory.overhead_bytes, memory.time_to_live_s, within_s)
        if key not in self._fillings:
            self._fillings[key] = _filled(self._arrivals, store, memory, within_s)
        return self._fillings[key]

    def _late(self, step: PlainStep, resource: Resource, limit_s: float) -> int:
        arrivals = self._arrivals
        match step, resource:
            case Take(), TokenBucket():
                wanted = step.tokens + step.tokens_per_byte * arrivals.body_bytes.astype(np.float64)
                rate, burst = resource.rate_per_s, resource.burst
            case Serve(service_time=Bandwidth() as time), Station():
                wanted, rate, burst = _time_s(time, arrivals), float(resource.servers), 0.0
            case _:
                return 0
        return self._once(
            (step, resource, limit_s), partial(_late, arrivals, wanted, rate, burst, limit_s)
        )

    def _once(self, key: tuple[object, ...], count: Callable[[], int]) -> int:
        if key not in self._known:
            self._known[key] = count()
        return self._known[key]


def _late(arrivals: Arrivals, wanted: Floats, rate: float, burst: float, limit_s: float) -> int:
    """Return how many come too late to a resource that does *rate* of what is *wanted* a second.

    Those due in an interval that are in time are done between its begin and *limit_s* behind its
    end, and of any interval no more is done than burst and rate allow. The worst interval is the
    largest difference of a running sum.
    """
    done = np.cumsum(wanted)
    behind = done - rate * arrivals.due_s
    ahead = np.minimum.accumulate(done - wanted - rate * arrivals.due_s)
    excess = float((behind - ahead).max()) - burst - rate * limit_s
    return _messages(excess, float(wanted.max()))


@dataclass(frozen=True, slots=True)
class _Filled:
    """How full a memory without limits would be of messages that are in time.

    Attributes
    ----------
    most_bytes
        At the fullest moment.
    apart_bytes
        At moments a lifetime apart: each is about different messages, so excesses add up.
    largest_bytes
        Of one message.
    """

    most_bytes: float
    apart_bytes: Floats
    largest_bytes: float

    def beyond(self, capacity_bytes: float) -> int:
        """Return how many messages at least have no room."""
        excess = self.apart_bytes - capacity_bytes
        added = sum(_messages(float(each), self.largest_bytes) for each in excess[excess > 0])
        return max(_messages(self.most_bytes - capacity_bytes, self.largest_bytes), added)


def _filled(arrivals: Arrivals, store: Store, memory: Memory, within_s: float) -> _Filled:
    """Return how full a memory is if messages are stored *within_s* of their due time.

    Whatever is due between one lifetime and *within_s* before a moment is there at that moment.
    """
    lifetime_s = memory.time_to_live_s
    if lifetime_s is None or lifetime_s <= within_s:
        return _Filled(0.0, np.zeros(0), 1.0)
    sizes = np.floor(arrivals.body_bytes * store.body_share) + memory.overhead_bytes
    filled = np.concatenate([[0.0], np.cumsum(sizes)])
    due_s = arrivals.due_s

    def bytes_at(moments_s: Floats) -> Floats:
        from_ = np.searchsorted(due_s, moments_s - lifetime_s, side="right")
        to = np.searchsorted(due_s, moments_s - within_s, side="right")
        return np.asarray(filled[to] - filled[from_])

    apart_s = np.arange(due_s[0] + lifetime_s, due_s[-1] + 2 * lifetime_s, lifetime_s)
    most = float(bytes_at(due_s + within_s).max())
    return _Filled(most, bytes_at(apart_s), float(sizes.max()))


def _messages(excess: float, largest: float) -> int:
    """Return the fewest messages that make up an excess; a millionth is left to rounding."""
    return max(0, math.ceil(excess * (1 - 1e-6) / largest - 1e-6))


def _steps_before(program: tuple[Step, ...], mark: str) -> list[PlainStep]:
    """Return the steps that all lie before a mark, one after the other; branches left out."""
    before = takewhile(lambda step: not (isinstance(step, Mark) and step.name == mark), program)
    return [step for step in before if not isinstance(step, Fork)]


def _time_s(time: Constant | Bandwidth, arrivals: Arrivals) -> Floats:
    """Return what a step without luck takes each message."""
    if isinstance(time, Constant):
        return np.full(len(arrivals.due_s), time.seconds)
    return np.asarray(time.seconds + arrivals.body_bytes / time.bytes_per_s)
