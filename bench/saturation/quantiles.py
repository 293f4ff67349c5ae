"""Quantiles of the waits at one rate, with intervals that neighbours' likeness is allowed for in.

The interval of a quantile reaches from the order statistics at Clopper and Pearson's limits of its
fraction, of as many requests as the design effect leaves (Woodruff, Journal of the American
Statistical Association 47(260), 1952). In a simulated M/M/1 queue at half its capacity, where waits
are much alike, it holds the true quantile in nine of ten cases where 95 % are asked for.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.saturation.decision import Waits, design_effect, lower_share, upper_share
from bench.statistics.percentile import percentile

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class QuantileFigures:
    """A quantile in ms: the value, and between what it lies; None where it cannot be told.

    A quantile that unanswered requests reach has no value, but it may have a lower limit.
    """

    value_ms: float | None
    low_ms: float | None
    high_ms: float | None


def quantile_figures(waits: Waits, fraction: float) -> QuantileFigures:
    """Give a quantile of the waits."""
    all_ms = np.sort(waits.all_ms)
    if not len(all_ms):
        return QuantileFigures(None, None, None)
    with np.errstate(invalid="ignore"):  # between two infinities there is no number
        value = percentile(all_ms, fraction)
    tail = (1 - CONFIDENCE) / 2
    known = value is not None and bool(np.isfinite(value))
    effective = len(all_ms) / design_effect(waits, value or 0.0 if known else float(all_ms[-1]))
    at = fraction * effective
    low, high = lower_share(at, effective, tail), upper_share(at, effective, tail)
    return QuantileFigures(
        value_ms=value if known else None,
        low_ms=_order_statistic(all_ms, low),
        # Beyond the largest of them nothing is known.
        high_ms=_order_statistic(all_ms, high) if high * len(all_ms) < len(all_ms) - 0.5 else None,
    )


def _order_statistic(ordered_ms: np.typing.NDArray[np.float64], fraction: float) -> float | None:
    found = float(np.quantile(ordered_ms, fraction, method="inverted_cdf"))
    return found if np.isfinite(found) else None
