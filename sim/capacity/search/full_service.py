"""What a network uses when each message gets what it came for at once: by means, undrawn.

The month's bill of it is nearly that of a simulation that holds, and costs no simulation. It does
not become lower where messages are refused, as a simulated bill does: a configuration must not look
cheap for what it turns away.
"""

from collections.abc import Iterable

import numpy as np

from sim.capacity.mean_time import mean_s
from sim.capacity.network import (
    Arrivals,
    Delay,
    EnvironmentPool,
    Fork,
    Invoke,
    Network,
    Outcome,
    PlainStep,
    Release,
    Serve,
    Step,
    Store,
    Take,
    Totals,
)
from sim.capacity.network.outcome import outcome_names
from sim.capacity.pipeline import Surroundings, pipeline_network
from sim.capacity.search.candidates import Candidate
from sim.capacity.usage import Kept, month_usage
from sim.latency.network import Network as SenderNetwork
from sim.prices import Bill, PriceList, Usage, bill_of


def full_service(network: Network, body_bytes: int) -> Outcome:
    """Return the outcome of one message of a mean size that waits nowhere and is never refused.

    Times and amounts are linear in the size, so the mean size stands for a mixture of sizes.
    """
    size = np.array([body_bytes], np.uint32)
    used: dict[str, dict[str, float]] = {
        resource.name: dict.fromkeys(Totals.__dataclass_fields__, 0)
        for resource in network.resources
    }
    for line in _lines(network.program):
        inside: dict[str, float] = {}
        for step in line:
            match step:
                case Take():
                    used[step.bucket]["arrivals"] += 1
                    used[step.bucket]["taken"] += step.tokens + step.tokens_per_byte * body_bytes
                case Store():
                    used[step.memory]["arrivals"] += 1
                case Invoke():
                    used[step.pool]["arrivals"] += 1
                    inside[step.pool] = _half_step_s(network, step.pool)
                case Release():
                    used[step.pool]["billed_s"] += inside.pop(step.pool)
                case Delay() | Serve():
                    for pool in inside:
                        inside[pool] += mean_s(step.service_time, size)
    return Outcome(
        marks={mark: np.zeros(1, np.float32) for mark in network.marks()},
        code=np.ones(1, np.uint8),
        names=outcome_names(network.reasons()),
        attempts=np.ones(1, np.uint8),
        cold=np.zeros(1, np.uint8),
        interval_ends_s=np.ones(1),
        stations={},
        buckets={},
        pools={},
        memories={},
        totals={name: Totals(**values) for name, values in used.items()},  # type: ignore[arg-type]
        ended_s=1.0,
        events=0,
    )


def full_service_bill(
    candidate: Candidate,
    around: Surroundings,
    mean_body_bytes: float,
    messages_per_month: float,
    prices: PriceList,
    kept: Kept | None = None,
) -> Bill:
    """Return the month's bill of a configuration that carries every message.

    Raises
    ------
    sim.errors.PriceError
        If the node type is in no price list.
    """
    size = max(1, round(mean_body_bytes))
    network = pipeline_network(
        candidate.design, candidate.strategy, around, sender=SenderNetwork(), body_bytes=[size]
    )
    usage = full_service_usage(candidate, network, size, messages_per_month, kept)
    return bill_of(usage, prices)


def full_service_usage(
    candidate: Candidate,
    network: Network,
    body_bytes: int,
    messages_per_month: float,
    kept: Kept | None = None,
) -> Usage:
    """Return what a month of messages of a mean size uses."""
    return month_usage(
        candidate.design,
        candidate.strategy,
        Arrivals(np.zeros(1), np.array([body_bytes], np.uint32)),
        full_service(network, body_bytes),
        messages_per_month=messages_per_month,
        kept=kept,
    )


def _half_step_s(network: Network, pool: str) -> float:
    """Return what rounding up to the billing step adds in the mean."""
    resource = network.resource(pool)
    return resource.billing_step_s / 2 if isinstance(resource, EnvironmentPool) else 0.0


def _lines(program: Iterable[Step]) -> Iterable[list[PlainStep]]:
    """Yield the trunk, and each branch by itself: an invocation ends where it began."""
    trunk: list[PlainStep] = []
    for step in program:
        if isinstance(step, Fork):
            yield from (list(branch) for branch in step.branches)
        else:
            trunk.append(step)
    yield trunk
