"""How many requests were sent, answered, refused and lost, and whether they left on time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from bench.load.generator_health import LATE_MS, too_many_unsent
from bench.statistics.percentile import percentile
from bench.statistics.samples import STRATEGIES, answered, cold, measured, refused, select

DROPPED: Final = "dropped: "
"""How the error of a request begins that was due and not sent, as too many were in flight."""


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
    """How late requests left the load generator, in milliseconds after they were due.

    ``invalid`` is by the rule that marks a block (`bench.load.generator_health.too_many_unsent`),
    over all blocks together: a block may be marked in a run that is valid as a whole.
    """

    requests: int
    p50_ms: float | None
    p99_ms: float | None
    late: int
    late_share: float
    dropped: int
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
    unsent = rows["error"].fillna("").str.startswith(DROPPED)
    lags = ((rows["sent_s"] - rows["due_s"]) * 1000)[~unsent].dropna().to_numpy(np.float64)
    if not len(lags):
        return None
    late, dropped = int(np.sum(lags > LATE_MS)), int(unsent.sum())
    return SendLag(
        requests=len(lags),
        p50_ms=percentile(lags, 0.50),
        p99_ms=percentile(lags, 0.99),
        late=late,
        late_share=late / len(lags),
        dropped=dropped,
        invalid=too_many_unsent(late + dropped, len(lags) + dropped),
    )
