"""Mean times of steps by closed formulas, independent of any draw."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.capacity.network import (
    Bandwidth,
    Constant,
    Empirical,
    Exponential,
    Latency,
    ServiceTime,
)
from sim.latency.operation_model import MB_BYTES, sigma


def mean_s(time: ServiceTime, body_bytes: NDArray[np.uint32]) -> float:
    """Return the mean of a service time over messages of these sizes, in seconds."""
    match time:
        case Constant(seconds):
            return seconds
        case Exponential(each_s):
            return each_s
        case Bandwidth(bytes_per_s, seconds):
            return seconds + _mean_bytes(body_bytes) / bytes_per_s
        case Latency(operation, body_share):
            base_ms = _lognormal_mean(operation.median_ms, operation.p99_ms)
            base_ms *= 1 + operation.tail_share * (operation.tail_factor - 1)
            per_mb = _lognormal_mean(operation.ms_per_mb, operation.ms_per_mb_p99)
            return (base_ms + per_mb * _mean_bytes(body_bytes) * body_share / MB_BYTES) / 1e3
        case Empirical(sizes, quantiles_ms):
            means_ms = [
                (sum(row) - (row[0] + row[-1]) / 2) / (len(row) - 1) for row in quantiles_ms
            ]
            return float(np.interp(body_bytes, sizes, means_ms).mean()) / 1e3


def _mean_bytes(body_bytes: NDArray[np.uint32]) -> float:
    return float(body_bytes.mean(dtype=np.float64)) if len(body_bytes) else 0.0


def _mean_of_quantiles(row: Sequence[float]) -> float:
    """Return the mean between equally spaced quantiles: the trapezoidal rule is exact."""
    return (sum(row) - (row[0] + row[-1]) / 2) / (len(row) - 1)


def _lognormal_mean(median: float, p99: float) -> float:
    return median * math.exp(sigma(median, p99) ** 2 / 2)
