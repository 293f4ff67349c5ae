"""A plan's answer for one strategy: does it hold, what breaks first, how slow, what it costs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.capacity.checks import Check, checks
from sim.capacity.design import Design, Strategy
from sim.capacity.latencies import Fates, Latencies, fates, latencies
from sim.capacity.limits import LimitUse, breaks_at, first_to_break, limit_uses
from sim.capacity.network import Arrivals, Network, Outcome, RetryFromStart, simulate
from sim.capacity.pipeline import Surroundings, pipeline_network
from sim.capacity.usage import Kept, month_usage
from sim.latency.network import Network as SenderNetwork
from sim.prices import Bill, PriceList, bill_of

PEAK_WINDOW_S = 60
"""The peak rate is that of the busiest window of so many seconds, as limits are looked at."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent.

    Attributes
    ----------
    arrivals
        Of the time that is simulated.
    messages_per_month
        That the bill is for.
    sender
        The way from a sender to the gateway.
    retries
        How a sender sends again; None: it does not.
    """

    arrivals: Arrivals
    messages_per_month: float
    sender: SenderNetwork
    retries: RetryFromStart | None = None

    @property
    def largest_body_bytes(self) -> int:
        """The largest body, 0 of none."""
        return int(self.arrivals.body_bytes.max(initial=0))

    @property
    def peak_rate_per_s(self) -> float:
        """Arrivals a second in the busiest minute."""
        due_s = self.arrivals.due_s
        if not len(due_s):
            return 0.0
        counts = np.bincount((due_s // PEAK_WINDOW_S).astype(np.int64))
        # A load shorter than the window has been spread over its own length.
        length_s = min(float(PEAK_WINDOW_S), max(float(due_s[-1]), 1.0))
        return float(counts.max()) / length_s


@dataclass(frozen=True, slots=True)
class Answer:
    """What a plan says of one strategy.

    Attributes
    ----------
    limits
        The most used first.
    first
        The limit that is reached first as the rate grows, and `first_at_per_s` the peak rate at
        which that is, if use grows in proportion.
    checks
        The simulation beside closed formulas.
    network, outcome
        What was simulated, and what came of it: for pictures.
    """

    strategy: Strategy
    design: Design
    fates: Fates
    latencies: Latencies
    limits: tuple[LimitUse, ...]
    first: LimitUse | None
    first_at_per_s: float | None
    checks: tuple[Check, ...]
    bill: Bill
    network: Network
    outcome: Outcome

    @property
    def holds(self) -> bool:
        """Whether every message got its receipt and was archived, and no limit was reached."""
        return (
            self.fates.acknowledged == 1.0
            and not self.fates.unfinished_after_receipt
            and all(use.share < 1 for use in self.limits)
        )

    @property
    def disagreements(self) -> tuple[Check, ...]:
        """Checks in which formula and simulation differ."""
        return tuple(check for check in self.checks if not check.agrees)


def answer(
    design: Design,
    strategy: Strategy,
    around: Surroundings,
    load: Load,
    prices: PriceList,
    *,
    seed: int = 0,
    kept: Kept | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> Answer:
    """Simulate a load on a design, and say what came of it.

    Parameters
    ----------
    kept
        Retention, and the month that is billed.
    progress
        Told the share of the messages that have arrived, and the simulated time in seconds.

    Raises
    ------
    ValueError
        If there is no message.
    sim.errors.NetworkError, sim.errors.PriceError
        If a value cannot be, or a node type has no price.
    """
    if not len(load.arrivals.due_s):
        raise ValueError("there are no messages: raise the rate or the duration")
    sizes = np.unique(load.arrivals.body_bytes)
    network = pipeline_network(
        design,
        strategy,
        around,
        sender=load.sender,
        body_bytes=[int(size) for size in sizes],
        sender_retries=load.retries,
    )
    outcome = simulate(network, load.arrivals, seed=seed, progress=progress)
    found = fates(outcome)
    uses = limit_uses(network, outcome, design, strategy, around.limits, load.largest_body_bytes)
    first = first_to_break(uses)
    usage = month_usage(
        design,
        strategy,
        load.arrivals,
        outcome,
        messages_per_month=load.messages_per_month,
        kept=kept,
    )
    return Answer(
        strategy=strategy,
        design=design,
        fates=found,
        latencies=latencies(outcome),
        limits=tuple(uses),
        first=first,
        first_at_per_s=breaks_at(first, load.peak_rate_per_s) if first else None,
        checks=tuple(checks(network, load.arrivals, outcome)),
        bill=bill_of(usage, prices),
        network=network,
        outcome=outcome,
    )
