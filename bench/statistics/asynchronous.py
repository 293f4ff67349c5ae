"""What happens after the receipt: the stages read from the execution history.

Some follow each other and make up the total; those of the branches run side by side. All times in
milliseconds.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.statistics.percentile import PERCENTILES, percentile
from bench.statistics.samples import answered, asynchronous_columns, measured, select


@dataclass(frozen=True, slots=True)
class AsynchronousStage:
    """One stage of one strategy at one size, over the requests whose history was read."""

    strategy: str
    size: str
    stage: str
    samples: int
    mean_ms: float
    p50_ms: float | None
    p95_ms: float | None


def asynchronous_stages(
    samples: pd.DataFrame, strategy: str, size: str
) -> tuple[AsynchronousStage, ...]:
    """Summarise every asynchronous stage that has a value, in the table's column order."""
    rows = measured(select(samples, strategy, size))
    rows = rows[answered(rows)]
    summaries = []
    for stage, column in asynchronous_columns(samples).items():
        values = rows[column].dropna().to_numpy(np.float64)
        if len(values):
            summaries.append(
                AsynchronousStage(
                    strategy=strategy,
                    size=size,
                    stage=stage,
                    samples=len(values),
                    mean_ms=float(values.mean()),
                    p50_ms=percentile(values, PERCENTILES["p50"]),
                    p95_ms=percentile(values, PERCENTILES["p95"]),
                )
            )
    return tuple(summaries)
