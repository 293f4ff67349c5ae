"""How much of each limit is used at the peak, and so what breaks first as the rate grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim.capacity.account import AccountLimits
from sim.capacity.design import ROLES, Design, Strategy
from sim.capacity.network import Network, Outcome, TokenBucket
from sim.capacity.pipeline import names
from sim.quotas import read_quotas

Kind = Literal["account quota", "hard limit", "deployment"]
"""What is to be done about it: ask AWS for more, live with it, or change the deployment."""

LAMBDA_EVENT_BYTES: Final = read_quotas().quota("lambda.request-payload").value
"""An event must be smaller."""

GATEWAY_BODY_BYTES: Final = read_quotas().quota("api-gateway.payload").value

_ENVELOPE_BYTES: Final = 2_500
"""Of a proxy event around its body. Judgement: 1.5 to 4 KB; `firstwrite preflight` counts it."""

_QUOTA_BUCKETS: Final = {
    names.GATEWAY: "Throttle rate, L-8A5B8E43",
    names.LAMBDA_REQUESTS: "ten times the concurrency",
    names.STARTS: "StartExecution throttle: Service Quotas, Step Functions",
    names.TRANSITIONS: "StateTransition throttle: Service Quotas, Step Functions",
    names.PUBLISHES: "Publish messages per second: Service Quotas, SNS",
    names.TABLE_WRITES: "table-level write throughput, or warm throughput",
}
_DEPLOYED_BUCKETS: Final = {
    names.USAGE_PLAN: "ApiRateLimit and ApiBurstLimit",
    names.CACHE_IN: "CacheNodeType, or more shards",
    names.CACHE_OUT: "CacheNodeType, fewer replicas, or more shards",
    names.ARCHIVE_PUTS: "spread the archive's keys over more prefixes",
}


@dataclass(frozen=True, slots=True)
class LimitUse:
    """A limit, and what is used of it at the peak.

    Attributes
    ----------
    used, limit
        In *unit*.
    share
        Of the limit that is used; 1 and more: it was reached.
    refused
        How often somebody was refused for it.
    kind, mend
        What is to be done about it.
    grows
        Whether use grows with the rate: a body's size does not.
    """

    name: str
    used: float
    limit: float
    unit: str
    share: float
    refused: int
    kind: Kind
    mend: str
    grows: bool = True


def limit_uses(
    network: Network,
    outcome: Outcome,
    design: Design,
    strategy: Strategy,
    limits: AccountLimits,
    largest_body_bytes: int,
) -> list[LimitUse]:
    """Return every limit that the path meets, the most used first.

    A token bucket counts twice, and by the larger: what was taken in its busiest interval against
    what it gains in one, and how far it was emptied while it lived on its burst.
    """
    found = [
        *(_bucket(outcome, each) for each in network.resources if isinstance(each, TokenBucket)),
        _concurrency(outcome, limits),
        *_reserved(outcome, design, strategy),
        *_cache(outcome, network),
        *_sizes(largest_body_bytes),
    ]
    return sorted(found, key=lambda use: -use.share)


def first_to_break(uses: Sequence[LimitUse]) -> LimitUse | None:
    """Return the limit that is reached first as the rate grows; None if none grows."""
    growing = [use for use in uses if use.grows and use.share > 0]
    return max(growing, key=lambda use: use.share, default=None)


def breaks_at(use: LimitUse, peak_rate_per_s: float) -> float:
    """Return the peak rate at which a limit is reached, if its use grows in proportion."""
    return peak_rate_per_s / use.share


def _bucket(outcome: Outcome, bucket: TokenBucket) -> LimitUse:
    series = outcome.buckets[bucket.name]
    busiest = float(series.utilisation.max(initial=0.0))
    emptied = 1 - float(series.level_min.min(initial=bucket.burst)) / bucket.burst
    # A bucket that is emptied by single messages is not short of anything while it refills.
    share = max(busiest, emptied) if busiest > 1 or series.refusals.any() else busiest
    bytes_ = bucket.name in {names.CACHE_IN, names.CACHE_OUT}
    kind: Kind = "account quota" if bucket.name in _QUOTA_BUCKETS else "deployment"
    return LimitUse(
        name=bucket.name,
        used=busiest * bucket.rate_per_s / (1e6 if bytes_ else 1),
        limit=bucket.rate_per_s / (1e6 if bytes_ else 1),
        unit="MB/s" if bytes_ else "per s",
        share=share,
        refused=outcome.totals[bucket.name].refusals,
        kind=kind,
        mend=(_QUOTA_BUCKETS | _DEPLOYED_BUCKETS).get(bucket.name, ""),
    )


def _concurrency(outcome: Outcome, limits: AccountLimits) -> LimitUse:
    busy = np.sum([outcome.pools[names.environments(role)].busy_max for role in ROLES], axis=0)
    used = float(busy.max(initial=0))
    return LimitUse(
        name="Lambda concurrency",
        used=used,
        limit=limits.concurrency,
        unit="environments",
        share=used / limits.concurrency,
        refused=sum(outcome.totals[names.environments(role)].refusals for role in ROLES),
        kind="account quota",
        mend="Concurrent executions, L-B99A9384",
    )


def _reserved(outcome: Outcome, design: Design, strategy: Strategy) -> list[LimitUse]:
    found = []
    for role in ROLES:
        reserved = design.function(strategy, role).reserved_concurrency
        if reserved:
            pool = names.environments(role)
            used = float(outcome.pools[pool].busy_max.max(initial=0))
            found.append(
                LimitUse(
                    name=f"reserved concurrency of {role}",
                    used=used,
                    limit=reserved,
                    unit="environments",
                    share=used / reserved,
                    refused=outcome.totals[pool].refusals,
                    kind="deployment",
                    mend="ReservedConcurrentExecutions",
                )
            )
    return found


def _cache(outcome: Outcome, network: Network) -> list[LimitUse]:
    if names.CACHE_MEMORY not in outcome.memories:
        return []
    memory, thread = outcome.memories[names.CACHE_MEMORY], outcome.stations[names.CACHE_THREAD]
    capacity = network.resource(names.CACHE_MEMORY).capacity_bytes  # type: ignore[union-attr]
    used = float(memory.bytes_max.max(initial=0))
    busy = float(thread.utilisation.max(initial=0.0))
    return [
        LimitUse(
            name=names.CACHE_MEMORY,
            used=used / 2**30,
            limit=capacity / 2**30,
            unit="GiB",
            # A full memory refuses the next value before its last byte is used.
            share=max(used / capacity, 1.0 if memory.refusals.any() else 0.0),
            refused=int(memory.refusals.sum() + memory.evictions.sum()),
            kind="deployment",
            mend="CacheNodeType, CACHE_TTL_SECONDS, or more shards",
        ),
        LimitUse(
            name=names.CACHE_THREAD,
            used=100 * busy,
            limit=100.0,
            unit="% of the time",
            share=busy,
            refused=0,
            kind="deployment",
            mend="more shards",
        ),
    ]


def _sizes(largest_body_bytes: int) -> list[LimitUse]:
    event_bytes = largest_body_bytes + _ENVELOPE_BYTES
    return [
        LimitUse(
            name=name,
            used=used / 2**20,
            limit=limit / 2**20,
            unit="MiB",
            share=used / limit,
            refused=0,
            kind="hard limit",
            mend="smaller records, or an upload by presigned URL",
            grows=False,
        )
        for name, used, limit in (
            ("Lambda event size", event_bytes, LAMBDA_EVENT_BYTES),
            ("API Gateway body size", largest_body_bytes, GATEWAY_BODY_BYTES),
        )
    ]
