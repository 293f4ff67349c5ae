"""How many requests were sent, answered, refused and lost, and whether they left on time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.statistics.percentile import percentile
from bench.statistics.samples import STRATEGIES, answered, cold, measured, refused, select

LATE_MS = 10.0
"""Lag from due to sent beyond which a request counts as late: ten of Locust's scheduling ticks of
about 1 ms."""

LATE_SHARE_LIMIT = 0.01
"""Share of late requests above which the load generator, not the system, may be what was
measured."""


@dataclass(frozen=True, slots=True)
class RequestCount:
    """Requests of one strategy at one size.

    ``sent`` leaves warm-up out and is ``answered`` + ``refused`` (4xx) + ``failed`` (anything
    else). Cold starts of warm-up requests are counted but not measured.
    """

    strategy: str
    size: str
    warm_up: int
    sent: int
    answered: int
    refused: int
    failed: int
    cold_starts: int
    cold_starts_in_warm_up: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Requests without a receipt that ended alike; ``status`` 0 is no answer."""

    strategy: str
    size: str
    status: int
    error: str
    requests: int


@dataclass(frozen=True, slots=True)
class SendLag:
    """How late requests left the load generator, in milliseconds after they were due."""

    requests: int
    p50_ms: float | None
    p99_ms: float | None
    late: int
    late_share: float
    invalid: bool


def request_count(samples: pd.DataFrame, strategy: str, size: str) -> RequestCount:
    """Count the requests of one strategy at one size."""
    rows = select(samples, strategy, size)
    counted = measured(rows)
    ok = answered(counted)
    turned_down = refused(counted) & ~ok
    cold_starts = int(cold(counted).sum())
    return RequestCount(
        strategy=strategy,
        size=size,
        warm_up=len(rows) - len(counted),
        sent=len(counted),
        answered=int(ok.sum()),
        refused=int(turned_down.sum()),
        failed=int((~ok & ~turned_down).sum()),
        cold_starts=cold_starts,
        cold_starts_in_warm_up=int(cold(rows).sum()) - cold_starts,
    )


def failures(samples: pd.DataFrame, *, limit: int = 20) -> tuple[Failure, ...]:
    """Give the most frequent ways in which requests went without a receipt, warm-up included."""
    lost = samples[~answered(samples)]
    counts = (
        lost.assign(error=lost["error"].fillna(""))
        .groupby(["strategy", "size", "status", "error"], observed=True)
        .size()
        .sort_values(ascending=False, kind="stable")
        .reset_index(name="requests")
    )
    return tuple(
        Failure(str(strategy), str(size), int(status), str(error), int(count))
        for strategy, size, status, error, count in counts.head(limit).itertuples(index=False)
    )


def send_lag(samples: pd.DataFrame) -> SendLag | None:
    """Summarise how late the compared strategies' requests left, or None if there were none."""
    rows = measured(samples)
    rows = rows[rows["strategy"].isin(STRATEGIES)]
    lags = ((rows["sent_s"] - rows["due_s"]) * 1000).dropna().to_numpy(np.float64)
    if not len(lags):
        return None
    late = int(np.sum(lags > LATE_MS))
    share = late / len(lags)
    return SendLag(
        requests=len(lags),
        p50_ms=percentile(lags, 0.50),
        p99_ms=percentile(lags, 0.99),
        late=late,
        late_share=share,
        invalid=share > LATE_SHARE_LIMIT,
    )
