"""The likelihood of latencies under an operation's model, with its gradient.

The density of a sum of two lognormals has no closed form: it is the mean of the wider one's density
over the narrower one (Gauss-Hermite quadrature), as in `operation_distribution`. The tail is a
second such density whose base is `tail_factor` times longer.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from sim.latency.calibration.sample_cells import SampleCells
from sim.latency.operation_model import NORMAL, OperationModel, sigma

Vector = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_SHARES: Final[Vector] = _WEIGHTS / _WEIGHTS.sum()
_Z99: Final = NORMAL.inv_cdf(0.99)
_ROOT: Final = np.sqrt(2 * np.pi)
_LEAST: Final = 1e-290
"""Of a density: a sample that the model all but excludes must not be infinitely bad."""
_LEAST_SIGMA: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A model as the numbers that a search moves freely, in the order of `as_vector`.

    Attributes
    ----------
    base, base_spread
        Logarithms of the base's median and of its sigma.
    size, size_spread
        Logarithms of the median time per MB and of its sigma; `size` is minus infinity without a
        size term.
    tail
        Logit of the share; minus infinity without a tail.
    factor
        Logarithm of the tail's factor.
    """

    base: float
    base_spread: float
    size: float
    size_spread: float
    tail: float
    factor: float

    @classmethod
    def of(cls, model: OperationModel) -> Self:
        """Return a model's coordinates."""
        share = model.tail_share
        with np.errstate(divide="ignore"):
            return cls(
                float(np.log(model.median_ms)),
                _log_sigma(model.median_ms, model.p99_ms),
                float(np.log(model.ms_per_mb)),
                _log_sigma(model.ms_per_mb, model.ms_per_mb_p99),
                float(np.log(share / (1 - share))),
                float(np.log(model.tail_factor)),
            )

    def as_vector(self) -> Vector:
        """Return the six numbers."""
        return np.array(
            [self.base, self.base_spread, self.size, self.size_spread, self.tail, self.factor]
        )

    def model(self, digits: int = 4) -> OperationModel:
        """Return the model, each number to so many significant digits."""
        tailed = self.tail > -np.inf
        median, slope = np.exp(self.base), np.exp(self.size)
        numbers = (
            median,
            median * np.exp(_Z99 * np.exp(self.base_spread)),
            slope,
            slope * np.exp(_Z99 * np.exp(self.size_spread)),
            1 / (1 + np.exp(-self.tail)) if tailed else 0.0,
            np.exp(self.factor) if tailed else 1.0,
        )
        return OperationModel(*(float(f"{number:.{digits}g}") for number in numbers))


def mean_log_likelihood(vector: Vector, cells: SampleCells) -> tuple[float, Vector]:
    """Return the mean logarithm of the samples' density, and its gradient.

    Parameters
    ----------
    vector
        `Coordinates.as_vector`.
    cells
        The samples.
    """
    base, base_spread, size, size_spread, tail, factor = vector
    usual, usual_slopes = _density(cells, base, base_spread, size, size_spread)
    share = 1 / (1 + np.exp(-tail)) if tail > -np.inf else 0.0
    if share == 0:
        density = np.maximum(usual, _LEAST)
        slopes = np.vstack((usual_slopes, np.zeros((2, len(usual)))))
    else:
        slow, slow_slopes = _density(cells, base + factor, base_spread, size, size_spread)
        density = np.maximum((1 - share) * usual + share * slow, _LEAST)
        mixed = (1 - share) * usual_slopes + share * slow_slopes
        slopes = np.vstack((mixed, share * (1 - share) * (slow - usual), share * slow_slopes[0]))
    shares = cells.counts / cells.counts.sum()
    return float(shares @ np.log(density)), slopes @ (shares / density)


def _density(
    cells: SampleCells, base: float, base_spread: float, size: float, size_spread: float
) -> tuple[Vector, Vector]:
    """Return each cell's density, and its derivatives by the four arguments (4, cells)."""
    base_sigma, size_sigma = np.exp(base_spread), np.exp(size_spread)
    base_ms, size_ms = np.exp(base), np.exp(size) * cells.size_mb
    density, slopes = np.empty(len(size_ms)), np.empty((4, len(size_ms)))
    for at in _halves(size_ms * size_sigma <= base_ms * base_sigma):
        size_is_narrow = bool(size_ms[at[0]] * size_sigma <= base_ms * base_sigma)
        one = (np.full(len(at), base_ms), float(base_sigma))
        other = (size_ms[at], float(size_sigma))
        wide, narrow = (one, other) if size_is_narrow else (other, one)
        found, by_wide, by_narrow = _convolved(cells.latency_ms[at], *wide, *narrow)
        density[at] = found
        order = (by_wide, by_narrow) if size_is_narrow else (by_narrow, by_wide)
        slopes[:, at] = np.vstack(order)
    return density, slopes


def _halves(mask: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    return [at for at in (np.flatnonzero(mask), np.flatnonzero(~mask)) if len(at)]


def _convolved(
    latency_ms: Vector, wide_ms: Vector, wide_sigma: float, narrow_ms: Vector, narrow_sigma: float
) -> tuple[Vector, Vector, Vector]:
    """Return densities, and derivatives by the logarithms of median and sigma of both (2, n)."""
    # Without a narrow one (no size, or no size term) a single node is exact.
    alone = not narrow_ms.any()
    nodes, shares = (np.zeros(1), np.ones(1)) if alone else (_NODES, _SHARES)
    narrow = narrow_ms[:, None] * np.exp(narrow_sigma * nodes)
    rest = latency_ms[:, None] - narrow
    possible = rest > 0
    rest = np.where(possible, rest, 1.0)
    score = (np.log(rest) - np.log(wide_ms)[:, None]) / wide_sigma
    parts = np.where(
        possible, shares * np.exp(-0.5 * score * score) / (wide_sigma * _ROOT * rest), 0.0
    )
    by_narrow = parts * (1 + score / wide_sigma) / rest * narrow
    return (
        parts.sum(axis=1),
        np.stack(((parts * score).sum(axis=1) / wide_sigma, (parts * (score**2 - 1)).sum(axis=1))),
        np.stack((by_narrow.sum(axis=1), by_narrow @ (narrow_sigma * nodes))),
    )


def _log_sigma(median: float, p99: float) -> float:
    return float(np.log(max(sigma(median, p99), _LEAST_SIGMA)))
