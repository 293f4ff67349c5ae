"""What a month uses, in the units that AWS counts."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Final, Literal

from sim.month import HOURS_PER_MONTH
from sim.prices.price_list import CacheEngine, node_hour_name

Architecture = Literal["x86_64", "arm64"]

_REQUEST_CHUNK_BYTES: Final = 65_536
"""SNS and SQS bill each 64 KB of a payload as a request. Source: their pricing pages."""


@dataclass(frozen=True, slots=True)
class FunctionUsage:
    """One Lambda function's month.

    Parameters
    ----------
    gb_seconds
        Memory in MB / 1,024 times billed seconds, over all invocations.
    """

    name: str
    architecture: Architecture
    invocations: float
    gb_seconds: float


@dataclass(frozen=True, slots=True)
class CacheUsage:
    """Nodes of one kind: `cache.…` of ElastiCache or `db.…` of MemoryDB.

    Parameters
    ----------
    replicas_per_shard
        Beside the primary: a shard has one node more.
    hours
        That each node runs.
    """

    node_type: str
    engine: CacheEngine
    shards: int
    replicas_per_shard: int
    hours: float = HOURS_PER_MONTH

    @property
    def node_hours(self) -> float:
        """Hours of all nodes together."""
        return self.shards * (1 + self.replicas_per_shard) * self.hours


@dataclass(frozen=True, slots=True)
class EndpointUsage:
    """One VPC interface endpoint: billed by the zone and hour, and by what goes through it."""

    name: str
    zones: int
    data_gb: float
    hours: float = HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class UsedItem:
    """A quantity that has a price: where it is used, what it is, and the price's name."""

    component: str
    what: str
    price_name: str
    quantity: float


def _billed(component: str, what: str, price_name: str) -> float:
    # The annotation is the field's type; dataclasses and mypy both take a Field for it.
    found: float = field(default=0.0, metadata={"item": (component, what, price_name)})
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A month's usage, all of it 0 unless said.

    GB are 2³⁰ bytes, as AWS's are. Gateway endpoints of S3 and DynamoDB cost nothing and are no
    part of it. Cross-zone GB count once for each direction that is charged; between a function and
    a cache node that is the function's side alone, and between nodes of a cluster none (ElastiCache
    pricing, "Data transfer").

    Raises
    ------
    ValueError
        If a quantity is below 0 or not finite.
    """

    functions: tuple[FunctionUsage, ...] = ()
    caches: tuple[CacheUsage, ...] = ()
    interface_endpoints: tuple[EndpointUsage, ...] = ()
    api_requests: float = _billed("API Gateway", "requests", "api_gateway_rest")
    state_transitions: float = _billed(
        "Step Functions", "state transitions", "step_functions_standard_transition"
    )
    express_requests: float = _billed(
        "Step Functions", "Express executions", "step_functions_express_request"
    )
    express_gb_seconds: float = _billed(
        "Step Functions", "Express duration", "step_functions_express_duration"
    )
    s3_puts: float = _billed("S3", "PUT requests", "s3_standard_put")
    s3_gets: float = _billed("S3", "GET requests", "s3_standard_get")
    s3_storage_gb_months: float = _billed("S3", "storage", "s3_standard_storage")
    s3_express_puts: float = _billed("S3 Express", "PUT requests", "s3_express_put")
    s3_express_gets: float = _billed("S3 Express", "GET requests", "s3_express_get")
    s3_express_upload_gb: float = _billed("S3 Express", "uploaded", "s3_express_upload")
    s3_express_retrieval_gb: float = _billed("S3 Express", "retrieved", "s3_express_retrieval")
    s3_express_storage_gb_months: float = _billed("S3 Express", "storage", "s3_express_storage")
    serverless_valkey_gb_hours: float = _billed(
        "ElastiCache Serverless", "Valkey storage", "elasticache_serverless_storage/valkey"
    )
    serverless_valkey_ecpus: float = _billed(
        "ElastiCache Serverless", "Valkey ECPUs", "elasticache_serverless_ecpu/valkey"
    )
    serverless_redis_oss_gb_hours: float = _billed(
        "ElastiCache Serverless", "Redis OSS storage", "elasticache_serverless_storage/redis_oss"
    )
    serverless_redis_oss_ecpus: float = _billed(
        "ElastiCache Serverless", "Redis OSS ECPUs", "elasticache_serverless_ecpu/redis_oss"
    )
    memorydb_redis_oss_written_gb: float = _billed(
        "MemoryDB", "written, Redis OSS", "memorydb_data_written/redis_oss"
    )
    memorydb_valkey_written_gb: float = _billed(
        "MemoryDB", "written, Valkey", "memorydb_data_written/valkey"
    )
    kinesis_stream_hours: float = _billed(
        "Kinesis", "on-demand stream", "kinesis_on_demand_stream_hour"
    )
    kinesis_ingested_gb: float = _billed(
        "Kinesis", "on-demand, written", "kinesis_on_demand_ingest"
    )
    kinesis_retrieved_gb: float = _billed(
        "Kinesis", "on-demand, read", "kinesis_on_demand_retrieval"
    )
    kinesis_shard_hours: float = _billed("Kinesis", "shards", "kinesis_shard_hour")
    kinesis_put_payload_units: float = _billed(
        "Kinesis", "PUT payload units", "kinesis_put_payload_unit"
    )
    dynamodb_write_units: float = _billed("DynamoDB", "write units", "dynamodb_on_demand_write")
    dynamodb_read_units: float = _billed("DynamoDB", "read units", "dynamodb_on_demand_read")
    dynamodb_storage_gb_months: float = _billed("DynamoDB", "storage", "dynamodb_storage")
    sns_requests: float = _billed("SNS", "publishes of 64 KB", "sns_publish")
    sqs_requests: float = _billed("SQS", "requests of 64 KB", "sqs_request")
    secret_months: float = _billed("Secrets Manager", "secrets", "secrets_manager_secret_month")
    secret_requests: float = _billed("Secrets Manager", "requests", "secrets_manager_request")
    nat_gateway_hours: float = _billed("NAT gateway", "hours", "nat_gateway_hour")
    nat_gateway_gb: float = _billed("NAT gateway", "data", "nat_gateway_data")
    logs_gb: float = _billed("CloudWatch Logs", "ingested", "cloudwatch_logs_ingestion")
    cross_az_gb: float = _billed(
        "Data transfer", "across zones, each way", "data_transfer_cross_az_each_way"
    )
    internet_out_gb: float = _billed(
        "Data transfer", "to the internet", "data_transfer_out_internet"
    )

    def __post_init__(self) -> None:
        for item in self.items():
            if not 0 <= item.quantity < math.inf:
                raise ValueError(
                    f"{item.component} {item.what} (={item.quantity}) must be >= 0 and finite"
                )

    def items(self) -> Iterator[UsedItem]:
        """Yield everything that has a price, also what is 0."""
        for each in self.functions:
            yield UsedItem(f"Lambda {each.name}", "requests", "lambda_request", each.invocations)
            yield UsedItem(
                f"Lambda {each.name}",
                f"duration, {each.architecture}",
                f"lambda_duration_{each.architecture}",
                each.gb_seconds,
            )
        for nodes in self.caches:
            yield UsedItem(
                "MemoryDB" if nodes.node_type.startswith("db.") else "ElastiCache",
                f"{nodes.shards * (1 + nodes.replicas_per_shard)} {nodes.node_type}, "
                f"{nodes.engine}",
                node_hour_name(nodes.node_type, nodes.engine),
                nodes.node_hours,
            )
        for endpoint in self.interface_endpoints:
            component, name = "VPC endpoints", f"{endpoint.name}, {endpoint.zones} zones"
            hours = endpoint.zones * endpoint.hours
            yield UsedItem(component, name, "vpc_interface_endpoint_hour", hours)
            yield UsedItem(
                component, f"{endpoint.name}, data", "vpc_interface_endpoint_data", endpoint.data_gb
            )
        for name, (component, what, price_name) in _BILLED.items():
            yield UsedItem(component, what, price_name, getattr(self, name))

    def __add__(self, other: "Usage") -> "Usage":
        """Return both together."""
        return replace(
            self,
            functions=self.functions + other.functions,
            caches=self.caches + other.caches,
            interface_endpoints=self.interface_endpoints + other.interface_endpoints,
            **{name: getattr(self, name) + getattr(other, name) for name in _BILLED},
        )


_BILLED: Final[dict[str, tuple[str, str, str]]] = {
    each.name: each.metadata["item"] for each in fields(Usage) if "item" in each.metadata
}


def billed_requests(requests: float, payload_bytes: int) -> float:
    """Return what SNS or SQS bills for `requests` with a payload of so many bytes each.

    Examples
    --------
    >>> billed_requests(1000, 70_000)
    2000.0
    """
    return float(requests * max(1, -(-payload_bytes // _REQUEST_CHUNK_BYTES)))


def storage_gb_months(
    written_gb: float, retention_months: float, month: int | None = None
) -> float:
    """Return the GB-months of one month, when `written_gb` come evenly in each.

    Parameters
    ----------
    retention_months
        After which an object is deleted; infinity keeps all, and needs a `month`.
    month
        The month that is billed, 0 being the first; by default one late enough that as much is
        deleted as comes.

    Raises
    ------
    ValueError
        If nothing is ever deleted and no month is given.

    Examples
    --------
    >>> storage_gb_months(100, 12), storage_gb_months(100, 12, month=0)
    (1200.0, 50.0)
    """
    if month is None:
        if retention_months == math.inf:
            raise ValueError("month is missing; without deletion, storage grows without end")
        return float(written_gb * retention_months)
    # What is stored at t months is written · min(t, retention); its mean over [month, month + 1].
    grown = min(max(retention_months - month, 0.0), 1.0)
    growing = written_gb * (month * grown + grown * grown / 2)
    return growing + (written_gb * retention_months * (1 - grown) if grown < 1 else 0.0)
