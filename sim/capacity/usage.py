"""What a month uses, from what a simulation used: the counts that a bill is made of."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.capacity.design import ROLES, CacheDesign, Design, Role, Strategy
from sim.capacity.network import Arrivals, Outcome
from sim.capacity.pipeline import names
from sim.capacity.pipeline.calls import PAYLOAD_SHARE
from sim.prices import (
    CacheEngine,
    CacheUsage,
    EndpointUsage,
    FunctionUsage,
    Usage,
    storage_gb_months,
)

GB_BYTES: Final = 2**30
"""What AWS bills as a GB."""

ROW_BYTES: Final = 900
"""Of a metadata row, and of what Step Functions is sent: in the reference run."""

LOG_LINE_BYTES: Final = 500
LOG_LINES_PER_INVOCATION: Final = 4
"""START, END, REPORT and the handler's own line: judgement, from local log streams."""

_ENGINES: Final[dict[str, CacheEngine]] = {"valkey": "valkey", "redis": "redis-oss"}


@dataclass(frozen=True, slots=True)
class Kept:
    """How long things are kept, in months; the month that is billed is the first by default.

    Attributes
    ----------
    archive_months, rows_months
        After which an object or a row is deleted.
    month
        Which month the bill is of, 0 being the first.
    """

    archive_months: float = float("inf")
    rows_months: float = float("inf")
    month: int = 0


def month_usage(
    design: Design,
    strategy: Strategy,
    arrivals: Arrivals,
    outcome: Outcome,
    *,
    messages_per_month: float,
    kept: Kept | None = None,
) -> Usage:
    """Return what a month uses, if it is like what was simulated.

    Parameters
    ----------
    messages_per_month
        That are due in the month: the simulation's counts are scaled to it.
    kept
        Retention, and which month.
    """
    kept = kept or Kept()
    due = len(arrivals.due_s)
    scale = messages_per_month / due if due else 0.0
    receipts = np.isfinite(outcome.marks[names.RECEIPT])
    payload_bytes = float(arrivals.body_bytes[receipts].sum(dtype=np.float64)) * PAYLOAD_SHARE
    payload_gb = payload_bytes * scale / GB_BYTES
    started = float(receipts.sum()) * scale
    functions = tuple(_function(design, strategy, outcome, role, scale) for role in ROLES)
    invocations = sum(each.invocations for each in functions)
    tasks = outcome.totals[names.PUBLISHES].arrivals * scale
    return Usage(
        functions=functions,
        caches=(cache_usage(design.cache),) if strategy == "redis-first" else (),
        interface_endpoints=_endpoints(design, strategy, started),
        api_requests=float(outcome.attempts.sum(dtype=np.int64)) * scale,
        state_transitions=outcome.totals[names.TRANSITIONS].taken * scale,
        s3_puts=outcome.totals[names.ARCHIVE_PUTS].taken * scale,
        s3_gets=outcome.totals[names.environments("archive")].arrivals * scale,
        s3_storage_gb_months=storage_gb_months(payload_gb, kept.archive_months, kept.month),
        dynamodb_write_units=outcome.totals[names.TABLE_WRITES].taken * scale,
        dynamodb_storage_gb_months=storage_gb_months(
            started * ROW_BYTES / GB_BYTES, kept.rows_months, kept.month
        ),
        sns_requests=tasks,
        secret_months=1.0 if strategy == "redis-first" else 0.0,
        logs_gb=invocations * LOG_LINES_PER_INVOCATION * LOG_LINE_BYTES / GB_BYTES,
        cross_az_gb=_cross_zone_gb(design, strategy, payload_gb),
    )


def _function(
    design: Design, strategy: Strategy, outcome: Outcome, role: Role, scale: float
) -> FunctionUsage:
    function = design.function(strategy, role)
    totals = outcome.totals[names.environments(role)]
    invocations = (totals.arrivals - totals.refusals) * scale
    return FunctionUsage(
        name=role,
        architecture=function.architecture,
        invocations=invocations,
        gb_seconds=totals.billed_s * scale * function.memory_mb / 1024,
    )


def cache_usage(cache: CacheDesign) -> CacheUsage:
    """Return what a month of a cache's nodes is billed as."""
    return CacheUsage(cache.node_type, _ENGINES[cache.engine], cache.shards, cache.replicas)


def _endpoints(design: Design, strategy: Strategy, messages: float) -> tuple[EndpointUsage, ...]:
    """Return the interface endpoints: of the functions in the cache's network."""
    if strategy != "redis-first":
        return ()
    data_gb = messages * ROW_BYTES / GB_BYTES / max(1, design.interface_endpoints)
    return tuple(
        EndpointUsage(f"endpoint {number + 1}", design.zones, data_gb)
        for number in range(design.interface_endpoints)
    )


def _cross_zone_gb(design: Design, strategy: Strategy, payload_gb: float) -> float:
    """Return what crosses zones between functions and cache: each payload is written and read once.

    Functions are spread over the zones evenly, and the primary is in one of them.
    """
    if strategy != "redis-first":
        return 0.0
    return payload_gb * 2 * (1 - 1 / design.zones)
