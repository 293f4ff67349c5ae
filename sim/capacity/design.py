"""What is deployed, as far as capacity goes: functions, cache nodes, limits of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Strategy = Literal["redis-first", "s3-first"]
STRATEGIES: Final[tuple[Strategy, ...]] = get_args(Strategy)

Role = Literal["ingest", "archive", "metadata", "aggregate"]
"""What a function does on a message's way."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

Engine = Literal["valkey", "redis"]
Architecture = Literal["x86_64", "arm64"]


@dataclass(frozen=True, slots=True)
class FunctionDesign:
    """One function.

    Attributes
    ----------
    reserved_concurrency
        None where it shares the account's.
    """

    memory_mb: int
    timeout_s: float
    architecture: Architecture = "x86_64"
    reserved_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class CacheDesign:
    """The cache of Redis-first.

    Attributes
    ----------
    shards
        Node groups, over which keys are dealt by hash.
    replicas
        Of each shard, beside its primary.
    time_to_live_s
        After which a copy is gone.
    evicts
        Whether a full node gives up old copies (a `maxmemory-policy` other than `noeviction`).
    """

    node_type: str
    engine: Engine = "valkey"
    shards: int = 1
    replicas: int = 1
    time_to_live_s: float = 3600.0
    evicts: bool = False
    tls: bool = True

    @property
    def nodes(self) -> int:
        """Nodes in all."""
        return self.shards * (1 + self.replicas)


@dataclass(frozen=True, slots=True)
class ApiDesign:
    """What the usage plan lets one API key send; None where nothing is said."""

    rate_per_s: float | None
    burst: int | None
    quota_per_month: int | None


@dataclass(frozen=True, slots=True)
class Design:
    """A deployment of the pipeline.

    Attributes
    ----------
    functions
        By strategy and role: the strategies have an `ingest` each and share the others.
    interface_endpoints
        VPC interface endpoints, each in `zones` zones.
    log_retention_days
        Of the functions' log lines.
    """

    functions: Mapping[tuple[Strategy, Role], FunctionDesign]
    cache: CacheDesign
    api: ApiDesign
    interface_endpoints: int
    zones: int
    log_retention_days: int

    def function(self, strategy: Strategy, role: Role) -> FunctionDesign:
        """Return the function that does *role* under *strategy*."""
        return self.functions[strategy, role]
