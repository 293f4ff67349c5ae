"""What became of each block of a run, in the order of time: where a drift or a fault shows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.statistics.percentile import PERCENTILES, percentile
from bench.statistics.samples import STRATEGIES, answered, cold, measured, stratum


@dataclass(frozen=True, slots=True)
class BlockFigures:
    """One block of a compared strategy. Warm-up counts only in ``warm_up``.

    Attributes
    ----------
    block, round, strategy, size
        Which one.
    first_due_s, last_due_s
        When its first and its last request were due, warm-up included, since the run's start.
    warm_up, measured, cold_starts, without_receipt
        Requests; the last two among the measured.
    p50_ms
        Of the warm, answered ones; None of fewer than two.
    """

    block: int
    round: int
    strategy: str
    size: str
    first_due_s: float
    last_due_s: float
    warm_up: int
    measured: int
    cold_starts: int
    without_receipt: int
    p50_ms: float | None


def block_figures(samples: pd.DataFrame) -> tuple[BlockFigures, ...]:
    """Give the figures of each block of the compared strategies, in the order of time."""
    compared = samples[samples["strategy"].isin(STRATEGIES)]
    found = []
    for _, rows in compared.groupby(["block", "strategy", "size"], observed=True):
        counted = measured(rows)
        warm_ms = stratum(rows, "warm")["latency_ms"].to_numpy(np.float64)
        found.append(
            BlockFigures(
                block=int(rows["block"].iloc[0]),
                round=int(rows["round"].iloc[0]),
                strategy=str(rows["strategy"].iloc[0]),
                size=str(rows["size"].iloc[0]),
                first_due_s=float(rows["due_s"].min()),
                last_due_s=float(rows["due_s"].max()),
                warm_up=len(rows) - len(counted),
                measured=len(counted),
                cold_starts=int(cold(counted).sum()),
                without_receipt=int((~answered(counted)).sum()),
                p50_ms=percentile(warm_ms, PERCENTILES["p50"]),
            )
        )
    return tuple(sorted(found, key=lambda each: each.first_due_s))
