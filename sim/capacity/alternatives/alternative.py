"""One alternative: how it is described, and what a simulation and a bill make of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.capacity.answer import Load
from sim.capacity.design import Design, Strategy
from sim.capacity.latencies import Fates, fates, latencies
from sim.capacity.limits import LimitUse, first_to_break, limit_uses
from sim.capacity.network import Network, Outcome, simulate
from sim.capacity.pipeline import Surroundings, names
from sim.capacity.pipeline.calls import PAYLOAD_SHARE
from sim.capacity.usage import GB_BYTES, Kept, month_usage
from sim.prices import Bill, PriceList, Usage, bill_of

STATEMENT: Final = "a model and a price, not an implementation here"

MEGABYTE: Final = 1e6

_PERCENTILES: Final = ("p50", "p95", "p99")


@dataclass(frozen=True, slots=True)
class Setting:
    """What an alternative is put into: what an `Answer` is made from."""

    design: Design
    around: Surroundings
    load: Load
    region: str

    @property
    def sizes(self) -> list[int]:
        """The bodies' sizes that occur."""
        return [int(size) for size in np.unique(self.load.arrivals.body_bytes)]

    @property
    def peak_payload_bytes_per_s(self) -> float:
        """Payload bytes a second in the busiest minute, at the mean size."""
        mean = float(self.load.arrivals.body_bytes.mean(dtype=np.float64))
        return self.load.peak_rate_per_s * mean * PAYLOAD_SHARE


@dataclass(frozen=True, slots=True)
class Received:
    """What got a receipt in a month.

    Attributes
    ----------
    outcome
        Of the simulation.
    scale
        Messages of the month for each that was simulated.
    messages, payload_gb
        With a receipt, in the month.
    """

    outcome: Outcome
    scale: float
    messages: float
    payload_gb: float


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """A token bucket of an alternative's own: what is to be done about it, and whether of bytes."""

    mend: str
    of_bytes: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """An alternative before it is simulated.

    Attributes
    ----------
    base
        The strategy whose asynchronous path and bill it shares.
    event_bytes
        The largest body that passes through API Gateway and Lambda.
    own_limits
        Its own token buckets, by name.
    fixed_limits
        Limits that no simulation is needed for.
    added
        What a month uses beside its base.
    gives_up
        What it cannot do.
    operation
        Of the latency profile: its first write.
    """

    name: str
    base: Strategy
    design: Design
    network: Network
    event_bytes: int
    own_limits: Mapping[str, OwnLimit]
    fixed_limits: tuple[LimitUse, ...]
    added: Callable[[Received], Usage]
    gives_up: tuple[str, ...]
    operation: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """A row: what is to be known of an alternative.

    Attributes
    ----------
    blocking_ms
        p50, p95 and p99 of the wait for the receipt; left out where too few messages lie beyond.
    limits
        The most used first.
    first
        The limit that is reached first as the rate grows, or one that is passed whatever the rate.
    gives_up
        What it cannot do, in sentences.
    confidence
        How far latencies and prices can be trusted.
    statement
        That it is a model.
    """

    name: str
    blocking_ms: Mapping[str, float]
    fates: Fates
    bill: Bill
    limits: tuple[LimitUse, ...]
    first: LimitUse | None
    gives_up: tuple[str, ...]
    confidence: tuple[str, ...]
    statement: str = STATEMENT


def simulated(
    model: Model, setting: Setting, prices: PriceList, *, seed: int = 0, kept: Kept | None = None
) -> Alternative:
    """Simulate an alternative, and add up its bill.

    Raises
    ------
    ValueError
        If there is no message.
    sim.errors.NetworkError, sim.errors.PriceError
        If a value cannot be, or a node type is in no price list.
    """
    load = setting.load
    outcome = simulate(model.network, load.arrivals, seed=seed)
    found = fates(outcome)
    usage = month_usage(
        model.design,
        model.base,
        load.arrivals,
        outcome,
        messages_per_month=load.messages_per_month,
        kept=kept,
    )
    limits = _limits(model, setting, outcome)
    passed = next((use for use in limits if not use.grows and use.share > 1), None)
    bill = bill_of(usage + model.added(_received(load, outcome)), prices)
    waits_ms = latencies(outcome).blocking_ms
    return Alternative(
        name=model.name,
        blocking_ms={name: waits_ms[name] for name in _PERCENTILES if name in waits_ms},
        fates=found,
        bill=bill,
        limits=limits,
        first=passed or first_to_break(limits),
        gives_up=model.gives_up,
        confidence=(_origin(model, setting), *bill.cautions()),
    )


def _received(load: Load, outcome: Outcome) -> Received:
    receipts = np.isfinite(outcome.marks[names.RECEIPT])
    scale = load.messages_per_month / len(receipts)
    payload_bytes = float(load.arrivals.body_bytes[receipts].sum(dtype=np.float64)) * PAYLOAD_SHARE
    return Received(outcome, scale, float(receipts.sum()) * scale, payload_bytes * scale / GB_BYTES)


def _limits(model: Model, setting: Setting, outcome: Outcome) -> tuple[LimitUse, ...]:
    uses = limit_uses(
        model.network, outcome, model.design, model.base, setting.around.limits, model.event_bytes
    )
    found = [
        _own(use, model.own_limits[use.name]) if use.name in model.own_limits else use
        for use in uses
    ]
    return tuple(sorted([*found, *model.fixed_limits], key=lambda use: -use.share))


def _own(use: LimitUse, own: OwnLimit) -> LimitUse:
    per_unit = MEGABYTE if own.of_bytes else 1.0
    return replace(
        use,
        used=use.used / per_unit,
        limit=use.limit / per_unit,
        unit="MB/s" if own.of_bytes else "per s",
        kind="hard limit",
        mend=own.mend,
    )


def _origin(model: Model, setting: Setting) -> str:
    origins = setting.around.profile.origins
    found = sorted(
        {
            f"{origin.confidence} ({origin.source})"
            for (operation, parameter), origin in origins.items()
            if operation == model.operation and parameter in {"median_ms", "p99_ms"}
        }
    )
    text = "; ".join(found) or "no figure: it takes no time in this profile"
    return f"latency of {model.operation}: {text}"
