"""A probe as rows of text, for whatever draws tables."""

from typing import Final

from bench.probe.back_end import CONCURRENCY
from bench.probe.conclusions import size_text
from bench.probe.result import Probe, SizeTrial

LIMIT_HEADINGS: Final = ("service", "AWS takes, bytes", "tried", "so")
LATENCY_HEADINGS: Final = (
    "service",
    "size",
    "median ms",
    "p95 ms",
    "client ms",
    "SHA-256 ms",
    "back end ms",
)
THROUGHPUT_HEADINGS: Final = (
    "service",
    "size",
    "1 at a time, /s",
    f"{CONCURRENCY} at once, /s",
    "scaling",
    f"client, {CONCURRENCY} at once, /s",
)

_NONE: Final = "-"


def limit_rows(probe: Probe) -> list[tuple[str, ...]]:
    """Return a row for each service, under `LIMIT_HEADINGS`."""
    rows: list[tuple[str, ...]] = []
    for service in probe.services:
        tried = "; ".join(_trial(trial) for trial in service.limits.trials)
        if service.takes_less:
            verdict = f"takes less than AWS: {service.limits.largest_taken_bytes:,}"
        elif service.takes_more:
            verdict = "takes more than AWS"
        else:
            verdict = "as AWS"
        rows.append((service.traits.name, f"{service.traits.aws_limit_bytes:,}", tried, verdict))
    return rows


def latency_rows(probe: Probe) -> list[tuple[str, ...]]:
    """Return a row for each service and size, under `LATENCY_HEADINGS`."""
    return [
        (
            service.traits.name,
            size_text(latency.size_bytes),
            f"{latency.median_ms:.2f}",
            _optional(latency.p95_ms),
            f"{latency.client_ms:.2f}",
            _optional(latency.body_sha256_ms),
            f"{latency.back_end_ms:.2f}",
        )
        for service in probe.services
        for latency in service.latencies
    ]


def throughput_rows(probe: Probe) -> list[tuple[str, ...]]:
    """Return a row for each service whose throughput was measured, under `THROUGHPUT_HEADINGS`."""
    return [
        (
            service.traits.name,
            size_text(found.size_bytes),
            f"{found.alone_per_s:,.0f}",
            f"{found.together_per_s:,.0f}",
            f"{found.scaling:.2f}",
            f"{found.client_together_per_s:,.0f}",
        )
        for service in probe.services
        if (found := service.throughput) is not None
    ]


def _trial(trial: SizeTrial) -> str:
    return f"{trial.size_bytes:,} {'taken' if trial.taken else 'refused'}"


def _optional(value_ms: float | None) -> str:
    return _NONE if value_ms is None else f"{value_ms:.2f}"
