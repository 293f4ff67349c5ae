"""A local stack as a network of queues: few cores, and processes that do one thing at a time.

The API server, LocalStack, the table server and the load generator each run Python in one thread:
who comes while one is at work waits for it. What they do, and what functions and the cache do,
needs a core, for a time slice at a time; the cores go round by slices, as the kernel's scheduler
has them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from bench.plan_validation.processor_time import (
    CACHE,
    ENVIRONMENTS,
    GENERATOR,
    LOCALSTACK,
    SERVER,
    TABLES,
)
from sim.capacity.design import Strategy
from sim.capacity.network import (
    Constant,
    Delay,
    Empirical,
    EnvironmentPool,
    Fork,
    Invoke,
    Mark,
    Network,
    PlainStep,
    Release,
    Resource,
    Serve,
    Station,
    Wait,
)
from sim.capacity.pipeline.names import COMPLETE, RECEIPT

CORES: Final = "cores"
SINGLE_THREADED: Final = (SERVER, LOCALSTACK, TABLES, GENERATOR)

_PUBLISHES: Final = 4
_SERVER_VISITS: Final = 12
"""Of the server behind the receipt: a state entered or a task's end each; see the definition."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Processor seconds of one message.

    Attributes
    ----------
    blocking_s, behind_s
        By part: until the receipt, and behind it.
    """

    blocking_s: Mapping[str, float]
    behind_s: Mapping[str, float]

    @property
    def total_s(self) -> float:
        """Of all parts."""
        return sum(self.blocking_s.values()) + sum(self.behind_s.values())


@dataclass(frozen=True, slots=True)
class Machine:
    """What the processes run on.

    Attributes
    ----------
    slice_s
        How long one keeps a core while others want it.
    """

    cores: int
    slice_s: float


def local_network(
    strategy: Strategy, demand: Demand, machine: Machine, rest: Empirical | None = None
) -> Network:
    """Return the network of one strategy and one body size.

    Parameters
    ----------
    rest
        What a receipt takes on top, whatever the load: measured, and not explained.
    """
    resources: tuple[Resource, ...] = (
        Station(CORES, machine.cores),
        *(
            EnvironmentPool(part, Constant(0.0), idle_expiry_s=1e9, reserved=1)
            for part in SINGLE_THREADED
        ),
    )
    receipt = [Delay(rest, luck="rest")] if rest is not None else []
    return Network(
        resources=resources,
        program=(
            *receipt,
            *_blocking(strategy, demand.blocking_s, machine.slice_s),
            Mark(RECEIPT),
            *_behind(demand.behind_s, machine.slice_s),
            Mark(COMPLETE),
        ),
        receipt=RECEIPT,
    )


def _blocking(
    strategy: Strategy, blocking_s: Mapping[str, float], slice_s: float
) -> Iterable[PlainStep]:
    server_s = blocking_s.get(SERVER, 0.0)
    store = LOCALSTACK if strategy == "s3-first" else CACHE
    generator_s = blocking_s.get(GENERATOR, 0.0)
    yield from _work(GENERATOR, generator_s / 2, slice_s)
    yield from _work(SERVER, server_s / 2, slice_s)
    yield from _work(ENVIRONMENTS, blocking_s.get(ENVIRONMENTS, 0.0) / 2, slice_s)
    yield from _work(store, blocking_s.get(store, 0.0), slice_s)
    yield from _work(ENVIRONMENTS, blocking_s.get(ENVIRONMENTS, 0.0) / 2, slice_s)
    yield from _work(SERVER, server_s / 2, slice_s)
    yield from _work(GENERATOR, generator_s / 2, slice_s)


def _behind(behind_s: Mapping[str, float], slice_s: float) -> Iterable[PlainStep | Fork]:
    """Return the state machine's work: three branches, then the aggregate and its publication."""
    stack_s = behind_s.get(LOCALSTACK, 0.0)
    publish_s = min(stack_s / (_PUBLISHES + 1), stack_s)
    archive_s = stack_s - _PUBLISHES * publish_s
    state_s = behind_s.get(SERVER, 0.0) / _SERVER_VISITS
    function_s = behind_s.get(ENVIRONMENTS, 0.0) / 3
    row_s = behind_s.get(TABLES, 0.0) / 2

    def states(number: int) -> list[tuple[str, float]]:
        return [(SERVER, state_s)] * number

    announce = [*states(1), (LOCALSTACK, publish_s), *states(1)]
    archive = [
        *states(1),
        (ENVIRONMENTS, function_s),
        (CACHE, behind_s.get(CACHE, 0.0)),
        (LOCALSTACK, archive_s),
        *states(1),
        (LOCALSTACK, publish_s),
        *states(1),
    ]
    metadata = [
        *states(1),
        (ENVIRONMENTS, function_s),
        (TABLES, row_s),
        *states(1),
        (LOCALSTACK, publish_s),
        *states(1),
    ]
    last = [
        *states(1),
        (ENVIRONMENTS, function_s),
        (TABLES, row_s),
        *states(1),
        (LOCALSTACK, publish_s),
        *states(2),
    ]
    yield Fork(tuple(_in_turn(branch, slice_s) for branch in (announce, archive, metadata)))
    yield from _in_turn(last, slice_s)


def _in_turn(visits: Iterable[tuple[str, float]], slice_s: float) -> tuple[PlainStep, ...]:
    return tuple(chain.from_iterable(_work(part, each_s, slice_s) for part, each_s in visits))


def _work(part: str, seconds: float, slice_s: float) -> list[PlainStep]:
    """Return one visit: the process is kept from first to last slice, a core for each of them."""
    if seconds <= 0:
        return []
    slices = max(1, round(seconds / slice_s))
    worked: list[PlainStep] = [
        Serve(CORES, Constant(seconds / slices), luck=f"{part} slice") for _ in range(slices)
    ]
    if part not in SINGLE_THREADED:
        return worked
    return [Invoke(part, Wait(), luck=part), *worked, Release(part)]
