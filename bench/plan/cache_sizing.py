"""Which ElastiCache nodes would carry a load: arithmetic on what the simulation used of one."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bench.plan.headroom import Headroom
from sim.capacity.cache_room import FILLED_TO
from sim.capacity.design import CacheDesign, Design
from sim.capacity.pipeline import names
from sim.month import HOURS_PER_MONTH
from sim.prices import CacheEngine, PriceList, node_hour_name
from sim.quotas import cache_nodes, read_quotas

SHOWN: Final = 5

_MEGABYTE: Final = 1e6
_GIB: Final = 2**30
_ENGINES: Final[dict[str, CacheEngine]] = {"valkey": "valkey", "redis": "redis-oss"}


@dataclass(frozen=True, slots=True)
class CacheChoice:
    """A node type, and how many shards of it a load needs.

    Attributes
    ----------
    bound_by
        The limit that asks for so many shards.
    per_month
        US dollars of all nodes, replicas among them.
    """

    node_type: str
    shards: int
    nodes: int
    bound_by: str
    per_month: float

    def applied_to(self, design: Design) -> Design:
        """Return a design with these nodes."""
        cache = replace(design.cache, node_type=self.node_type, shards=self.shards)
        return replace(design, cache=cache)


def cache_choices(design: Design, room: Headroom, prices: PriceList) -> tuple[CacheChoice, ...]:
    """Return the cheapest clusters that a load fits into, one a node type, the cheapest first.

    None has more nodes than AWS gives a cluster.
    """
    most = read_quotas().quota("elasticache.nodes-per-cluster").value
    found = [each for each in _clusters(design, room, prices, 1.0) if each.nodes <= most]
    return tuple(sorted(found, key=_order)[:SHOWN])


def cheapest_cache(design: Design, room: Headroom, prices: PriceList, times: float) -> CacheChoice:
    """Return the cheapest cluster for so many times a load."""
    return min(_clusters(design, room, prices, times), key=_order)


def _order(choice: CacheChoice) -> tuple[float, int]:
    return (choice.per_month, choice.nodes)


def _clusters(
    design: Design, room: Headroom, prices: PriceList, times: float
) -> Iterator[CacheChoice]:
    engine = _ENGINES[design.cache.engine]
    priced = set(prices.names())
    used = {use.name: use.used * times for use in room.limits}
    each_way = 1 + design.cache.replicas
    for node in cache_nodes().values():
        if engine not in node.engines or node_hour_name(node.node_type, engine) not in priced:
            continue
        price = prices.node_hour(node.node_type, engine)
        if not price.is_known:
            continue
        network = node.baseline_bytes_per_s / _MEGABYTE
        threads = used[names.CACHE_THREAD] / 100 * design.cache.shards
        shares = {
            names.CACHE_MEMORY: used[names.CACHE_MEMORY] * _GIB / node.usable_bytes(),
            names.CACHE_IN: used[names.CACHE_IN] / network,
            # Replicas read each write from the primary, by the same way out.
            names.CACHE_OUT: used[names.CACHE_OUT] * each_way / network,
            names.CACHE_THREAD: threads / node.cpu_baseline,
        }
        bound_by, most = max(shares.items(), key=lambda share: share[1])
        shards = max(1, math.ceil(most / FILLED_TO))
        nodes = shards * each_way
        per_month = price.amount(nodes * HOURS_PER_MONTH)
        yield CacheChoice(node.node_type, shards, nodes, bound_by, per_month)


def is_of_the_cache(name: str) -> bool:
    """Tell whether a limit is one that other nodes would move."""
    return name in {names.CACHE_MEMORY, names.CACHE_IN, names.CACHE_OUT, names.CACHE_THREAD}


def same_cache(choice: CacheChoice, cache: CacheDesign) -> bool:
    """Tell whether a choice is what is deployed already."""
    return (choice.node_type, choice.shards) == (cache.node_type, cache.shards)
