"""Fits an operation's model to latencies that were measured, by maximum likelihood.

Which terms the model has is decided by the samples too: a size term and a tail are kept where they
explain the samples better than chance would (Bayesian information criterion). What the samples are
too few to say is not fitted but inherited, and a note says so.

Not for reading samples, and not for the execution environments: this needs SciPy.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize  # type: ignore[import-untyped]  # SciPy comes without types

from sim.errors import ProfileError
from sim.latency.calibration.goodness import Goodness, goodness_of
from sim.latency.calibration.likelihood import Coordinates, Vector, mean_log_likelihood
from sim.latency.calibration.sample_cells import SampleCells
from sim.latency.calibration.sizes_seen import SizesSeen
from sim.latency.calibration.start_values import start_bases, start_tails
from sim.latency.operation_model import OperationModel

MINIMUM_SAMPLES: Final = 100
"""Of an operation: with fewer, less than one is expected beyond its p99."""
MINIMUM_IN_TAIL: Final = 20
"""Slow samples, for share and factor of the tail; so many leave the share 22 % uncertain."""
_NOT_RARE: Final = 0.1
"""A tail of so large a share gets a note."""
_COARSE, _FINE = 0.25, 0.05
"""Widths of cells, in standard deviations: for choosing the terms, for the last digits."""
_ROUGHLY, _EXACTLY = 1e-9, 1e-13
"""Relative changes of the likelihood at which a search ends, for the same."""
_VERY_STRONG: Final = 10
"""By so much a term must better the criterion. Source: Kass & Raftery, "Bayes Factors", Journal of
the American Statistical Association 90, 1995: above 10 evidence is very strong."""
_USUAL_SPREAD: Final = 1.6
"""p99 of the time per MB over its median, in each size term of the profiles."""
_BOUNDS: Final = np.array(
    [
        (math.log(1e-4), math.log(1e6)),
        (math.log(1e-3), math.log(3)),
        (math.log(1e-4), math.log(1e6)),
        (math.log(1e-3), math.log(1)),
        (math.log(1e-7), math.log(0.25)),
        (math.log(2), math.log(1e4)),
    ]
)
"""Of `Coordinates`. A tail is rare (a fifth of the calls at most) and slow (twice at least); else
it would be a second model of what is usual. Sigma 1 is a p99 of ten medians: no bandwidth varies
more, and a size term that may would pass for a tail."""
_PARAMETERS: Final = OperationModel.__slots__


@dataclass(frozen=True, slots=True)
class OperationFit:
    """The model of one operation, fitted.

    Attributes
    ----------
    model
        The whole model, inherited parameters included.
    fitted
        The parameters that the samples gave; the others are inherited, or 0.
    samples
        How many there were.
    smallest_bytes, largest_bytes
        The sizes seen: beyond them the model extrapolates.
    goodness
        How well the model describes the samples.
    notes
        What a reader of the numbers must know, a sentence each.
    """

    operation: str
    model: OperationModel
    fitted: tuple[str, ...]
    samples: int
    smallest_bytes: int
    largest_bytes: int
    goodness: Goodness
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Terms:
    """A starting point, and which of its coordinates are searched."""

    start: OperationModel
    free: tuple[bool, bool, bool, bool, bool, bool]


def fit_operation(
    operation: str,
    latency_ms: NDArray[np.float64],
    body_bytes: NDArray[np.float64],
    inherited: OperationModel,
) -> OperationFit:
    """Fit one operation.

    Parameters
    ----------
    operation
        Its name, for messages.
    latency_ms
        Latencies, above 0.
    body_bytes
        What each call sent or received.
    inherited
        The model of the profile that is extended: it gives what the samples cannot.

    Raises
    ------
    ProfileError
        When there are fewer than `MINIMUM_SAMPLES`, when all latencies are equal, or when large
        bodies of one size alone leave base and size term inseparable.
    """
    sizes = SizesSeen(operation, body_bytes, inherited.ms_per_mb > 0)
    if len(latency_ms) < MINIMUM_SAMPLES:
        raise ProfileError(
            f"{operation}: {len(latency_ms)} samples are too few for a p99.",
            f"Give at least {MINIMUM_SAMPLES}.",
        )
    if np.ptp(latency_ms) == 0:
        raise ProfileError(
            f"{operation}: all latencies are {latency_ms[0]:g} ms.",
            "Give them as they were measured, not as a mean.",
        )
    sizes.check()
    samples = len(latency_ms)
    chosen = _best_terms(latency_ms, body_bytes, sizes, inherited)
    cells = SampleCells.of(latency_ms, body_bytes, _FINE)
    fitted = _search(cells, chosen, _EXACTLY)[0].model()
    slow = round(fitted.tail_share * samples) if chosen.free[4] else 0
    tail_is_given = slow >= MINIMUM_IN_TAIL or not (slow or _unshown(inherited, samples))
    model = _as_written(fitted, sizes, tail_is_given, inherited)
    return OperationFit(
        operation=operation,
        model=model,
        fitted=tuple(_fitted(model, sizes, tail_is_given)),
        samples=samples,
        smallest_bytes=sizes.smallest,
        largest_bytes=sizes.largest,
        goodness=goodness_of(model, latency_ms, body_bytes),
        notes=(*sizes.notes(model), *_tail_notes(model, slow, samples)),
    )


def _best_terms(
    latency_ms: NDArray[np.float64],
    body_bytes: NDArray[np.float64],
    sizes: SizesSeen,
    inherited: OperationModel,
) -> _Terms:
    """Return the terms whose information criterion is best, started where the search ended."""
    cells = SampleCells.of(latency_ms, body_bytes, _COARSE)
    samples = len(latency_ms)
    tails = start_tails(latency_ms, body_bytes)
    found: list[tuple[float, _Terms]] = []

    def search(terms: _Terms) -> OperationModel:
        best, likelihood = _search(cells, terms, _ROUGHLY)
        model = best.model(digits=12)
        penalty = sum(terms.free) * (math.log(samples) + _VERY_STRONG / 2)
        found.append((penalty - 2 * samples * likelihood, replace(terms, start=model)))
        return model

    for start in start_bases(latency_ms, body_bytes, sizes.differ):
        sized = sizes.differ and start.ms_per_mb > 0
        if not sizes.differ:
            start = replace(start, **_size_term(inherited))
        plain = replace(start, **_tail(inherited)) if _unshown(inherited, samples) else start
        ended = search(_Terms(plain, (True, True, sized, sized, False, False)))
        # From both ends: slow calls have drawn `ended` towards them, if there are any.
        for tailless, (share, factor) in ((start, tails[0]), (start, tails[1]), (ended, tails[2])):
            tailed = replace(tailless, tail_share=share, tail_factor=factor)
            search(_Terms(tailed, (True, True, sized, sized, True, True)))
    return min(found, key=lambda each: each[0])[1]


def _as_written(
    fitted: OperationModel, sizes: SizesSeen, tail_is_given: bool, inherited: OperationModel
) -> OperationModel:
    """Return the model with what the samples are too few for inherited after all.

    It was fitted along: held at a value that is not the samples', it would have bent the others.
    """
    if sizes.differ and fitted.ms_per_mb and not sizes.give_spread:
        sized = inherited.ms_per_mb > 0
        ratio = inherited.ms_per_mb_p99 / inherited.ms_per_mb if sized else _USUAL_SPREAD
        fitted = replace(fitted, ms_per_mb_p99=float(f"{fitted.ms_per_mb * ratio:.4g}"))
    return fitted if tail_is_given else replace(fitted, **_tail(inherited))


def _unshown(inherited: OperationModel, samples: int) -> bool:
    """Say whether the inherited tail is too rare for so many samples to show or rule out."""
    return inherited.tail_share * samples < MINIMUM_IN_TAIL


def _size_term(model: OperationModel) -> dict[str, float]:
    return {"ms_per_mb": model.ms_per_mb, "ms_per_mb_p99": model.ms_per_mb_p99}


def _tail(model: OperationModel) -> dict[str, float]:
    return {"tail_share": model.tail_share, "tail_factor": model.tail_factor}


def _search(cells: SampleCells, terms: _Terms, precision: float) -> tuple[Coordinates, float]:
    """Return the most likely coordinates and their mean log likelihood."""
    whole = Coordinates.of(terms.start).as_vector()
    free = np.array(terms.free)
    low, high = _BOUNDS[free].T

    def worse(moved: Vector) -> tuple[float, Vector]:
        whole[free] = moved
        likelihood, slopes = mean_log_likelihood(whole, cells)
        return -likelihood, -slopes[free]

    found = optimize.minimize(
        worse,
        np.clip(whole[free], low, high),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
        options={"ftol": precision, "gtol": 1e-7, "maxiter": 500},
    )
    whole[free] = found.x
    return Coordinates(*(float(each) for each in whole)), -float(found.fun)


def _fitted(model: OperationModel, sizes: SizesSeen, tail_is_given: bool) -> Iterator[str]:
    """Yield the parameters that the samples gave."""
    yield from _PARAMETERS[:2]
    if sizes.differ:
        yield "ms_per_mb"
        # Without a size term, its spread is known to be none.
        if sizes.give_spread or not model.ms_per_mb:
            yield "ms_per_mb_p99"
    if tail_is_given:
        yield from _PARAMETERS[4:]


def _tail_notes(model: OperationModel, slow: int, samples: int) -> Iterator[str]:
    if slow >= _NOT_RARE * samples:
        yield (
            f"{model.tail_share:.0%} of the calls are in the tail, which is not rare: there are "
            "two kinds of calls, rather; look for what tells them apart."
        )
    kept = "none"
    if model.tail_share:
        kept = f"a share of {model.tail_share:g}, {model.tail_factor:g} times slower"
    if 0 < slow < MINIMUM_IN_TAIL:
        yield (
            f"About {slow} slow calls were seen, fewer than the {MINIMUM_IN_TAIL} that a tail is "
            f"fitted to: they are left out of the p99, and the tail is inherited ({kept})."
        )
    elif not slow:
        yield (
            f"No tail was seen, and {samples:,} samples would show one from a share of "
            f"{MINIMUM_IN_TAIL / samples:.2g} on; the profile has {kept}."
        )
