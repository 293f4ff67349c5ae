"""How well a model describes samples: Kolmogorov-Smirnov on the probability integral transform.

If the model is right, cdf(latency | bytes) is uniform between 0 and 1, whatever the sizes are. It
is tested over all samples and in each band of sizes, where a bend that sizes hide shows.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats  # type: ignore[import-untyped]  # SciPy comes without types

from sim.latency.operation_model import MB_BYTES, OperationModel, sigma

SIGNIFICANCE: Final = 0.01
"""So often a right model would be turned down, were its parameters not fitted to the same samples;
as they are, less often."""
TOLERANCE: Final = 0.01
"""A share of the calls that is off by so much is no misfit: with enough samples any model has one
that chance cannot explain."""
_BANDS: Final = 4
_FEWEST_IN_BAND: Final = 100
_CHUNK: Final = 8_192
"""Samples whose nodes are in memory at once."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_SHARES: Final = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class Band:
    """One band of sizes, tested.

    Attributes
    ----------
    smallest_bytes, largest_bytes
        Its sizes, both included.
    samples
        How many it has.
    distance
        Kolmogorov-Smirnov distance: the most by which a share of the calls is off.
    critical
        The distance that is turned down.
    p_value
        How often a right model would be as far off.
    model_share, sample_share
        Where the distance is: the model has this share of the calls there, the samples that one.
    """

    smallest_bytes: int
    largest_bytes: int
    samples: int
    distance: float
    critical: float
    p_value: float
    model_share: float
    sample_share: float

    @property
    def fits(self) -> bool:
        """Whether the distance is one of chance, or too small to matter."""
        return self.distance <= max(self.critical, TOLERANCE)


@dataclass(frozen=True, slots=True)
class Goodness:
    """All samples, and the bands of sizes (none if there is one size only)."""

    whole: Band
    bands: tuple[Band, ...]

    @property
    def fits(self) -> bool:
        """Whether all samples and every band fit."""
        return all(band.fits for band in (self.whole, *self.bands))

    def verdict(self) -> str:
        """Say whether the model fits, and why."""
        if self.fits:
            within = self.whole.distance <= self.whole.critical
            why = "chance" if within else f"the tolerance of {TOLERANCE:g}"
            return f"fits: no share of the calls is off by more than {why} allows"
        wrong = [band for band in self.bands if not band.fits]
        worst = max(wrong or [self.whole], key=lambda band: band.distance)
        where = ""
        if wrong:
            where = f" at {_megabytes(worst.smallest_bytes)} to {_megabytes(worst.largest_bytes)}"
            if worst.smallest_bytes == worst.largest_bytes:
                where = f" at {_megabytes(worst.largest_bytes)}"
        manner = "slower" if worst.sample_share < worst.model_share else "faster"
        return (
            f"does not fit: where the model has {worst.model_share:.1%} of the calls{where}, the "
            f"samples have {worst.sample_share:.1%}; they are {manner} there"
        )


def goodness_of(
    model: OperationModel, latency_ms: NDArray[np.float64], body_bytes: NDArray[np.float64]
) -> Goodness:
    """Test a model against samples of at least one call."""
    shares = probabilities(model, latency_ms, body_bytes)
    edges = _edges(body_bytes)
    level = SIGNIFICANCE / max(len(edges) - 1, 1)
    bands = []
    for low, high in pairwise(edges):
        inside = (body_bytes >= low) & (body_bytes < high)
        if np.count_nonzero(inside) >= _FEWEST_IN_BAND:
            bands.append(_band(shares[inside], body_bytes[inside], level))
    whole = _band(shares, body_bytes, SIGNIFICANCE)
    return Goodness(whole, tuple(bands) if len(bands) > 1 else ())


def probabilities(
    model: OperationModel, latency_ms: NDArray[np.float64], body_bytes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `operation_distribution.cdf` of each sample, at array speed."""
    shares = np.empty(len(latency_ms))
    for start in range(0, len(shares), _CHUNK):
        at = slice(start, start + _CHUNK)
        usual = _sum_cdf(model, latency_ms[at], body_bytes[at], 1.0)
        if model.tail_share:
            slow = _sum_cdf(model, latency_ms[at], body_bytes[at], model.tail_factor)
            usual = (1 - model.tail_share) * usual + model.tail_share * slow
        shares[at] = usual
    return shares


def _sum_cdf(
    model: OperationModel,
    latency_ms: NDArray[np.float64],
    body_bytes: NDArray[np.float64],
    factor: float,
) -> NDArray[np.float64]:
    base = np.full(len(latency_ms), model.median_ms * factor)
    size = model.ms_per_mb * body_bytes / MB_BYTES
    base_sigma = sigma(model.median_ms, model.p99_ms)
    size_sigma = sigma(model.ms_per_mb, model.ms_per_mb_p99)
    size_is_narrow = size * size_sigma <= base * base_sigma
    narrow = np.where(size_is_narrow, size, base)
    narrow_sigma = np.where(size_is_narrow, size_sigma, base_sigma)
    wide = np.where(size_is_narrow, base, size)
    wide_sigma = np.where(size_is_narrow, base_sigma, size_sigma)
    alone = not (narrow * narrow_sigma).any()
    nodes, weights = (np.zeros(1), np.ones(1)) if alone else (_NODES, _SHARES)
    rest = latency_ms[:, None] - narrow[:, None] * np.exp(narrow_sigma[:, None] * nodes)
    # The smallest number stands for "cannot be": its logarithm is far below every median's.
    score = np.log(np.maximum(rest, 1e-300) / wide[:, None])
    spread = np.maximum(wide_sigma, 1e-9)[:, None]
    shares: NDArray[np.float64] = special.ndtr(score / spread) @ weights
    return shares


def _edges(body_bytes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the bands' first sizes, and one past the last."""
    sizes = np.unique(body_bytes)
    if len(sizes) > 2 * _BANDS:
        sizes = np.unique(np.quantile(body_bytes, np.arange(_BANDS) / _BANDS))
    return np.append(sizes, body_bytes.max() + 1)


def _band(shares: NDArray[np.float64], body_bytes: NDArray[np.float64], level: float) -> Band:
    ordered = np.sort(shares)
    count = len(ordered)
    steps = np.arange(count + 1) / count
    above, below = steps[1:] - ordered, ordered - steps[:-1]
    at_above, at_below = int(np.argmax(above)), int(np.argmax(below))
    is_above = above[at_above] >= below[at_below]
    at = at_above if is_above else at_below
    distance = float(max(above[at_above], below[at_below]))
    return Band(
        smallest_bytes=int(body_bytes.min()),
        largest_bytes=int(body_bytes.max()),
        samples=count,
        distance=distance,
        critical=float(stats.kstwo.isf(level, count)),
        p_value=float(stats.kstwo.sf(distance, count)),
        model_share=float(ordered[at]),
        sample_share=float(steps[at + 1] if is_above else steps[at]),
    )


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / MB_BYTES:.3g} MB"
