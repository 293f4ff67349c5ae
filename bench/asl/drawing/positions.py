"""Where in its row each thing stands: under its neighbours, as far as those beside it let it.

Each sweep solves a row exactly: the squared distances to where its things would like to stand are
least, under the order and the gaps that they must keep (isotonic regression by pooling adjacent
violators).
"""

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

_SWEEPS: Final = 60


def positions(
    rows: Sequence[Sequence[int]],
    chains: Sequence[Sequence[int]],
    widths: Mapping[int, float],
    nodes: int,
    gap: float,
) -> dict[int, float]:
    """Return the middle of each thing, from 0 on.

    Parameters
    ----------
    rows, chains
        As `layered` gives them.
    widths
        Of everything in the rows.
    nodes
        Numbers below it are nodes, others are an edge's place in a row.
    gap
        Least room between two things of a row.
    """
    weights: dict[int, list[tuple[int, float, bool]]] = defaultdict(list)
    for chain in chains:
        for upper, lower in itertools.pairwise(chain):
            # Long edges are to be straight before short ones are.
            weight = (1.0, 3.0, 12.0)[(upper >= nodes) + (lower >= nodes)]
            weights[upper].append((lower, weight, True))
            weights[lower].append((upper, weight, False))
    at: dict[int, float] = {}
    for row in rows:
        place = 0.0
        for each in row:
            at[each] = place + widths[each] / 2
            place += widths[each] + gap
    for sweep in range(_SWEEPS):
        down, both = sweep % 2 == 0, sweep >= _SWEEPS - 6
        for row in rows if down else reversed(rows):
            wanted, weighed = [], []
            for each in row:
                seen = [
                    (at[other], weight)
                    for other, weight, is_below in weights[each]
                    if both or is_below != down
                ]
                whole = sum(weight for _, weight in seen)
                wanted.append(sum(x * weight for x, weight in seen) / whole if seen else at[each])
                weighed.append(whole or 0.01)
            spread = _spread(row, wanted, weighed, widths, gap)
            at |= dict(zip(row, spread, strict=True))
    left = min((at[each] - widths[each] / 2 for each in at), default=0.0)
    return {each: x - left for each, x in at.items()}


def _spread(
    row: Sequence[int],
    wanted: Sequence[float],
    weights: Sequence[float],
    widths: Mapping[int, float],
    gap: float,
) -> list[float]:
    """Return the places nearest to the wanted ones that keep order and gaps."""
    offsets, offset = [], 0.0
    for place, each in enumerate(row):
        if place:
            offset += (widths[row[place - 1]] + widths[each]) / 2 + gap
        offsets.append(offset)
    blocks: list[tuple[float, float, int]] = []
    for want, weight, shift in zip(wanted, weights, offsets, strict=True):
        mean, whole, size = want - shift, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, its_weight, its_size = blocks.pop()
            mean = (mean * whole + before * its_weight) / (whole + its_weight)
            whole, size = whole + its_weight, size + its_size
        blocks.append((mean, whole, size))
    means = [mean for mean, _, size in blocks for _ in range(size)]
    return [mean + shift for mean, shift in zip(means, offsets, strict=True)]
