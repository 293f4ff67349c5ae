"""Latency samples as weighted cells: a fit to 500,000 of them costs hardly more than one to 5,000.

A cell is narrow against the spread of its neighbours: what grouping adds to a variance is the
square of its width over twelve (Sheppard's correction), here less than a thousandth.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from sim.latency.operation_model import MB_BYTES

_FEW_SAMPLES: Final = 500
"""So many are taken as they are."""
_FEW_SIZES: Final = 16
"""So many sizes are kept apart; more become groups that are `_SIZE_STEP` wide."""
_SIZE_STEP: Final = 1.15
_FIRST_GROUP_BYTES: Final = 1_000
_INTERQUARTILE: Final = 1.349
"""Standard deviations between a normal distribution's quartiles."""


@dataclass(frozen=True, slots=True)
class SampleCells:
    """Latencies (ms) and sizes (MB) of cells, and how many samples each stands for."""

    latency_ms: NDArray[np.float64]
    size_mb: NDArray[np.float64]
    counts: NDArray[np.float64]

    @classmethod
    def of(
        cls, latency_ms: NDArray[np.float64], body_bytes: NDArray[np.float64], width: float
    ) -> Self:
        """Group samples.

        Parameters
        ----------
        latency_ms, body_bytes
            Of each sample; latencies above 0.
        width
            Of a cell, in standard deviations of the logarithm of its size's latencies.
        """
        size_mb = body_bytes / MB_BYTES
        if len(latency_ms) <= _FEW_SAMPLES:
            return cls(latency_ms, size_mb, np.ones(len(latency_ms)))
        group, sizes_mb = size_groups(body_bytes)
        if len(np.unique(body_bytes)) > len(sizes_mb):
            latency_ms = _as_of_the_middle(latency_ms, size_mb, group, sizes_mb)
        logarithm = np.log(latency_ms)
        quartiles = np.array(
            [np.quantile(logarithm[group == each], (0.25, 0.75)) for each in range(len(sizes_mb))]
        )
        step = np.maximum(width * (quartiles[:, 1] - quartiles[:, 0]) / _INTERQUARTILE, 1e-9)
        bins = np.floor((logarithm - quartiles[group, 0]) / step[group])
        _, cell, counts = np.unique(
            np.stack((group, bins)), axis=1, return_inverse=True, return_counts=True
        )
        cell = cell.ravel()
        mean = np.bincount(cell, logarithm) / counts
        return cls(
            np.exp(mean), np.bincount(cell, sizes_mb[group]) / counts, counts.astype(np.float64)
        )


def size_groups(
    body_bytes: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return each sample's group of about equal sizes, and each group's mean size in MB."""
    sizes, group = np.unique(body_bytes, return_inverse=True)
    if len(sizes) > _FEW_SIZES:
        steps = np.floor(np.log1p(body_bytes / _FIRST_GROUP_BYTES) / np.log(_SIZE_STEP))
        _, group = np.unique(steps, return_inverse=True)
    means = np.bincount(group, body_bytes) / np.bincount(group)
    return group, means / MB_BYTES


def _as_of_the_middle(
    latency_ms: NDArray[np.float64],
    size_mb: NDArray[np.float64],
    group: NDArray[np.intp],
    sizes_mb: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Move each sample to its group's mean size, by what sizes do to medians."""
    medians = np.array([np.median(latency_ms[group == each]) for each in range(len(sizes_mb))])
    slope = np.polyfit(sizes_mb, medians, 1, w=np.sqrt(np.bincount(group)))[0]
    moved = latency_ms - slope * (size_mb - sizes_mb[group])
    # A step is an eighth of a size, so this only keeps absurd samples positive.
    kept: NDArray[np.float64] = np.maximum(moved, latency_ms / 2)
    return kept
