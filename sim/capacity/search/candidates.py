"""What may be bought: every combination of strategy, nodes, time to live and function memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from sim.capacity.design import STRATEGIES, Design, Strategy
from sim.errors import SearchError
from sim.prices import CacheEngine, PriceList, node_hour_name
from sim.quotas import CacheNode, cache_node, cache_nodes

REPLICAS: Final = (0, 1, 2)
SHARDS: Final = (1, 2, 3, 4, 6, 8)
SHORTER_S: Final = (900.0, 1_800.0, 3_600.0)
MEMORY_MB: Final = (1_024, 1_769, 3_008)
"""Below, at and above one vCPU, which a function has at 1,769 MB."""

_ENGINES: Final[dict[str, CacheEngine]] = {"valkey": "valkey", "redis": "redis-oss"}


@dataclass(frozen=True, slots=True)
class Grid:
    """The values that are tried; the template's own are always among the default ones.

    Raises
    ------
    SearchError
        If a value cannot be.
    """

    strategies: tuple[Strategy, ...]
    node_types: tuple[str, ...]
    replicas: tuple[int, ...]
    shards: tuple[int, ...]
    time_to_live_s: tuple[float, ...]
    ingest_memory_mb: tuple[int, ...]

    def __post_init__(self) -> None:
        _check("replicas", self.replicas, 0, 5)
        _check("shards", self.shards, 1, 500)
        _check("time to live in s", self.time_to_live_s, 1, 31_536_000)
        _check("ingest memory in MB", self.ingest_memory_mb, 128, 10_240)
        for name in ("strategies", "node_types"):
            if not getattr(self, name):
                raise SearchError(f"The grid has no {name}.", "Give one at least.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One configuration."""

    strategy: Strategy
    design: Design

    @property
    def node(self) -> CacheNode:
        """The design's node type."""
        return cache_node(self.design.cache.node_type)

    @property
    def ingest_memory_mb(self) -> int:
        """Of the function that the sender waits for."""
        return self.design.function(self.strategy, "ingest").memory_mb

    @property
    def bought(self) -> tuple[object, ...]:
        """What makes it another configuration: all but the time to live, which costs nothing."""
        cache = self.design.cache
        nodes: tuple[object, ...] = ()
        if self.strategy == "redis-first":
            nodes = (cache.node_type, cache.shards, cache.replicas)
        return (self.strategy, self.ingest_memory_mb, *nodes)

    def __str__(self) -> str:
        memory = f"ingest with {self.ingest_memory_mb:,} MB"
        if self.strategy == "s3-first":
            return f"S3-first, {memory}"
        cache = self.design.cache
        replicas = f"{cache.replicas} replica{'' if cache.replicas == 1 else 's'}"
        shards = f"{cache.shards} shard{'' if cache.shards == 1 else 's'}"
        return (
            f"Redis-first, {cache.node_type}, {shards} with {replicas} each, "
            f"kept {cache.time_to_live_s:g} s, {memory}"
        )


def default_grid(design: Design, prices: PriceList) -> Grid:
    """Return a grid around a design: node types of its engine that have limits and a price."""
    engine = _ENGINES[design.cache.engine]
    known = set(prices.names())
    types = [
        name
        for name, node in cache_nodes().items()
        if engine in node.engines
        and node_hour_name(name, engine) in known
        and prices.node_hour(name, engine).is_known
    ]
    own_s = design.cache.time_to_live_s
    memory = {design.function(strategy, "ingest").memory_mb for strategy in STRATEGIES}
    return Grid(
        strategies=STRATEGIES,
        node_types=tuple(types),
        replicas=tuple(sorted({*REPLICAS, design.cache.replicas})),
        shards=tuple(sorted({*SHARDS, design.cache.shards})),
        time_to_live_s=tuple(sorted({own_s, *(each for each in SHORTER_S if each < own_s)})),
        ingest_memory_mb=tuple(sorted({*MEMORY_MB, *memory})),
    )


def candidates(design: Design, grid: Grid) -> Iterator[Candidate]:
    """Yield each configuration once: S3-first has no cache to vary."""
    for strategy, memory_mb in product(grid.strategies, grid.ingest_memory_mb):
        ingest = replace(design.function(strategy, "ingest"), memory_mb=memory_mb)
        changed = replace(design, functions={**design.functions, (strategy, "ingest"): ingest})
        if strategy == "s3-first":
            yield Candidate(strategy, changed)
            continue
        for node_type, shards, replicas, time_to_live_s in product(
            grid.node_types, grid.shards, grid.replicas, grid.time_to_live_s
        ):
            cache = replace(
                design.cache,
                node_type=node_type,
                shards=shards,
                replicas=replicas,
                time_to_live_s=time_to_live_s,
            )
            yield Candidate(strategy, replace(changed, cache=cache))


def _check(name: str, values: Sequence[float], least: float, most: float) -> None:
    if not values:
        raise SearchError(f"The grid has no {name}.", "Give one value at least.")
    for value in values:
        if not least <= value <= most:
            raise SearchError(
                f"The grid's {name} has {value:g}.", f"Use values from {least:g} to {most:g}."
            )
