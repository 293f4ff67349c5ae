"""Figures of each tenant of a scenario with several: who waits, and what the choice is to him.

A tenant's measured, warm, answered requests are taken together whatever their size: a scenario
gives each tenant its own sizes, and what one tenant's bursts do to another shows in all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from bench.statistics.interval import Bootstrap, Interval
from bench.statistics.latency import Latency, difference, latency
from bench.statistics.noise_floor import noise_floors_ms, self_differences
from bench.statistics.samples import strategies_present
from bench.statistics.tail_difference import tail_differences
from bench.statistics.verdict import Verdict

SHOWN: Final = ("p50", "p95", "p99")
"""The percentiles that a tenant's figures are given at."""


@dataclass(frozen=True, slots=True)
class TenantLatency:
    """Latency of one tenant's requests with one strategy, warm stratum; see `Latency`.

    ``sizes`` are the names of the body sizes that are in it.
    """

    tenant: str
    strategy: str
    sizes: tuple[str, ...]
    samples: int
    blocks: int
    p50_ms: float | None
    p50_interval_ms: Interval | None
    p95_ms: float | None
    p95_interval_ms: Interval | None
    p99_ms: float | None
    p99_interval_ms: Interval | None


@dataclass(frozen=True, slots=True)
class TenantDifference:
    """What Redis-first gains on S3-first for one tenant at one of `SHOWN`, warm stratum.

    The fields are those of `bench.statistics.TailDifference`.
    """

    tenant: str
    percentile: str
    redis_first_ms: float
    s3_first_ms: float
    difference_ms: float
    difference_interval_ms: Interval | None
    noise_floor_ms: float | None
    smallest_detectable_ms: float | None
    verdict: Verdict


def tenants_of(samples: pd.DataFrame) -> tuple[str, ...]:
    """Give the names of the tenants, sorted; none of a run whose requests are not told apart."""
    if "tenant" not in samples.columns:
        return ()
    return tuple(sorted(set(samples["tenant"].fillna("")) - {""}))


def tenant_latencies(samples: pd.DataFrame, plan: Bootstrap) -> tuple[TenantLatency, ...]:
    """Give each tenant's latency with each strategy, where any request was answered."""
    return tuple(_latencies(samples, plan))


def tenant_differences(
    samples: pd.DataFrame, calls: pd.DataFrame | None, plan: Bootstrap
) -> tuple[TenantDifference, ...]:
    """Compare the strategies for each tenant, at each of `SHOWN` that both have.

    Parameters
    ----------
    samples, calls, plan
        As `bench.statistics.summarise` takes them.
    """
    return tuple(
        each
        for tenant in tenants_of(samples)
        for each in _differences(_as_one_size(samples, tenant), calls, tenant, plan)
    )


def _as_one_size(samples: pd.DataFrame, tenant: str) -> pd.DataFrame:
    """Take a tenant's requests as if they had one body size, named after the tenant."""
    return samples[samples["tenant"] == tenant].assign(size=tenant)


def _latencies(samples: pd.DataFrame, plan: Bootstrap) -> Iterator[TenantLatency]:
    for tenant in tenants_of(samples):
        sent = samples[samples["tenant"] == tenant]
        sizes = tuple(str(each) for each in dict.fromkeys(sent["size"]))
        for strategy in strategies_present(samples):
            found = latency(_as_one_size(samples, tenant), strategy, tenant, "warm", plan)
            if found is not None:
                yield _tenant_latency(tenant, sizes, found)


def _tenant_latency(tenant: str, sizes: tuple[str, ...], found: Latency) -> TenantLatency:
    return TenantLatency(
        tenant=tenant,
        strategy=found.strategy,
        sizes=sizes,
        samples=found.samples,
        blocks=found.blocks,
        p50_ms=found.p50_ms,
        p50_interval_ms=found.p50_interval_ms,
        p95_ms=found.p95_ms,
        p95_interval_ms=found.p95_interval_ms,
        p99_ms=found.p99_ms,
        p99_interval_ms=found.p99_interval_ms,
    )


def _differences(
    rows: pd.DataFrame, calls: pd.DataFrame | None, tenant: str, plan: Bootstrap
) -> Iterator[TenantDifference]:
    floors_ms = noise_floors_ms(self_differences(rows, calls, tenant), tenant)
    middle = difference(rows, tenant, plan, noise_floor_ms=floors_ms.get("p50"))
    if middle is not None:
        yield TenantDifference(
            tenant=tenant,
            percentile="p50",
            redis_first_ms=middle.redis_first_p50_ms,
            s3_first_ms=middle.s3_first_p50_ms,
            difference_ms=middle.difference_ms,
            difference_interval_ms=middle.difference_interval_ms,
            noise_floor_ms=middle.noise_floor_ms,
            smallest_detectable_ms=middle.smallest_detectable_ms,
            verdict=middle.verdict,
        )
    for tail in tail_differences(rows, tenant, plan, noise_floors_ms=floors_ms):
        if tail.percentile in SHOWN:
            yield TenantDifference(
                tenant=tenant,
                percentile=tail.percentile,
                redis_first_ms=tail.redis_first_ms,
                s3_first_ms=tail.s3_first_ms,
                difference_ms=tail.difference_ms,
                difference_interval_ms=tail.difference_interval_ms,
                noise_floor_ms=tail.noise_floor_ms,
                smallest_detectable_ms=tail.smallest_detectable_ms,
                verdict=tail.verdict,
            )
