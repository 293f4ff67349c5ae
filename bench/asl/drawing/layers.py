"""Which row each thing of a graph stands in, and in which order within it.

The first half of Sugiyama's method: turn what leads back, rank by the longest way from the start,
give long edges a place in each row that they pass, and order the rows by the means of neighbours.
Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
structures" (1981).
"""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_SWEEPS: Final = 12


@dataclass(frozen=True, slots=True)
class Link:
    """An edge by the numbers of its ends; `labelled` edges need a place for their label."""

    start: int
    end: int
    labelled: bool = False


@dataclass(slots=True)
class Layers:
    """Rows of numbers; even rows hold nodes, odd ones labels; both hold what passes by.

    Parameters
    ----------
    rows
        Numbers below the count of nodes are nodes; the others stand for an edge in a row.
    chains
        For each edge, the numbers that it leads through, from its upper end to its lower.
    turned
        For each edge, whether it leads upwards.
    """

    rows: list[list[int]]
    chains: list[list[int]]
    turned: list[bool]


def layered(count: int, links: Sequence[Link], first: int) -> Layers:
    """Put *count* nodes and their edges into rows; *first* is where the graph begins.

    Edges from a node to itself are not for this.
    """
    turned = _turned(count, links, first)
    downward = [
        (link.end, link.start) if back else (link.start, link.end)
        for link, back in zip(links, turned, strict=True)
    ]
    ranks = _ranks(count, downward)
    rows: list[list[int]] = [[] for _ in range(2 * max(ranks, default=0) + 1)]
    for node in _in_order_of_visit(count, downward, first):
        rows[2 * ranks[node]].append(node)
    chains, following = [], count
    for upper, lower in downward:
        chain = [upper]
        for row in range(2 * ranks[upper] + 1, 2 * ranks[lower]):
            rows[row].append(following)
            chain.append(following)
            following += 1
        chains.append([*chain, lower])
    return Layers(_ordered(rows, chains), chains, turned)


def _turned(count: int, links: Sequence[Link], first: int) -> list[bool]:
    """Say for each edge whether it leads back to a node that is on the way to it."""
    outgoing = defaultdict(list)
    for number, link in enumerate(links):
        outgoing[link.start].append(number)
    turned, state = [False] * len(links), [0] * count
    for root in (first, *range(count)):
        stack = [(root, iter(outgoing[root]))] if state[root] == 0 else []
        state[root] = state[root] or 1
        while stack:
            node, ahead = stack[-1]
            edge = next(ahead, None)
            if edge is None:
                state[node] = 2
                stack.pop()
                continue
            end = links[edge].end
            if state[end] == 1:
                turned[edge] = True
            elif state[end] == 0:
                state[end] = 1
                stack.append((end, iter(outgoing[end])))
    return turned


def _ranks(count: int, downward: Sequence[tuple[int, int]]) -> list[int]:
    incoming, outgoing = [0] * count, defaultdict(list)
    for upper, lower in downward:
        incoming[lower] += 1
        outgoing[upper].append(lower)
    ranks = [0] * count
    ready = [node for node in range(count) if not incoming[node]]
    while ready:
        node = ready.pop()
        for lower in outgoing[node]:
            ranks[lower] = max(ranks[lower], ranks[node] + 1)
            incoming[lower] -= 1
            if not incoming[lower]:
                ready.append(lower)
    return ranks


def _in_order_of_visit(count: int, downward: Sequence[tuple[int, int]], first: int) -> list[int]:
    outgoing = defaultdict(list)
    for upper, lower in downward:
        outgoing[upper].append(lower)
    found: dict[int, None] = {}
    for root in (first, *range(count)):
        ahead = [root]
        while ahead:
            node = ahead.pop()
            if node not in found:
                found[node] = None
                ahead += reversed(outgoing[node])
    return list(found)


def _ordered(rows: list[list[int]], chains: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the rows in the order with the fewest crossings that sweeping up and down finds."""
    above, below = defaultdict(list), defaultdict(list)
    for chain in chains:
        for upper, lower in itertools.pairwise(chain):
            above[lower].append(upper)
            below[upper].append(lower)
    best, fewest = rows, _crossings(rows, below)
    current = rows
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        current = _swept(current, above if sweep % 2 == 0 else below, down=sweep % 2 == 0)
        crossings = _crossings(current, below)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


def _swept(
    rows: list[list[int]], neighbours: dict[int, list[int]], *, down: bool
) -> list[list[int]]:
    swept = [list(row) for row in rows]
    for index in range(len(rows)) if down else reversed(range(len(rows))):
        beside = index - 1 if down else index + 1
        if not 0 <= beside < len(rows):
            continue
        places = {each: place for place, each in enumerate(swept[beside])}
        scale = len(places) / max(1, len(swept[index]))
        means = {}
        for own, each in enumerate(swept[index]):
            found = [places[other] for other in neighbours[each] if other in places]
            means[each] = sum(found) / len(found) if found else own * scale
        swept[index].sort(key=means.__getitem__)
    return swept


def _crossings(rows: Sequence[Sequence[int]], below: dict[int, list[int]]) -> int:
    total = 0
    for upper, lower in itertools.pairwise(rows):
        places = {each: place for place, each in enumerate(lower)}
        ends = [sorted(places[other] for other in below[each] if other in places) for each in upper]
        flat = [place for group in ends for place in group]
        total += sum(flat[j] < flat[i] for i in range(len(flat)) for j in range(i + 1, len(flat)))
    return total
