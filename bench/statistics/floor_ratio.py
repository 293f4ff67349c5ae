"""How far a strategy is from the least that its work costs on this machine.

The floor is an upload of the same body that is only read and acknowledged, plus a raw Redis
``SET`` of the same bytes, both measured in the same run. A ratio of 1 would be a pipeline that
adds nothing. All times in milliseconds.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.statistics import bootstrap
from bench.statistics.interval import Bootstrap, Interval
from bench.statistics.latency import arm
from bench.statistics.percentile import percentile
from bench.statistics.samples import REDIS_SET, UPLOAD_FLOOR, select, stratum


@dataclass(frozen=True, slots=True)
class FloorRatio:
    """Blocking p50 ÷ (upload floor p50 + ``SET`` p50); None what was not measured."""

    strategy: str
    size: str
    blocking_p50_ms: float | None
    upload_floor_p50_ms: float | None
    redis_set_p50_ms: float | None
    ratio: float | None
    ratio_interval: Interval | None


def floor_ratio(samples: pd.DataFrame, strategy: str, size: str, plan: Bootstrap) -> FloorRatio:
    """Compare one strategy at one size with its floor."""
    arms = [
        arm(stratum(select(samples, name, size), "warm"))
        for name in (strategy, UPLOAD_FLOOR, REDIS_SET)
    ]
    blocking, upload, redis_set = (percentile(each.values, 0.5) for each in arms)
    ratio: float | None = None
    ratio_interval: Interval | None = None
    if blocking is not None and upload is not None and redis_set is not None:
        medians = [np.array([median]) for median in (blocking, upload, redis_set)]
        ratio = float(bootstrap.ratio(medians)[0])
        ratio_interval = bootstrap.interval(
            arms, bootstrap.ratio, plan, label=f"floor ratio {strategy} {size}"
        )
    return FloorRatio(strategy, size, blocking, upload, redis_set, ratio, ratio_interval)
