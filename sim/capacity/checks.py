"""What laws of queueing say of a simulation, beside what the simulation says of itself.

The utilisation law and Little's law hold whatever the arrivals are; a difference there is an error
of one of the two. Formulas for waits suppose Poisson arrivals at a steady rate; a difference there
may be the load's, and is shown all the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.capacity.mean_time import mean_s
from sim.capacity.network import (
    Arrivals,
    Delay,
    EnvironmentPool,
    Fork,
    Invoke,
    Mark,
    Memory,
    Network,
    Outcome,
    PlainStep,
    Release,
    Serve,
    Station,
    Step,
    Store,
)
from sim.capacity.queueing import in_system, mgk_wait_s, utilisation

LAW_TOLERANCE: Final = 0.03
"""Relative; what chance leaves of a mean over some thousand messages."""

WAIT_TOLERANCE: Final = 0.25
"""Relative; of a formula whose suppositions hold nearly."""

LEAST_WAIT_S: Final = 1e-4
"""A wait below this is not compared: of a latency of tens of milliseconds it is nothing."""


FEWEST_COMPLETED: Final = 0.99
"""Share of the messages below which means over all of them say nothing of a step."""


@dataclass(frozen=True, slots=True)
class Check:
    """One quantity, by formula and by simulation.

    Attributes
    ----------
    agrees
        Whether the two are as close as the law asks.
    """

    what: str
    law: str
    formula: float
    simulated: float
    unit: str
    agrees: bool


def checks(network: Network, arrivals: Arrivals, outcome: Outcome) -> list[Check]:
    """Hold a simulation against formulas.

    Messages that were refused are in neither: the rates are of those who came to each resource.
    """
    elapsed_s = max(outcome.ended_s, 1e-9)
    found: list[Check] = []
    for resource in network.resources:
        match resource:
            case Station():
                found += _station(network, arrivals, outcome, resource, elapsed_s)
            case EnvironmentPool():
                found += _pool(network, arrivals, outcome, resource, elapsed_s)
            case Memory():
                found += _memory(network, arrivals, outcome, resource, elapsed_s)
    return [*found, *_receipt(network, arrivals, outcome)]


def _station(
    network: Network, arrivals: Arrivals, outcome: Outcome, station: Station, elapsed_s: float
) -> Iterator[Check]:
    totals = outcome.totals[station.name]
    visits = [
        mean_s(step.service_time, arrivals.body_bytes)
        for step in network.plain_steps()
        if isinstance(step, Serve) and step.station == station.name
    ]
    if not totals.arrivals or not visits:
        return
    service_s = float(np.mean(visits))
    rate_per_s = totals.arrivals / elapsed_s
    yield _law(
        f"{station.name}: busy",
        "utilisation law",
        100 * utilisation(rate_per_s, service_s, station.servers),
        100 * totals.busy_s / elapsed_s / station.servers,
        "%",
    )
    variation = float(np.var(visits)) / service_s**2
    variation += _size_variation(network, arrivals, station)
    formula_s = mgk_wait_s(rate_per_s, service_s, variation, station.servers)
    simulated_s = totals.wait_s / totals.arrivals
    if max(formula_s, simulated_s) >= LEAST_WAIT_S:
        yield Check(
            f"{station.name}: mean wait",
            "M/G/k",
            1e3 * formula_s,
            1e3 * simulated_s,
            "ms",
            _close(formula_s, simulated_s, WAIT_TOLERANCE),
        )


def _size_variation(network: Network, arrivals: Arrivals, station: Station) -> float:
    """Return the squared coefficient of variation that the bodies' sizes give a service time."""
    step = next(
        each
        for each in network.plain_steps()
        if isinstance(each, Serve) and each.station == station.name
    )
    sizes, counts = np.unique(arrivals.body_bytes, return_counts=True)
    each_s = np.array(
        [mean_s(step.service_time, np.array([size], dtype=np.uint32)) for size in sizes]
    )
    mean = float(np.average(each_s, weights=counts))
    return float(np.average((each_s - mean) ** 2, weights=counts)) / mean**2 if mean else 0.0


def _pool(
    network: Network, arrivals: Arrivals, outcome: Outcome, pool: EnvironmentPool, elapsed_s: float
) -> Iterator[Check]:
    totals = outcome.totals[pool.name]
    entered = totals.arrivals - totals.refusals
    if not entered:
        return
    held_s = _held_s(network, arrivals, pool.name)
    completed = outcome.counts().get("completed", 0)
    if held_s is None or completed < FEWEST_COMPLETED * len(outcome.code):
        return  # those that fail while they hold an environment hold it for less
    held_s += totals.init_s / entered
    yield _law(
        f"{pool.name}: busy in the mean",
        "Little's law",
        in_system(entered / elapsed_s, held_s),
        totals.busy_s / elapsed_s,
        "environments",
    )


def _held_s(network: Network, arrivals: Arrivals, pool: str) -> float | None:
    """Return how long an invocation keeps its environment in the mean, without its init."""
    for steps in _lines(network.program):
        inside, held_s = False, 0.0
        for step in steps:
            if isinstance(step, Invoke) and step.pool == pool:
                inside = True
            elif isinstance(step, Release) and step.pool == pool:
                return held_s
            elif inside and isinstance(step, Delay | Serve):
                held_s += mean_s(step.service_time, arrivals.body_bytes)
    return None


def _lines(program: Iterable[Step]) -> Iterator[list[PlainStep]]:
    """Yield the trunk of a program, and each branch by itself."""
    trunk: list[PlainStep] = []
    for step in program:
        if isinstance(step, Fork):
            yield from (list(branch) for branch in step.branches)
        else:
            trunk.append(step)
    yield trunk


def _memory(
    network: Network, arrivals: Arrivals, outcome: Outcome, memory: Memory, elapsed_s: float
) -> Iterator[Check]:
    totals = outcome.totals[memory.name]
    if memory.time_to_live_s is None or not totals.stored_bytes or totals.evictions:
        return
    step = next(
        each
        for each in network.plain_steps()
        if isinstance(each, Store) and each.memory == memory.name
    )
    stored = totals.arrivals - totals.refusals
    if stored < len(arrivals.due_s):
        return  # those that found no room are not like the others
    # Each value stays its time to live, or until the simulation ends.
    stays_s = np.minimum(memory.time_to_live_s, np.maximum(0.0, elapsed_s - arrivals.due_s))
    sizes = np.floor(arrivals.body_bytes * step.body_share) + memory.overhead_bytes
    yield _law(
        f"{memory.name}: filled in the mean",
        "Little's law",
        float((sizes * stays_s).sum()) / elapsed_s / 2**30,
        totals.busy_s / elapsed_s / 2**30,
        "GiB",
    )


def _receipt(network: Network, arrivals: Arrivals, outcome: Outcome) -> Iterator[Check]:
    """Hold the mean wait for the receipt against the sum of its steps' means and their waits."""
    if network.receipt is None:
        return
    known = np.isfinite(outcome.marks[network.receipt]) & (outcome.attempts == 1)
    known &= (outcome.cold & 1) == 0
    if not known.any():
        return
    total_s = 0.0
    for step in network.program:
        if isinstance(step, Mark) and step.name == network.receipt:
            break
        if isinstance(step, Delay | Serve):
            total_s += mean_s(step.service_time, arrivals.body_bytes[known])
        if isinstance(step, Serve):
            totals = outcome.totals[step.station]
            total_s += totals.wait_s / max(1, totals.arrivals)
    yield _law(
        "mean wait for the receipt, warm",
        "sum of its steps",
        1e3 * total_s,
        float(outcome.marks[network.receipt][known].mean(dtype=np.float64)),
        "ms",
    )


def _law(what: str, law: str, formula: float, simulated: float, unit: str) -> Check:
    return Check(what, law, formula, simulated, unit, _close(formula, simulated, LAW_TOLERANCE))


def _close(one: float, other: float, tolerance: float) -> bool:
    return bool(abs(one - other) <= tolerance * max(abs(one), abs(other)))
