"""What messages compete for: stations, token buckets, pools of environments, memory.

Each may have outages: windows in which whoever arrives is refused, while what was under way or
waiting already goes on.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from sim.capacity.network.field_rules import (
    check_count,
    check_name,
    check_not_negative,
    check_positive,
)
from sim.capacity.network.service_time import ServiceTime
from sim.errors import NetworkError


@dataclass(frozen=True, slots=True)
class Outage:
    """A resource refuses arrivals from *from_s* until just before *to_s*."""

    from_s: float
    to_s: float

    def __post_init__(self) -> None:
        check_not_negative("Outage.from_s", self.from_s)
        check_positive("Outage.to_s", self.to_s)
        if self.to_s <= self.from_s:
            raise NetworkError(
                f"Outage.to_s is {self.to_s}, not after from_s = {self.from_s}.",
                "End the outage after it begins.",
            )


@dataclass(frozen=True, slots=True)
class Station:
    """A queue, first come first served, before so many servers."""

    name: str
    servers: int = 1
    outages: tuple[Outage, ...] = ()

    def __post_init__(self) -> None:
        check_name("Station.name", self.name)
        check_count(f"Station {self.name}: servers", self.servers, 1)
        _check_outages(self.name, self.outages)


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """Starts with *burst* tokens, its most, and gains *rate_per_s* continuously."""

    name: str
    rate_per_s: float
    burst: float
    outages: tuple[Outage, ...] = ()

    def __post_init__(self) -> None:
        check_name("TokenBucket.name", self.name)
        check_positive(f"TokenBucket {self.name}: rate_per_s", self.rate_per_s)
        check_positive(f"TokenBucket {self.name}: burst", self.burst)
        _check_outages(self.name, self.outages)


@dataclass(frozen=True, slots=True)
class EnvironmentPool:
    """Execution environments of one function: each takes one invocation at a time.

    An invocation takes the idle environment that was used last, else a new one after its *init*.
    An environment that has been idle for *idle_expiry_s* is gone.

    Attributes
    ----------
    init
        How long a new environment needs before its first invocation.
    idle_expiry_s
        Seconds; Lambda does not publish them.
    reserved
        Reserved concurrency: invocations at a time, which the account keeps for this pool alone.
        `None`: it shares what is left of the account with the other pools.
    scaling_per_10_s
        New environments in 10 s, a bucket of so many that refills continuously and holds no more.
        Source of the default: Lambda Developer Guide, "Lambda scaling behavior".
    billing_step_s
        The time of an invocation is rounded up to whole steps in `billed_s`.
    """

    name: str
    init: ServiceTime
    idle_expiry_s: float
    reserved: int | None = None
    scaling_per_10_s: int = 1_000
    billing_step_s: float = 0.001
    outages: tuple[Outage, ...] = ()

    def __post_init__(self) -> None:
        check_name("EnvironmentPool.name", self.name)
        where = f"EnvironmentPool {self.name}"
        check_positive(f"{where}: idle_expiry_s", self.idle_expiry_s)
        check_count(f"{where}: scaling_per_10_s", self.scaling_per_10_s, 1)
        check_positive(f"{where}: billing_step_s", self.billing_step_s)
        if self.reserved is not None:
            check_count(f"{where}: reserved", self.reserved, 0)
        _check_outages(self.name, self.outages)


@dataclass(frozen=True, slots=True)
class Account:
    """The concurrency that all pools of a network share."""

    concurrency: int = 1_000

    def __post_init__(self) -> None:
        check_count("Account.concurrency", self.concurrency, 1)


@dataclass(frozen=True, slots=True)
class Memory:
    """A store of values, each of its bytes and *overhead_bytes*.

    A value leaves when a step frees it, *time_to_live_s* after it was stored (`None`: never), or,
    where *when_full* is `evict-oldest`, when a new one needs its room. `refuse`: a value without
    room is refused.
    """

    name: str
    capacity_bytes: int
    when_full: Literal["refuse", "evict-oldest"] = "refuse"
    time_to_live_s: float | None = None
    overhead_bytes: int = 0
    outages: tuple[Outage, ...] = ()

    def __post_init__(self) -> None:
        check_name("Memory.name", self.name)
        check_count(f"Memory {self.name}: capacity_bytes", self.capacity_bytes, 1)
        check_count(f"Memory {self.name}: overhead_bytes", self.overhead_bytes, 0)
        if self.time_to_live_s is not None:
            check_positive(f"Memory {self.name}: time_to_live_s", self.time_to_live_s)
        if self.when_full not in {"refuse", "evict-oldest"}:
            raise NetworkError(
                f"Memory {self.name}: when_full is {self.when_full!r}.",
                "Choose refuse or evict-oldest.",
            )
        _check_outages(self.name, self.outages)


Resource = Station | TokenBucket | EnvironmentPool | Memory


def _check_outages(name: str, outages: tuple[Outage, ...]) -> None:
    for earlier, later in pairwise(outages):
        if later.from_s < earlier.to_s:
            raise NetworkError(
                f"{name}: the outage from {later.from_s} s begins before that from "
                f"{earlier.from_s} s has ended.",
                "List outages by time, without overlap.",
            )
