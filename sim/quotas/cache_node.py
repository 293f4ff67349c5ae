"""ElastiCache's node types: memory, and the bandwidth that binds a store of large records first."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sim.errors import QuotaError
from sim.toml_file import CheckedTable, read_document

_FILE: Final = Path(__file__).parent / "cache_nodes.toml"
_GIB: Final = 1_073_741_824
_ENGINES: Final = ("redis-oss", "valkey")
_KEYS: Final = (
    "vcpus", "memory_gib", "maxmemory_bytes", "baseline_gbit_per_s", "burst_gbit_per_s",
    "cpu_baseline", "engines",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CacheNode:
    """A node type.

    Parameters
    ----------
    vcpus
        One of them runs commands, whatever their number; the others do I/O.
    maxmemory_bytes
        Of the engine before anything is reserved.
    baseline_bytes_per_s
        Bandwidth in each direction, shared by clients and replication; above it a node lives on
        credits, at best effort, up to `burst_bytes_per_s`.
    cpu_baseline
        Share of each vCPU that is there for good; 1 but for t types.
    engines
        That it runs.
    """

    node_type: str
    vcpus: int
    memory_bytes: float
    maxmemory_bytes: float
    baseline_bytes_per_s: float
    burst_bytes_per_s: float
    cpu_baseline: float
    engines: tuple[str, ...]

    def usable_bytes(self, reserved_memory_percent: float = 25.0) -> float:
        """Return what items may take: maxmemory less what is reserved."""
        return self.maxmemory_bytes * (1 - reserved_memory_percent / 100)

    def replica_output_buffer_bytes(self, percent: float = 10.0) -> float:
        """Return how much may wait for one replica before it is dropped and synchronised anew."""
        return self.maxmemory_bytes * percent / 100


@cache
def cache_nodes() -> Mapping[str, CacheNode]:
    """Return all node types by name, `cache.…`."""
    document = CheckedTable(read_document(_FILE, QuotaError.saying), _FILE.name, QuotaError.saying)
    return MappingProxyType({name: _node(name, table) for name, table in document.tables()})


def cache_node(node_type: str) -> CacheNode:
    """Return a node type; a `db.…` of MemoryDB is its `cache.…` twin.

    The twins' bandwidths are equal (MemoryDB Developer Guide, "Supported node types"); that their
    memory is, is taken from the equal sizes of their instances.

    Raises
    ------
    QuotaError
        If the type is unknown; it names the nearest known one.
    """
    known = cache_nodes()
    found = known.get(f"cache.{node_type.removeprefix('db.').removeprefix('cache.')}")
    if found is None or not node_type.startswith(("cache.", "db.")):
        near = get_close_matches(node_type, known, n=1, cutoff=0.0)
        raise QuotaError(f"There is no node type {node_type}.", f"Did you mean {near[0]}?")
    return found


def _node(name: str, table: CheckedTable) -> CacheNode:
    table.only(*_KEYS)
    memory_bytes = table.number("memory_gib") * _GIB
    return CacheNode(
        node_type=name,
        vcpus=table.whole("vcpus", least=1),
        memory_bytes=memory_bytes,
        maxmemory_bytes=table.number("maxmemory_bytes", memory_bytes),
        baseline_bytes_per_s=table.number("baseline_gbit_per_s") * 1e9 / 8,
        burst_bytes_per_s=table.number("burst_gbit_per_s") * 1e9 / 8,
        cpu_baseline=table.number("cpu_baseline", 1.0),
        engines=_engines(table),
    )


def _engines(table: CheckedTable) -> tuple[str, ...]:
    given: Any = table.content.get("engines", _ENGINES)
    if not given or not set(given) <= set(_ENGINES):
        raise table.error("engines", f"is {given!r}; write some of {', '.join(_ENGINES)}")
    return tuple(given)
