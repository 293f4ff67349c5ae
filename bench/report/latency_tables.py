"""Tables of the blocking path: overview, latency, cold starts, distribution, floor ratio."""

from bench.report.definitions import interval_minimums
from bench.report.number_format import (
    UNKNOWN,
    count,
    interval,
    number,
    strategy_name,
    times,
)
from bench.report.tables import Table, rows, size_label
from bench.statistics import Latency, Summary
from bench.statistics.distribution import QUANTILES
from bench.statistics.percentile import PERCENTILES
from bench.statistics.samples import MEBIBYTE, STRATEGIES


def overview_table(summary: Summary) -> Table:
    """Answer by size: both strategies, what one gains, and the distance from the floor."""
    confidence = f"{summary.bootstrap.confidence * 100:g} % interval"
    floors = any(each.ratio is not None for each in summary.floor_ratios)
    lines = []
    for size in summary.sizes:
        redis, s3 = (summary.warm(name, size.name) for name in ("redis-first", "s3-first"))
        difference = summary.difference(size.name)
        ratios = {
            each.strategy: each.ratio for each in summary.floor_ratios if each.size == size.name
        }
        lines.append(
            (
                size.label,
                *_p50_p95(redis),
                *_p50_p95(s3),
                number(difference.difference_ms if difference else None),
                interval(difference.difference_interval_ms if difference else None),
                _answer(summary, size.name),
                *(times(ratios.get(each)) for each in STRATEGIES if floors),
            )
        )
    return Table(
        caption=f"Wait for the receipt by body size, ms, profile {summary.profile}",
        groups=(
            ("", 1),
            ("Redis-first", 2),
            ("S3-first", 2),
            ("S3-first less Redis-first", 3),
            *([("p50 ÷ floor", 2)] if floors else []),
        ),
        columns=(
            "body",
            *("p50", "p95") * 2,
            "p50",
            confidence,
            "sooner",
            *(strategy_name(each) for each in STRATEGIES if floors),
        ),
        rows=rows(lines),
        note=(
            "Latency counts from the time at which a request was due."
            + (
                " The floor is the p50 of an upload that is only read and acknowledged plus the "
                "p50 of a raw Redis SET."
                if floors
                else ""
            )
        ),
    )


def latency_table(summary: Summary) -> Table:
    """Every percentile, floors included, warm environments."""
    return Table(
        caption=f"Latency, warm environments, ms, profile {summary.profile}",
        columns=(
            "body",
            "what",
            "samples",
            "blocks",
            "min",
            *(heading for name in PERCENTILES for heading in (name, f"interval of {name}")),
            "max",
            "mean",
            "service p50",
        ),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                count(each.samples),
                count(each.blocks),
                number(each.minimum_ms),
                number(each.p50_ms),
                interval(each.p50_interval_ms),
                number(each.p90_ms),
                interval(each.p90_interval_ms),
                number(each.p95_ms),
                interval(each.p95_interval_ms),
                number(each.p99_ms),
                interval(each.p99_interval_ms),
                number(each.maximum_ms),
                number(each.mean_ms),
                number(each.service_p50_ms),
            )
            for each in _by_size(summary, "warm")
        ),
        note=(
            f"{UNKNOWN}: too few samples. A percentile needs 1/(1 - fraction) of them (p90 10, "
            "p95 20, p99 100): from fewer, less than one sample is expected beyond it and it "
            "would be the maximum by another name. An interval needs more, from 2 blocks or more "
            f"({interval_minimums(summary.bootstrap)}): from fewer not even the span from minimum "
            "to maximum is sure enough to hold the percentile."
        ),
    )


def cold_table(summary: Summary) -> Table | None:
    """Requests that started an execution environment, or None if no measured one did."""
    found = _by_size(summary, "cold")
    if not found:
        return None
    return Table(
        caption=f"Cold starts among measured requests, ms, profile {summary.profile}",
        columns=("body", "strategy", "samples", "min", "p50", "max", "mean"),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                count(each.samples),
                number(each.minimum_ms),
                number(each.p50_ms),
                number(each.maximum_ms),
                number(each.mean_ms),
            )
            for each in found
        ),
        note="A stratum of its own: part of no other figure in this report, and not trimmed away.",
    )


def plotted_latency_table(summary: Summary) -> Table:
    """Show what the plot of latency against body size shows: p50s, intervals and the floor."""
    floors = {each.size: each for each in summary.floor_ratios}
    lines = []
    for size in summary.sizes:
        floor = floors.get(size.name)
        known = floor and None not in (floor.upload_floor_p50_ms, floor.redis_set_p50_ms)
        sides = [summary.warm(name, size.name) for name in ("redis-first", "s3-first")]
        lines.append(
            (
                size.label,
                f"{size.body_bytes / MEBIBYTE:.2f}",
                f"{size.payload_bytes / MEBIBYTE:.2f}",
                *(
                    text
                    for each in sides
                    for text in (
                        number(each.p50_ms if each else None),
                        interval(each.p50_interval_ms if each else None),
                    )
                ),
                number(floor.upload_floor_p50_ms if floor else None),
                number(floor.redis_set_p50_ms if floor else None),
                number((floor.upload_floor_p50_ms or 0) + (floor.redis_set_p50_ms or 0))
                if floor and known
                else UNKNOWN,
            )
        )
    return Table(
        caption=f"p50 and {summary.bootstrap.confidence * 100:g} % interval, ms",
        groups=(("", 3), ("Redis-first", 2), ("S3-first", 2), ("floor p50", 3)),
        columns=(
            "body",
            "body, MB",
            "payload, MB",
            *("p50", "interval") * 2,
            "upload",
            "SET",
            "sum",
        ),
        rows=rows(lines),
        note=(
            "MB are 1,048,576 bytes, as AWS counts its limits. The body is the HTTP request's; the "
            "payload is what base64 decoding leaves of it. Every dot is a row of samples.parquet."
        ),
    )


def quantile_table(summary: Summary) -> Table:
    """Show what the plots of the distribution and of its tail show, at some quantiles."""
    order = {size.name: place for place, size in enumerate(summary.sizes)}
    found = sorted(summary.distributions, key=lambda each: order[each.size])
    return Table(
        caption="Share of requests answered within, ms",
        columns=(
            "body",
            "strategy",
            "samples",
            *(f"{fraction * 100:g} %" for fraction in QUANTILES.values()),
        ),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                count(each.samples),
                *(number(each.quantiles_ms[name]) for name in QUANTILES),
            )
            for each in found
        ),
    )


def floor_table(summary: Summary) -> Table:
    """Show how far each strategy is from the least that its work costs on this machine."""
    return Table(
        caption=f"Blocking p50 ÷ (upload floor p50 + SET p50), profile {summary.profile}",
        columns=(
            "body",
            "strategy",
            "blocking p50, ms",
            "upload floor p50, ms",
            "SET p50, ms",
            "ratio",
            "interval of the ratio",
        ),
        text_columns=2,
        rows=rows(
            (
                size_label(summary, each.size),
                strategy_name(each.strategy),
                number(each.blocking_p50_ms),
                number(each.upload_floor_p50_ms),
                number(each.redis_set_p50_ms),
                times(each.ratio),
                interval(each.ratio_interval),
            )
            for each in summary.floor_ratios
        ),
        note=(
            "Both floors were measured in the same run with the same bodies: a route that reads "
            "the body and acknowledges it, and a SET by redis-py. 1.0x would be a pipeline that "
            "adds nothing. For S3-first the SET stands for the least that any store costs here."
        ),
    )


def _p50_p95(latency: Latency | None) -> tuple[str, str]:
    if latency is None:
        return UNKNOWN, UNKNOWN
    return number(latency.p50_ms), number(latency.p95_ms)


def _answer(summary: Summary, size: str) -> str:
    difference = summary.difference(size)
    if difference is None:
        return UNKNOWN
    if difference.sooner is None:
        return "not resolvable"
    ratio = difference.ratio if difference.sooner == "redis-first" else 1 / difference.ratio
    return f"{strategy_name(difference.sooner)} {times(ratio)}"


def _by_size(summary: Summary, which: str) -> list[Latency]:
    order = {size.name: place for place, size in enumerate(summary.sizes)}
    found = [each for each in summary.latency if each.stratum == which]
    return sorted(found, key=lambda each: order[each.size])
