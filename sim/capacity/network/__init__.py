"""A simulator of queueing networks whose resources behave as AWS's do.

Describe a `Network` of resources and the steps of a message, give it `Arrivals`, and `simulate`
returns the `Outcome`: each message's times, and each resource over time. Nothing here knows a
service, a price or a pipeline; how an event is worked through stands in `kernel`.
"""

from sim.capacity.network.arrivals import Arrivals, poisson_s
from sim.capacity.network.network import Network, lost_from
from sim.capacity.network.outcome import (
    BucketSeries,
    MemorySeries,
    Outcome,
    PoolSeries,
    StationSeries,
    Totals,
)
from sim.capacity.network.refusal import Fail, Refusal, Retry, RetryFromStart, Wait
from sim.capacity.network.resources import (
    Account,
    EnvironmentPool,
    Memory,
    Outage,
    Resource,
    Station,
    TokenBucket,
)
from sim.capacity.network.service_time import (
    Bandwidth,
    Constant,
    Empirical,
    Exponential,
    Latency,
    ServiceTime,
)
from sim.capacity.network.simulation import prepare, simulate
from sim.capacity.network.steps import (
    Delay,
    Fork,
    Free,
    Invoke,
    Load,
    Mark,
    PlainStep,
    Release,
    Serve,
    Step,
    Store,
    Take,
)

__all__ = [
    "Account",
    "Arrivals",
    "Bandwidth",
    "BucketSeries",
    "Constant",
    "Delay",
    "Empirical",
    "EnvironmentPool",
    "Exponential",
    "Fail",
    "Fork",
    "Free",
    "Invoke",
    "Latency",
    "Load",
    "Mark",
    "Memory",
    "MemorySeries",
    "Network",
    "Outage",
    "Outcome",
    "PlainStep",
    "PoolSeries",
    "Refusal",
    "Release",
    "Resource",
    "Retry",
    "RetryFromStart",
    "Serve",
    "ServiceTime",
    "Station",
    "StationSeries",
    "Step",
    "Store",
    "Take",
    "TokenBucket",
    "Totals",
    "Wait",
    "lost_from",
    "poisson_s",
    "prepare",
    "simulate",
]
