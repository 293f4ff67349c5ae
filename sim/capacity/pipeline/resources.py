"""What a deployment's messages compete for."""

from dataclasses import dataclass, field
from typing import Final

from sim.capacity.account import AccountLimits
from sim.capacity.design import ROLES, CacheDesign, Design, Strategy
from sim.capacity.network import (
    Account,
    EnvironmentPool,
    Latency,
    Memory,
    Outage,
    Resource,
    Station,
    TokenBucket,
)
from sim.capacity.pipeline import names
from sim.capacity.pipeline.cache_costs import VALUE_OVERHEAD_BYTES
from sim.latency.profile import Profile
from sim.quotas import CacheNode, read_quotas

REQUESTS_PER_CONCURRENCY: Final = read_quotas().quota("lambda.requests-per-concurrency").value
"""Invocations a second for each unit of concurrency."""


@dataclass(frozen=True, slots=True)
class Outages:
    """When services refuse everybody, in seconds since the start."""

    cache: tuple[Outage, ...] = ()
    s3: tuple[Outage, ...] = ()
    step_functions: tuple[Outage, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a design is put into.

    Attributes
    ----------
    limits
        The account's.
    node
        What a node of the design's type carries.
    profile
        How long calls take.
    outages
        None by default.
    """

    limits: AccountLimits
    node: CacheNode
    profile: Profile
    outages: Outages = field(default_factory=Outages)


def account(limits: AccountLimits) -> Account:
    """Return the concurrency that the functions share."""
    return Account(limits.concurrency)


def resources(design: Design, strategy: Strategy, around: Surroundings) -> tuple[Resource, ...]:
    """Return the resources that a strategy's messages compete for.

    A cache of several shards is taken for one that has their memory, their network and as many
    threads: keys are dealt evenly by their hash.

    Raises
    ------
    sim.errors.NetworkError
        When a value cannot be.
    """
    limits = around.limits
    requests_per_s = float(REQUESTS_PER_CONCURRENCY * limits.concurrency)
    found: list[Resource] = [
        TokenBucket(names.GATEWAY, limits.gateway_rate_per_s, limits.gateway_burst),
        TokenBucket(names.LAMBDA_REQUESTS, requests_per_s, requests_per_s),
        TokenBucket(
            names.STARTS,
            limits.start_rate_per_s,
            limits.start_burst,
            around.outages.step_functions,
        ),
        TokenBucket(names.TRANSITIONS, limits.transition_rate_per_s, limits.transition_burst),
        TokenBucket(names.PUBLISHES, limits.publish_rate_per_s, limits.publish_rate_per_s),
        TokenBucket(names.TABLE_WRITES, limits.table_writes_per_s, limits.table_writes_per_s),
        TokenBucket(
            names.ARCHIVE_PUTS,
            limits.prefix_puts_per_s * limits.prefixes,
            limits.prefix_puts_per_s * limits.prefixes,
            around.outages.s3,
        ),
        *_pools(design, strategy, around),
    ]
    if design.api.rate_per_s is not None and design.api.burst is not None:
        found.append(TokenBucket(names.USAGE_PLAN, design.api.rate_per_s, design.api.burst))
    if strategy == "redis-first":
        found += _cache(design.cache, around)
    return tuple(found)


def _pools(design: Design, strategy: Strategy, around: Surroundings) -> list[Resource]:
    init = Latency(around.profile.model("lambda.init"), body_share=0.0)
    return [
        EnvironmentPool(
            names.environments(role),
            init=init,
            idle_expiry_s=around.limits.idle_expiry_s,
            reserved=design.function(strategy, role).reserved_concurrency,
            scaling_per_10_s=around.limits.scaling_per_10_s,
        )
        for role in ROLES
    ]


def _cache(cache: CacheDesign, around: Surroundings) -> list[Resource]:
    node = around.node
    network = node.baseline_bytes_per_s * cache.shards
    # Replicas read each write from the primary, whose way out they share with the functions.
    out = network / (1 + cache.replicas)
    return [
        Station(names.CACHE_THREAD, servers=cache.shards),
        TokenBucket(names.CACHE_IN, network, network),
        TokenBucket(names.CACHE_OUT, out, out),
        Memory(
            names.CACHE_MEMORY,
            capacity_bytes=int(node.usable_bytes() * cache.shards),
            when_full="evict-oldest" if cache.evicts else "refuse",
            time_to_live_s=cache.time_to_live_s,
            overhead_bytes=VALUE_OVERHEAD_BYTES,
            outages=around.outages.cache,
        ),
    ]
