"""MemoryDB first: Redis-first with a store that has written to its log before it answers."""

import math
from dataclasses import replace
from typing import Final

import numpy as np

from sim.capacity.alternatives.alternative import Model, OwnLimit, Received, Setting
from sim.capacity.design import CacheDesign
from sim.capacity.network import Fail, Network, Store, Take, TokenBucket, Wait
from sim.capacity.pipeline import names
from sim.capacity.pipeline.asynchronous import asynchronous_steps
from sim.capacity.pipeline.blocking import entrance_steps, receipt_steps
from sim.capacity.pipeline.cache_costs import ALLOCATOR_SHARE
from sim.capacity.pipeline.calls import PAYLOAD_SHARE, cache_call
from sim.capacity.pipeline.resources import account, resources
from sim.prices import Usage
from sim.quotas import cache_node, read_quotas

WRITES: Final = "MemoryDB writes"

NODE_TYPE: Final = "db.r6g.large"
"""The only node type of MemoryDB that has a price in the snapshot; more shards make it larger."""

HEADROOM: Final = 0.8
"""Of memory and of the write rate that is planned to be used. Judgement."""


def memorydb(setting: Setting) -> Model:
    """Return the model of a first write to MemoryDB, with as many shards as the load needs."""
    profile, load = setting.around.profile, setting.load
    shard_bytes_per_s = read_quotas().value("memorydb.write-rate", setting.region)
    node = cache_node(NODE_TYPE)
    needed = max(
        stored_bytes(setting) / node.usable_bytes(),
        setting.peak_payload_bytes_per_s / shard_bytes_per_s,
    )
    cache = replace(
        setting.design.cache,
        node_type=NODE_TYPE,
        shards=max(1, math.ceil(needed / HEADROOM)),
        evicts=False,
    )
    design = replace(setting.design, cache=cache)
    rate_bytes_per_s = shard_bytes_per_s * cache.shards
    network = Network(
        resources=(
            *resources(design, "redis-first", replace(setting.around, node=node)),
            TokenBucket(WRITES, rate_bytes_per_s, rate_bytes_per_s),
        ),
        program=(
            *entrance_steps(design, "redis-first", profile, load.sender, setting.sizes),
            Store(
                names.CACHE_MEMORY,
                Fail(names.CACHE_FULL),
                body_share=PAYLOAD_SHARE * ALLOCATOR_SHARE,
            ),
            Take(WRITES, Wait(), tokens=0.0, tokens_per_byte=PAYLOAD_SHARE),
            *cache_call(profile, "memorydb.SET", names.CACHE_IN, tls=True),
            *receipt_steps(profile),
            *asynchronous_steps(design, "redis-first", profile),
        ),
        account=account(setting.around.limits),
        receipt=names.RECEIPT,
        sender=load.retries,
    )
    return Model(
        name="MemoryDB first",
        base="redis-first",
        design=design,
        network=network,
        event_bytes=load.largest_body_bytes,
        own_limits={WRITES: OwnLimit("more shards", of_bytes=True)},
        fixed_limits=(),
        added=lambda received: _added(received, cache),
        gives_up=(
            f"100 MB/s of writes per shard, so {cache.shards} of them here of "
            f"{1 + cache.replicas} nodes each",
            "each GB written is billed beside the nodes, expiry or not",
            "bodies above Lambda's event size still do not pass",
        ),
        operation="memorydb.SET",
    )


def stored_bytes(setting: Setting) -> float:
    """Return the bytes that a time to live has at most, were the load to go on as it is."""
    due_s, lifetime_s = setting.load.arrivals.due_s, setting.design.cache.time_to_live_s
    sizes = setting.load.arrivals.body_bytes * (PAYLOAD_SHARE * ALLOCATOR_SHARE)
    length_s = max(float(due_s[-1] - due_s[0]), 1.0)
    if length_s <= lifetime_s:
        return float(sizes.sum()) / length_s * lifetime_s
    filled = np.concatenate([[0.0], np.cumsum(sizes)])
    begins = np.searchsorted(due_s, due_s - lifetime_s)
    return float((filled[1:] - filled[begins]).max())


def _added(received: Received, cache: CacheDesign) -> Usage:
    if cache.engine == "redis":
        return Usage(memorydb_redis_oss_written_gb=received.payload_gb)
    return Usage(memorydb_valkey_written_gb=received.payload_gb)
