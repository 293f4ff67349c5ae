"""Where everything of a graph stands in its picture, boxes within boxes; lengths are in pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.asl.drawing.layers import Layers, Link, layered
from bench.asl.drawing.positions import positions
from bench.asl.machine_graph import Edge, Group, Node

START: Final = "\0start"
END: Final = "\0end"
"""Names that no state has, for the circles where an execution starts and ends."""

NAME_PX: Final = 7.4
SMALL_PX: Final = 6.0
"""Width of a character of a state's name and of small text: a little over a sans-serif's mean."""

_GAP: Final = 26.0
_ROW_GAP: Final = 16.0
_PAD: Final = 16.0
_HEADER: Final = 34.0
_CIRCLE: Final = 18.0
_LABEL_HEIGHT: Final = 16.0

Point = tuple[float, float]


@dataclass(slots=True)
class Box:
    """A state's place; `inner` are the pictures within it, each with its place in the box."""

    x: float
    y: float
    width: float
    height: float
    node: Node | None
    inner: list[tuple[float, float, "Laid"]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Route:
    """An edge's way, from its start to its end, and where its label stands."""

    edge: Edge
    points: list[Point]
    label_at: Point | None


@dataclass(frozen=True, slots=True)
class Laid:
    """A group of states with everything in its place."""

    group: Group
    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: Sequence[Route]


def laid_out(group: Group, *, ends: bool = False) -> Laid:
    """Lay out a group; with *ends*, circles for the start and the end stand in it too."""
    boxes = {name: _box(node) for name, node in group.nodes.items()}
    edges = [edge for edge in group.edges if edge.start != edge.end]
    if ends:
        boxes[START] = Box(0, 0, _CIRCLE, _CIRCLE, None)
        boxes[END] = Box(0, 0, _CIRCLE, _CIRCLE, None)
        edges.insert(0, Edge(START, group.start_at, "next"))
        last = [node.name for node in group.nodes.values() if node.ends]
        edges += [Edge(name, END, "next") for name in last]
        if not last:
            del boxes[END]
    numbers = {name: number for number, name in enumerate(boxes)}
    links = [Link(numbers[edge.start], numbers[edge.end], bool(edge.label)) for edge in edges]
    layers = layered(len(boxes), links, numbers[START if ends else group.start_at])
    widths = {numbers[name]: box.width for name, box in boxes.items()}
    heights = {numbers[name]: box.height for name, box in boxes.items()}
    labels = _labels(edges, layers, widths, heights)
    middles = positions(layers.rows, layers.chains, widths, len(boxes), _GAP)
    tops, bottom = _tops(layers.rows, heights)
    for name, box in boxes.items():
        row = _row_of(numbers[name], layers.rows)
        box.x = middles[numbers[name]] - box.width / 2
        box.y = tops[row] + (_row_height(layers.rows[row], heights) - box.height) / 2
    routes = _routes(edges, layers, list(boxes.values()), middles, tops, heights, labels)
    routes += [_loop(edge, boxes[edge.start]) for edge in group.edges if edge.start == edge.end]
    right = max(middles[each] + widths[each] / 2 for each in middles)
    looped = any(edge.start == edge.end for edge in group.edges)
    return Laid(group, right + (_GAP * 2 if looped else 0), bottom, boxes, routes)


def _box(node: Node) -> Box:
    note = node.note if not node.groups else ""
    text = max(len(node.name) * NAME_PX, len(note) * SMALL_PX, len(node.kind) * SMALL_PX)
    width, height = max(112.0, text + 44), 58.0 if note else 44.0
    if not node.groups:
        return Box(0, 0, width, height, node)
    x, inner = _PAD, []
    for group in node.groups:
        laid = laid_out(group)
        inner.append((x + _PAD, _HEADER + 26, laid))
        x += laid.width + 3 * _PAD
    tallest = max(laid.height for _, _, laid in inner)
    return Box(0, 0, max(width, x), _HEADER + tallest + 26 + 2 * _PAD, node, inner)


def _labels(
    edges: Sequence[Edge], layers: Layers, widths: dict[int, float], heights: dict[int, float]
) -> dict[int, int]:
    """Give each edge's label the row next to its start; set the sizes of what passes by."""
    labels = {}
    for number, (edge, chain) in enumerate(zip(edges, layers.chains, strict=True)):
        for passing in chain[1:-1]:
            widths[passing], heights[passing] = 4.0, 0.0
        if edge.label:
            own = chain[-2] if layers.turned[number] else chain[1]
            widths[own] = len(edge.label) * SMALL_PX + 8
            heights[own] = _LABEL_HEIGHT
            labels[number] = own
    return labels


def _row_of(number: int, rows: Sequence[Sequence[int]]) -> int:
    return next(index for index, row in enumerate(rows) if number in row)


def _row_height(row: Sequence[int], heights: Mapping[int, float]) -> float:
    return max((heights[each] for each in row), default=0.0)


def _tops(rows: Sequence[Sequence[int]], heights: Mapping[int, float]) -> tuple[list[float], float]:
    tops, y = [], 0.0
    for row in rows:
        tops.append(y)
        y += _row_height(row, heights) + _ROW_GAP
    return tops, y - _ROW_GAP


def _routes(
    edges: Sequence[Edge],
    layers: Layers,
    boxes: Sequence[Box],
    middles: Mapping[int, float],
    tops: Sequence[float],
    heights: Mapping[int, float],
    labels: Mapping[int, int],
) -> list[Route]:
    rows = {each: index for index, row in enumerate(layers.rows) for each in row}
    below = _ports(layers.chains, middles, boxes, lower=False)
    above = _ports(layers.chains, middles, boxes, lower=True)
    routes = []
    for number, (edge, chain) in enumerate(zip(edges, layers.chains, strict=True)):
        upper, lower = boxes[chain[0]], boxes[chain[-1]]
        points: list[Point] = [(below[number], upper.y + upper.height)]
        for each in chain[1:-1]:
            row = rows[each]
            # Where only labels stand, a way may curve; past states it has to go straight.
            if row % 2 == 0:
                points.append((middles[each], tops[row]))
                points.append((middles[each], tops[row] + _row_height(layers.rows[row], heights)))
            elif labels.get(number) == each:
                height = _row_height(layers.rows[row], heights)
                points.append((middles[each], tops[row] + height / 2))
        points.append((above[number], lower.y))
        label_at = None
        if number in labels:
            own = labels[number]
            height = _row_height(layers.rows[rows[own]], heights)
            label_at = (middles[own], tops[rows[own]] + height / 2)
        if layers.turned[number]:
            points.reverse()
        routes.append(Route(edge, points, label_at))
    return routes


def _ports(
    chains: Sequence[Sequence[int]],
    middles: Mapping[int, float],
    boxes: Sequence[Box],
    *,
    lower: bool,
) -> list[float]:
    """Spread the edges at the bottom, or with *lower* at the top, of each box."""
    ends: dict[int, list[int]] = {}
    for number, chain in enumerate(chains):
        ends.setdefault(chain[-1 if lower else 0], []).append(number)
    ports = [0.0] * len(chains)
    for own, numbers in ends.items():
        numbers.sort(key=lambda number: middles[chains[number][-2 if lower else 1]])
        room = boxes[own].width * 0.6
        step = min(18.0, room / max(1, len(numbers) - 1))
        for place, number in enumerate(numbers):
            ports[number] = middles[own] + (place - (len(numbers) - 1) / 2) * step
    return ports


def _loop(edge: Edge, box: Box) -> Route:
    right, y = box.x + box.width, box.y + box.height / 2
    points = [(right, y - 8), (right + 20, y - 8), (right + 20, y + 8), (right, y + 8)]
    return Route(edge, points, None)
