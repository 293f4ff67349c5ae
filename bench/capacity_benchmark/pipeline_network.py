"""A network of the pipeline's shape, and a day of arrivals: what the benchmark simulates.

Its numbers are of the right size and nothing else: what a deployment will carry is `plan`'s to say.
"""

from typing import Final

import numpy as np

from sim.capacity.network import (
    Account,
    Arrivals,
    Bandwidth,
    Delay,
    EnvironmentPool,
    Fail,
    Fork,
    Free,
    Invoke,
    Latency,
    Load,
    Mark,
    Memory,
    Network,
    Release,
    Resource,
    Retry,
    Serve,
    Station,
    Step,
    Store,
    Take,
    TokenBucket,
    Wait,
    poisson_s,
)
from sim.latency.operation_model import OperationModel

RATE_PER_S: Final = 100.0
DAY_S: Final = 86_400.0

_SIZES: Final = np.array([262_144, 1_048_576, 3_145_728], np.uint32)
_SHARES: Final = (0.6, 0.3, 0.1)


def pipeline_network() -> Network:
    """Return the network: Redis-first, three branches, an aggregate."""
    init = Latency.of(400.0, 900.0)
    call = Latency(OperationModel(12.0, 60.0, 8.0, 20.0, tail_share=0.001, tail_factor=10.0))
    throttled = Retry(1.0, Fail("task throttled"), attempts=3, jitter="full")
    pools = tuple(
        EnvironmentPool(name, init, idle_expiry_s=600.0)
        for name in ("ingest", "archive", "metadata", "announce", "aggregate")
    )
    resources: tuple[Resource, ...] = (
        TokenBucket("gateway", 10_000.0, 5_000.0),
        TokenBucket("start execution", 300.0, 1_300.0),
        TokenBucket("transitions", 5_000.0, 5_000.0),
        TokenBucket("write units", 1_000.0, 1_000.0),
        Station("redis link", 1),
        Station("redis thread", 1),
        Memory("redis", 64 * 2**30, time_to_live_s=3_600.0, overhead_bytes=96),
        *pools,
    )
    program: tuple[Step, ...] = (
        Delay(Latency.of(15.0, 60.0), luck="network"),
        Take("gateway", Fail("gateway throttled")),
        Invoke("ingest", Fail("ingest throttled")),
        Delay(Latency.of(4.0, 15.0, ms_per_mb=9.0), luck="ingest"),
        Serve("redis link", Bandwidth(1.5e9)),
        Serve("redis thread", Bandwidth(4e9, 0.000_05)),
        Store("redis", Fail("redis is full"), body_share=0.75),
        Delay(Latency.of(8.0, 30.0), luck="start execution"),
        Take("start execution", Retry(0.1, Fail("execution not started"), attempts=4)),
        Release("ingest"),
        Mark("receipt"),
        Take("transitions", Wait()),
        Fork(
            (
                (
                    Invoke("archive", throttled),
                    Serve("redis thread", Bandwidth(4e9, 0.000_05)),
                    Load("redis"),
                    Delay(call, luck="s3 put"),
                    Free("redis"),
                    Release("archive"),
                ),
                (
                    Invoke("metadata", throttled),
                    Take("write units", Wait(), tokens=2.0),
                    Delay(Latency.of(6.0, 25.0), luck="dynamodb put"),
                    Release("metadata"),
                ),
                (
                    Invoke("announce", throttled),
                    Delay(Latency.of(10.0, 45.0), luck="sns publish"),
                    Release("announce"),
                ),
            )
        ),
        Take("transitions", Wait()),
        Invoke("aggregate", throttled),
        Delay(Latency.of(5.0, 25.0), luck="aggregate"),
        Release("aggregate"),
        Mark("complete"),
    )
    return Network(resources, program, account=Account(1_000), receipt="receipt")


def day_arrivals(hours: float = 24.0) -> Arrivals:
    """Return Poisson arrivals of so many hours, each hour of a rate of its own around 100/s."""
    generator = np.random.default_rng(1)
    rates = [
        (3_600.0 * hour, RATE_PER_S * (1 + 0.5 * np.sin(2 * np.pi * hour / 24)))
        for hour in range(24)
        if hour < hours
    ]
    due_s = poisson_s(rates, 3_600.0 * hours, generator)
    # No other array of the messages' number in eight-byte words: memory is measured.
    thresholds = np.cumsum(np.array(_SHARES))[:-1].astype(np.float32)
    kinds = np.searchsorted(thresholds, generator.random(len(due_s), np.float32))
    return Arrivals(due_s, _SIZES[kinds])
