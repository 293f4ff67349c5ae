"""What a row of the samples table is: its arm, its size, its stages, and whether it counts.

Everything else in this package asks here which rows belong to a figure. No figure is computed here.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from bench.statistics.errors import SamplesTableError

STRATEGIES = ("redis-first", "s3-first")
"""The two arms that are compared, in the order in which they are shown."""

UPLOAD_FLOOR = "floor"
"""Rows of the route that only reads the body and acknowledges."""

REDIS_SET = "redis-set"
"""Rows of a raw ``SET`` of the body with redis-py: no HTTP, so ``status`` says nothing."""

MEBIBYTE = 1_048_576
"""Bytes of what AWS's quota pages call 1 MB (Lambda's 6 MB are 6,291,456 bytes)."""

STAGE_ORDER = (
    "client-wait",
    "request-transit",
    "gateway-receive",
    "gateway-event",
    "environment-wait",
    "init",
    "runtime",
    "handler-parse",
    "handler-validate",
    "handler-decode",
    "handler-hash",
    "payload-store",
    "start-execution",
    "handler-rest",
    "gateway-respond",
    "response-transit",
    "remainder",
)
"""Stages of the blocking path in the order in which a request passes them."""

REMAINDER = "remainder"

Stratum = Literal["warm", "cold"]

_REQUIRED = (
    "block",
    "round",
    "strategy",
    "size",
    "body_bytes",
    "payload_bytes",
    "warm_up",
    "due_s",
    "sent_s",
    "latency_ms",
    "service_ms",
    "status",
    "error",
)
_COLD_COLUMN = "stage_init_ms"


@dataclass(frozen=True, slots=True)
class BodySize:
    """One of the body sizes of a run.

    ``name`` is the plan's ("256 KB", "largest"), ``label`` the same with the megabytes where the
    name gives none, ``body_bytes`` and ``payload_bytes`` are medians over the rows (the kinds of
    payload differ by a few bytes).
    """

    name: str
    label: str
    body_bytes: int
    payload_bytes: int


def check_samples(samples: pd.DataFrame) -> None:
    """Refuse a table that lacks a column.

    Raises
    ------
    SamplesTableError
        Names the columns that are missing.
    """
    missing = [column for column in _REQUIRED if column not in samples.columns]
    if missing:
        raise SamplesTableError(
            f"the samples table lacks {', '.join(missing)}: "
            "write it with one row a request and the columns of bench/results/SCHEMA.md"
        )


def body_sizes(samples: pd.DataFrame) -> tuple[BodySize, ...]:
    """Give the sizes that occur in ``samples``, smallest body first."""
    if samples.empty:
        return ()
    medians = samples.groupby("size", observed=True)[["body_bytes", "payload_bytes"]].median()
    ordered = medians.sort_values("body_bytes", kind="stable")
    return tuple(
        BodySize(str(name), _label(str(name), float(body)), round(body), round(payload))
        for name, body, payload in ordered.itertuples()
    )


def strategies_present(samples: pd.DataFrame) -> tuple[str, ...]:
    """Give the compared strategies that have rows, in the order of `STRATEGIES`."""
    present = set(samples["strategy"])
    return tuple(strategy for strategy in STRATEGIES if strategy in present)


def select(samples: pd.DataFrame, strategy: str, size: str) -> pd.DataFrame:
    """Give the rows of one strategy at one size, warm-up included."""
    return samples[(samples["strategy"] == strategy) & (samples["size"] == size)]


def measured(samples: pd.DataFrame) -> pd.DataFrame:
    """Give the rows that are not warm-up."""
    return samples[~samples["warm_up"].astype(bool)]


def answered(samples: pd.DataFrame) -> pd.Series:
    """Mark rows that have a latency: answered with 2xx, or a ``SET`` that raised no error."""
    clean = (samples["error"].fillna("") == "") & samples["latency_ms"].notna()
    acknowledged = samples["status"].between(200, 299) | (samples["strategy"] == REDIS_SET)
    return clean & acknowledged


def refused(samples: pd.DataFrame) -> pd.Series:
    """Mark rows that the system turned down with a 4xx."""
    return samples["status"].between(400, 499)


def cold(samples: pd.DataFrame) -> pd.Series:
    """Mark rows that started an execution environment: those that carry an ``init`` stage."""
    if _COLD_COLUMN not in samples.columns:
        return pd.Series(False, index=samples.index)
    return samples[_COLD_COLUMN].notna()


def stratum(samples: pd.DataFrame, which: Stratum) -> pd.DataFrame:
    """Give the measured, answered rows of one stratum."""
    counted = ~samples["warm_up"].astype(bool) & answered(samples)
    return samples[counted & (cold(samples) == (which == "cold"))]


def stage_columns(samples: pd.DataFrame) -> dict[str, str]:
    """Map stage names to columns, in the order of the path.

    A stage that `STAGE_ORDER` does not know comes after those it knows and before the remainder.
    """
    found = _named_columns(samples, "stage_")
    known = [stage for stage in STAGE_ORDER if stage in found and stage != REMAINDER]
    unknown = [stage for stage in found if stage not in STAGE_ORDER]
    last = [REMAINDER] if REMAINDER in found else []
    return {stage: found[stage] for stage in (*known, *unknown, *last)}


def asynchronous_columns(samples: pd.DataFrame) -> dict[str, str]:
    """Map the names of asynchronous stages to columns, in the table's own order."""
    return _named_columns(samples, "async_")


def _named_columns(samples: pd.DataFrame, prefix: str) -> dict[str, str]:
    return {
        column.removeprefix(prefix).removesuffix("_ms").replace("_", "-"): column
        for column in samples.columns
        if column.startswith(prefix) and column.endswith("_ms")
    }


def _label(name: str, body_bytes: float) -> str:
    if any(character.isdigit() for character in name):
        return name
    return f"{name} ({body_bytes / MEBIBYTE:.1f} MB)"
