"""Where a fit begins: models from quantiles, which outliers do not move."""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.latency.calibration.sample_cells import size_groups
from sim.latency.operation_model import NORMAL, OperationModel

_Z99: Final = NORMAL.inv_cdf(0.99)
_Z75: Final = NORMAL.inv_cdf(0.75)
_SLOW: Final = 5
"""A sample is slow from so many standard deviations of its size's logarithms above the median."""
_USUAL_SIGMA: Final = 0.2
"""Of the time per MB in the profiles: a p99 of 1.6 medians."""
_USUAL_BASE_SIGMA: Final = 0.5
"""Of the base in the profiles: a p99 of 3.2 medians."""
_MILD: Final = (0.02, 5.0)
"""A tail that does not stick out of a wide base."""


def start_bases(
    latency_ms: NDArray[np.float64], body_bytes: NDArray[np.float64], sizes_differ: bool
) -> Iterator[OperationModel]:
    """Yield models without a tail: one without a size term, then three with one.

    Parameters
    ----------
    latency_ms, body_bytes
        Of each sample.
    sizes_differ
        Whether to yield models with a size term.
    """
    low, median, high = np.quantile(latency_ms, (0.25, 0.5, 0.75))
    yield _lognormals(median, (high - low) / (2 * _Z75 * median), 0.0, 0.0)
    if not sizes_differ:
        return
    group, sizes_mb = size_groups(body_bytes)
    quartiles = _quartiles(latency_ms, group)
    weights = np.bincount(group).astype(np.float64)
    medians = quartiles[:, 1]
    deviations = (quartiles[:, 2] - quartiles[:, 0]) / (2 * _Z75)
    slope = max(_slope(sizes_mb, medians, weights), 1e-3)
    # Variances add up: a line over the squared size gives both deviations.
    variance_slope = max(_slope(sizes_mb**2, deviations**2, weights), 0.0)
    smallest = int(np.argmin(sizes_mb))
    size_sigma = math.sqrt(variance_slope) / slope
    # Never all of the smallest size's median: a base of 0 would have no spread.
    base = max(medians[smallest] - slope * sizes_mb[smallest], 0.1 * medians[smallest])
    base_sigma = deviations[smallest] / base
    # The likelihood has hills of its own where either spread is wide, or where the base is most.
    yield _lognormals(base, base_sigma, slope, size_sigma)
    yield _lognormals(base / 2, 2 * base_sigma, slope, size_sigma)
    yield _lognormals(base, _USUAL_BASE_SIGMA, slope, _USUAL_SIGMA)


def start_tails(
    latency_ms: NDArray[np.float64], body_bytes: NDArray[np.float64]
) -> tuple[tuple[float, float], ...]:
    """Return three tails (share, factor): two from the samples far out, a mild one."""
    group, _ = size_groups(body_bytes)
    low, median, high = _quartiles(latency_ms, group)[group].T
    sigma = np.maximum(np.log(high / low) / (2 * _Z75), 1e-3)
    outside = np.log(latency_ms / median) > _SLOW * sigma
    far = float(np.median((latency_ms / median)[outside])) if outside.any() else 10.0
    share = min(max(float(outside.mean()), 10 / len(latency_ms)), 0.1)
    return (share, max(far, 2.5)), (share, max(3 * far, 2.5)), _MILD


def _quartiles(latency_ms: NDArray[np.float64], group: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return each group's quartiles, shape (groups, 3)."""
    return np.array(
        [
            np.quantile(latency_ms[group == each], (0.25, 0.5, 0.75))
            for each in range(group.max() + 1)
        ]
    )


def _slope(
    sizes: NDArray[np.float64], values: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    """Return the median slope between sizes, each pair by its weight (Theil and Sen)."""
    first, second = np.triu_indices(len(sizes), 1)
    apart = sizes[second] != sizes[first]
    first, second = first[apart], second[apart]
    slopes = (values[second] - values[first]) / (sizes[second] - sizes[first])
    # A pair says as much as its distance and its rarer end.
    says = np.abs(sizes[second] - sizes[first]) * np.minimum(weights[first], weights[second])
    order = np.argsort(slopes)
    half = np.searchsorted(np.cumsum(says[order]), says.sum() / 2)
    return float(slopes[order][half])


def _lognormals(base: float, base_sigma: float, slope: float, slope_sigma: float) -> OperationModel:
    spreads = [math.exp(_Z99 * min(max(each, 0.05), 1.5)) for each in (base_sigma, slope_sigma)]
    return OperationModel(base, base * spreads[0], slope, slope * spreads[1])
