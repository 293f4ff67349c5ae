"""Resamples of groups of requests, as counts: how often each request is in each resample.

Counts serve every statistic of a resample alike, without a resample being sorted: requests are put
in order once, and a quantile is found by adding counts up. Nothing here knows an interval.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Figure = Callable[[Floats, Integers], Floats]
"""From values and how often each is in each resample, to the figure of each; resamples last."""

_CELLS_AT_ONCE = 1_000_000
"""Requests counted in one chunk of resamples; some tens of megabytes."""


def members_of(labels: Integers) -> list[Integers]:
    """Give the places of each group's members, groups in the order of their labels."""
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def draw_groups(count: int, resamples: int, random: np.random.Generator) -> Integers:
    """Draw ``count - 1`` of ``count`` groups for each resample, with replacement.

    One less than there are: see `bench.statistics.bootstrap` for the reason and its source.
    """
    return random.integers(0, count, size=(resamples, max(count - 1, 1)))


def chunks_of_counts(groups: Sequence[Integers], drawn: Integers) -> Iterator[Integers]:
    """Count how often each request is in each resample: as often as its group was drawn.

    Parameters
    ----------
    groups
        As `members_of` gives them.
    drawn
        Numbers of the groups of each resample, shape ``(resamples, groups drawn)``.

    Yields
    ------
    Counts of shape ``(resamples of the chunk, requests)``.
    """
    requests = sum(len(members) for members in groups)
    group_of = np.empty(requests, dtype=np.int64)
    for number, members in enumerate(groups):
        group_of[members] = number
    chunk = max(1, _CELLS_AT_ONCE // requests)
    for start in range(0, len(drawn), chunk):
        part = drawn[start : start + chunk]
        cells = np.arange(len(part))[:, np.newaxis] * len(groups) + part
        times = np.bincount(cells.ravel(), minlength=len(part) * len(groups))
        yield times.reshape(len(part), len(groups))[:, group_of]


def figures_of_resamples(
    values: Sequence[Floats], groups: Sequence[Integers], drawn: Integers, figure: Figure
) -> list[Floats]:
    """Give a figure of the resamples of arrays whose n-th values are drawn together.

    Parameters
    ----------
    values
        Arrays of shape ``(requests,)``.
    groups, drawn
        As `chunks_of_counts` takes them.
    figure
        Of each array.
    """
    chunks = [
        [figure(each, counts) for each in values] for counts in chunks_of_counts(groups, drawn)
    ]
    return [np.concatenate(parts, axis=-1) for parts in zip(*chunks, strict=True)]


def counted_quantiles(values: Floats, counts: Integers, fractions: Sequence[float]) -> Floats:
    """Give quantiles of resamples.

    Linear between order statistics, as `bench.statistics.percentile` has it.

    Parameters
    ----------
    values
        The requests' values, shape ``(requests,)``.
    counts
        How often each is in each resample, shape ``(resamples, requests)``.
    fractions
        Which quantiles, from 0 to 1.

    Returns
    -------
    Floats
        Shape ``(fractions, resamples)``.
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    below = np.cumsum(counts[:, order], axis=1)
    last = below[:, -1] - 1
    found = np.empty((len(fractions), len(counts)))
    for row, fraction in zip(found, fractions, strict=True):
        position = last * fraction
        lower = np.floor(position).astype(np.int64)
        upper = np.minimum(lower + 1, last)
        low, high = (
            ordered[np.sum(below <= place[:, np.newaxis], axis=1)] for place in (lower, upper)
        )
        row[:] = low + (high - low) * (position - lower)
    return found
