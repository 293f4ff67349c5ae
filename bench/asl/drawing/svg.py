"""A definition's graph as SVG: one file, no script, no font or picture from elsewhere."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from bench.asl.drawing.layout import END, START, Box, Laid, Point, Route, laid_out
from bench.asl.machine_graph import Group

_MARGIN: Final = 24.0
_COLOURS: Final = {
    "Task": "#c2571a",
    "Choice": "#b7791f",
    "Wait": "#6b5bb5",
    "Pass": "#5f6b7a",
    "Parallel": "#1f6fb2",
    "Map": "#0f766e",
    "Succeed": "#1b7f4b",
    "Fail": "#b3261e",
}
_STYLE: Final = """
text { font-family: "Helvetica Neue", Arial, sans-serif; fill: #1f2933; }
.name { font-size: 13px; font-weight: 600; text-anchor: middle; }
.small { font-size: 10.5px; fill: #5f6b7a; text-anchor: middle; }
.head { text-anchor: start; }
.box { fill: #ffffff; stroke-width: 1.5; }
.group { fill: #f7f9fb; stroke-width: 1.5; }
.lane { fill: #ffffff; stroke: #cbd5e0; stroke-dasharray: 4 3; }
.edge { fill: none; stroke: #52606d; stroke-width: 1.4; }
.catch { stroke: #b3261e; stroke-dasharray: 5 4; }
.label { font-size: 10.5px; text-anchor: middle; fill: #3e4c59; stroke: #ffffff; stroke-width: 4;
  paint-order: stroke; stroke-linejoin: round; }
.label.catch { fill: #b3261e; stroke: #ffffff; stroke-dasharray: none; }
"""


def svg(group: Group, title: str) -> str:
    """Draw a graph.

    Parameters
    ----------
    title
        Names the picture where it cannot be seen.
    """
    laid = laid_out(group, ends=True)
    width, height = laid.width + 2 * _MARGIN, laid.height + 2 * _MARGIN
    body = "\n".join(_laid(laid, _MARGIN, _MARGIN))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.1f} {height:.1f}" role="img" aria-label="{_attribute(title)}">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n"
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        'markerHeight="7" orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z" '
        'fill="#52606d"/></marker><marker id="arrow-catch" viewBox="0 0 10 10" refX="9" refY="5" '
        'markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
        '<path d="M0 0 L10 5 L0 10 z" fill="#b3261e"/></marker></defs>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _laid(laid: Laid, x: float, y: float) -> Iterator[str]:
    yield f'<g transform="translate({x:.1f} {y:.1f})">'
    for name, box in laid.boxes.items():
        yield from _circle(name, box) if box.node is None else _box(box)
    for route in laid.routes:
        yield _way(route)
    for route in laid.routes:
        yield from _label(route)
    yield "</g>"


def _circle(name: str, box: Box) -> Iterator[str]:
    x, y = box.x + box.width / 2, box.y + box.height / 2
    if name == START:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="#1f2933"/>'
    if name == END:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="#ffffff" stroke="#1f2933"/>'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="#1f2933"/>'


def _box(box: Box) -> Iterator[str]:
    node = box.node
    if node is None:
        return
    colour = _COLOURS.get(node.kind, "#5f6b7a")
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    if node.groups:
        yield f'<rect class="group" {place} rx="8" stroke="{colour}"/>'
        kind = f"{node.kind}, {node.note}" if node.note else node.kind
        yield (
            f'<text x="{box.x + 14:.1f}" y="{box.y + 22:.1f}" class="name head">'
            f'{escape(node.name)}<tspan class="small head" dx="8">{escape(kind)}</tspan></text>'
        )
        yield from _lanes(box)
        return
    middle = box.x + box.width / 2
    if node.kind == "Choice":
        yield f'<polygon class="box" points="{_hexagon(box)}" stroke="{colour}"/>'
    else:
        radius = {"Succeed": box.height / 2, "Fail": box.height / 2, "Pass": 10}.get(node.kind, 4)
        yield f'<rect class="box" {place} rx="{radius:.0f}" stroke="{colour}"/>'
    yield (
        f'<text x="{middle:.1f}" y="{box.y + 15:.1f}" class="small" style="fill:{colour}">'
        f"{node.kind}</text>"
    )
    yield f'<text x="{middle:.1f}" y="{box.y + 31:.1f}" class="name">{escape(node.name)}</text>'
    if node.note:
        y = box.y + 47
        yield f'<text x="{middle:.1f}" y="{y:.1f}" class="small">{escape(node.note)}</text>'


def _lanes(box: Box) -> Iterator[str]:
    for x, y, laid in box.inner:
        left, top = box.x + x - 12, box.y + y - 24
        height = box.y + box.height - top - 12
        yield (
            f'<rect class="lane" x="{left:.1f}" y="{top:.1f}" width="{laid.width + 24:.1f}" '
            f'height="{height:.1f}" rx="6"/>'
        )
        yield (
            f'<text x="{left + 8:.1f}" y="{top + 14:.1f}" class="small head">'
            f"{escape(laid.group.label)}</text>"
        )
        yield from _laid(laid, box.x + x, box.y + y)


def _hexagon(box: Box) -> str:
    cut, right, bottom = 14.0, box.x + box.width, box.y + box.height
    middle = box.y + box.height / 2
    corners = [
        (box.x, middle),
        (box.x + cut, box.y),
        (right - cut, box.y),
        (right, middle),
        (right - cut, bottom),
        (box.x + cut, bottom),
    ]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _way(route: Route) -> str:
    kind = " catch" if route.edge.kind == "catch" else ""
    marker = "arrow-catch" if kind else "arrow"
    return f'<path class="edge{kind}" d="{_curve(route.points)}" marker-end="url(#{marker})"/>'


def _curve(points: Sequence[Point]) -> str:
    """Lead through the points, upright at each, so that nothing that stands between is cut."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if abs(x0 - x1) < 0.05 or abs(y0 - y1) < 0.05:
            parts.append(f"L{x1:.1f} {y1:.1f}")
        else:
            middle = (y0 + y1) / 2
            parts.append(f"C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}")
    return " ".join(parts)


def _label(route: Route) -> Iterator[str]:
    if route.label_at is None:
        return
    (x, y), kind = route.label_at, " catch" if route.edge.kind == "catch" else ""
    yield f'<text class="label{kind}" x="{x:.1f}" y="{y + 4:.1f}">{escape(route.edge.label)}</text>'


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
