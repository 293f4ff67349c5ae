"""Simulate a network: set up the kernel's world, run it piece by piece, and read the outcome."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network.arrivals import Arrivals
from sim.capacity.network.field_rules import check_count, check_positive
from sim.capacity.network.flat_network import FlatNetwork, flatten
from sim.capacity.network.kernel import codes
from sim.capacity.network.kernel.records import (
    CLOCK,
    ENTRY,
    EVENT,
    ROW,
    SLOT,
    TOKEN,
    World,
)
from sim.capacity.network.kernel.run import run
from sim.capacity.network.network import Network
from sim.capacity.network.outcome import Outcome, outcome_names, series_of, totals_of
from sim.capacity.network.refusal import Wait
from sim.capacity.network.resources import EnvironmentPool, Memory, TokenBucket
from sim.capacity.network.room import grown
from sim.capacity.network.service_time import Constant
from sim.capacity.network.steps import Delay, Store, Take
from sim.errors import NetworkError

Progress = Callable[[float, float], None]
"""Told the share of the messages that have arrived, and the simulated time in seconds."""

_PIECE_EVENTS: Final = 1_000_000
"""Events between two looks at Ctrl-C and calls of the progress: a fraction of a second."""

_FIRST_ROOM: Final = 1_024
_SEEDS: Final = 1 << 64

Scalar = TypeVar("Scalar", bound=np.generic)


def prepare() -> None:
    """Compile the kernel, or load it from where an earlier run has kept it.

    The first simulation of a process would do it too; called by itself it can be shown as a phase
    of its own: about fifteen seconds once, then a fraction of one.
    """
    arrivals = Arrivals(np.zeros(1), np.zeros(1, np.uint32))
    simulate(Network((), (Delay(Constant(0.0)),)), arrivals)


def simulate(
    network: Network,
    arrivals: Arrivals,
    *,
    seed: int = 0,
    interval_s: int = 60,
    until_s: float | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Send messages through a network.

    Parameters
    ----------
    network
        What they go through.
    arrivals
        When they are due, and their sizes; left as they are.
    seed
        Of all luck, which depends on it, the message's number, the step's name and nothing else.
    interval_s
        Seconds of one row of the time series, whole.
    until_s
        Where the simulation stops, whatever is still under way; `None`: when all messages have
        ended, or none can go on.
    progress
        Called after every million events.

    Raises
    ------
    NetworkError
        When an argument cannot be, or a value could never be stored.
    """
    check_count("interval_s", interval_s, 1)
    if until_s is not None:
        check_positive("until_s", until_s)
    if not 0 <= seed < _SEEDS:
        raise NetworkError(f"seed is {seed}.", "Give a whole number of 64 bits, at least 0.")
    _check_sizes(network, arrivals)
    _check_bursts(network, arrivals)
    flat = flatten(network)
    world = _world(network, flat, arrivals, seed, interval_s)
    ends_s = np.inf if until_s is None else float(until_s)
    messages = len(arrivals.due_s)
    while True:
        state = run(world, ends_s, _PIECE_EVENTS)
        if state == codes.DONE:
            break
        world = grown(world, state)
        if progress is not None and state == codes.PAUSED:
            clock = world.clock[0]
            progress(clock["arrived"] / messages, float(clock["now_s"]))
    return _outcome(network, world)


def _check_sizes(network: Network, arrivals: Arrivals) -> None:
    """Refuse a value that waits for more room than there is: it would wait for ever."""
    largest = int(arrivals.body_bytes.max(initial=0))
    for step in network.plain_steps():
        if isinstance(step, Store) and isinstance(step.refusal, Wait):
            memory = network.resource(step.memory)
            if not isinstance(memory, Memory):
                continue
            size = int(largest * step.body_share) + memory.overhead_bytes
            if size > memory.capacity_bytes:
                raise NetworkError(
                    f"Store in {step.memory}: the largest value has {size} bytes, above its "
                    f"capacity_bytes of {memory.capacity_bytes}, and Wait would never end.",
                    "Choose Fail or Retry, or raise Memory.capacity_bytes.",
                )


def _check_bursts(network: Network, arrivals: Arrivals) -> None:
    """Refuse a message that wants more tokens than its bucket ever holds."""
    largest = int(arrivals.body_bytes.max(initial=0))
    for step in network.plain_steps():
        if not isinstance(step, Take):
            continue
        bucket = network.resource(step.bucket)
        wanted = step.tokens + step.tokens_per_byte * largest
        if isinstance(bucket, TokenBucket) and wanted > bucket.burst:
            raise NetworkError(
                f"Take from {step.bucket}: the largest message wants {wanted:g} tokens, more than "
                f"its burst of {bucket.burst:g}.",
                "It could never be: take less, or raise TokenBucket.burst.",
            )


def _world(
    network: Network, flat: FlatNetwork, arrivals: Arrivals, seed: int, interval_s: int
) -> World:
    messages = len(arrivals.due_s)
    last_s = float(arrivals.due_s[-1]) if messages else 0.0
    rows = int(last_s / interval_s) + 16
    room = max(_FIRST_ROOM, 4 * (len(flat.steps) + flat.branches))
    holds = len(flat.hold_pools)
    clock = np.zeros(1, CLOCK)
    shared = np.iinfo(np.int64).max
    if network.account is not None:
        shared = network.account.concurrency - sum(
            pool.reserved or 0 for pool in network.resources if isinstance(pool, EnvironmentPool)
        )
    start: dict[str, Any] = {
        "seed": seed,
        "row_windows": interval_s,
        "free_token": -1,
        "free_slot": -1,
        "free_entry": -1,
        "spare_tokens": room,
        "spare_slots": room,
        "spare_entries": room,
        "branches": flat.branches,
        "holds": holds,
        "values": flat.values,
        "sender": flat.sender,
        "shared": shared,
    }
    for field, value in start.items():
        clock[field] = value
    return World(
        steps=flat.steps,
        services=flat.services,
        tables=flat.tables,
        rules=flat.rules,
        retried=flat.retried,
        outages=flat.outages,
        hold_pools=flat.hold_pools,
        resources=flat.resources,
        clock=clock,
        heap=np.empty(room + len(flat.resources), EVENT),
        tokens=np.empty(room, TOKEN),
        slots=np.empty(room, SLOT),
        entries=np.empty(room, ENTRY),
        holds=np.empty(room * holds),
        values=np.empty(room * flat.values, np.int64),
        due_s=_read_only(np.ascontiguousarray(arrivals.due_s, np.float64)),
        body_bytes=_read_only(np.ascontiguousarray(arrivals.body_bytes, np.uint32)),
        marks=np.full((max(1, len(network.marks())), messages), np.nan, np.float32),
        flags=np.zeros((3, messages), np.uint8),
        rows=np.zeros((rows, len(flat.resources)), ROW),
        row_ends_s=np.zeros(rows),
    )


def _read_only(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return a view of an array that the kernel cannot write to.

    It is then of one type for the compiler, whether or not the caller's can be written to.
    """
    view = array.view()
    view.flags.writeable = False
    return view


def _outcome(network: Network, world: World) -> Outcome:
    clock = world.clock[0]
    count = int(clock["row"])
    ends_s = world.row_ends_s[:count].copy()
    series: dict[int, dict[str, Any]] = {
        kind: {} for kind in (codes.STATION, codes.BUCKET, codes.POOL, codes.MEMORY)
    }
    totals = {}
    for number, resource in enumerate(network.resources):
        record = world.resources[number]
        rows = world.rows[:count, number]
        series[int(record["kind"])][resource.name] = series_of(record, rows, ends_s)
        totals[resource.name] = totals_of(record)
    return Outcome(
        marks={name: world.marks[number] for number, name in enumerate(network.marks())},
        code=world.flags[codes.OUTCOME],
        names=outcome_names(network.reasons()),
        attempts=world.flags[codes.ATTEMPTS],
        cold=world.flags[codes.COLD],
        interval_ends_s=ends_s,
        stations=series[codes.STATION],
        buckets=series[codes.BUCKET],
        pools=series[codes.POOL],
        memories=series[codes.MEMORY],
        totals=totals,
        ended_s=float(clock["now_s"]),
        events=int(clock["events"]),
    )
