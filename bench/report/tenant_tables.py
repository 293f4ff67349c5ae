"""Tables of a run with several tenants: what each waits, and what the choice is to each."""

from bench.report.number_format import (
    count,
    interval,
    milliseconds,
    number,
    strategy_name,
)
from bench.report.tables import Row, Table, rows, size_label
from bench.statistics import Summary


def tenant_latency_table(summary: Summary) -> Table | None:
    """Show each tenant's latency with each strategy, or None for a run without tenants."""
    if not summary.tenant_latency:
        return None
    return Table(
        caption=f"Latency of each tenant, warm environments, ms, profile {summary.profile}",
        columns=(
            "tenant",
            "strategy",
            "bodies",
            "samples",
            *(text for name in ("p50", "p95", "p99") for text in (name, f"interval of {name}")),
        ),
        text_columns=3,
        rows=rows(
            (
                each.tenant,
                strategy_name(each.strategy),
                ", ".join(size_label(summary, size) for size in each.sizes),
                count(each.samples),
                number(each.p50_ms),
                interval(each.p50_interval_ms),
                number(each.p95_ms),
                interval(each.p95_interval_ms),
                number(each.p99_ms),
                interval(each.p99_interval_ms),
            )
            for each in summary.tenant_latency
        ),
        note="All body sizes of a tenant together.",
    )


def tenant_difference_table(summary: Summary) -> Table | None:
    """Show the strategies compared for each tenant, or None where they cannot be."""
    if not summary.tenant_differences:
        return None
    return Table(
        caption="What Redis-first gains on S3-first, for each tenant, ms",
        columns=(
            "tenant",
            "percentile",
            "sooner",
            "Redis-first",
            "S3-first",
            "S3-first less Redis-first",
            f"{summary.bootstrap.confidence * 100:g} % interval",
            "noise floor",
            "detectable",
        ),
        text_columns=3,
        rows=tuple(
            Row(
                (
                    each.tenant,
                    each.percentile,
                    strategy_name(each.verdict),
                    number(each.redis_first_ms),
                    number(each.s3_first_ms),
                    number(each.difference_ms),
                    interval(each.difference_interval_ms),
                    number(each.noise_floor_ms),
                    number(each.smallest_detectable_ms),
                )
            )
            for each in summary.tenant_differences
        ),
    )


def tenant_sentence(summary: Summary) -> str:
    """Say who waits how long at p95, tenant by tenant; nothing without tenants."""
    told = [
        f"{each.tenant} {milliseconds(each.p95_ms)} with {strategy_name(each.strategy)}"
        for each in summary.tenant_latency
        if each.p95_ms is not None
    ]
    return f"p95 of the wait: {', '.join(told)}." if told else ""
