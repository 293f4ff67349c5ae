"""From where on the answer is another: the difference against uplink and against rate."""

from typing import Final

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bench.report.plots.style import (
    INK,
    MUTED,
    PAPER,
    empty_note,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from bench.report.tables import size_label
from bench.report.world_tables import AXES
from bench.statistics import ConditionCrossover, ConditionCurve, RunFigures

_HEIGHT_IN: Final = 4.6
_ROW_IN: Final = 3.4
"""What each further percentile adds."""

_BELOW_IN: Final = 0.575
"""For the ticks of the last row and their label."""

_ALWAYS: Final = "p50"
"""The percentile that is drawn without an interval, too."""

_BELOW_SHARE: Final = 0.35
"""So much of the largest difference is shown below 0: a full queue has no end."""

_MARKERS: Final = {"matters": "D", "sooner": "X"}


def conditions_plot(figures: RunFigures) -> bytes:
    """Draw the figure as a PNG file: a panel an axis, a line with its interval for each size.

    A row a percentile; of one that no size has an interval of, there is none.
    """
    found = figures.robustness
    if found is None:
        raise ValueError("a raw run has no other conditions to draw")
    with plot_style():
        curves = [each for each in found.curves if each.measure == _ALWAYS or _resolved(each)]
        measures = list(dict.fromkeys(each.measure for each in curves))
        further_in = _ROW_IN * max(len(measures) - 1, 0)
        figure = new_figure(_HEIGHT_IN + further_in)
        title(
            figure,
            "From where on the answer is another: S3-first's wait less Redis-first's",
            f"Above 0: Redis-first is sooner. Diamond: below it the choice does not matter; cross: "
            f"the sooner changes. Profile {figures.answer.profile}.",
        )
        axes_names = list(dict.fromkeys(each.axis for each in curves))
        colours = _colours([size.name for size in figures.answer.sizes])
        if not axes_names:
            axes = figure.add_axes((0.02, 0.05, 0.96, top_of_axes(figure) - 0.05))
            axes.set_axis_off()
            empty_note(axes, "No size has a p50 of both strategies.")
            return png(figure)
        grid = figure.add_gridspec(
            len(measures),
            len(axes_names),
            left=0.088,
            right=0.985,
            bottom=_BELOW_IN / figure.get_figheight(),
            top=top_of_axes(figure, 1.15),
            wspace=0.16,
            hspace=0.26,
        )
        handles: dict[str, Artist] = {}
        for row, measure in enumerate(measures):
            for place, axis in enumerate(axes_names):
                shown = [each for each in curves if (each.axis, each.measure) == (axis, measure)]
                if not shown:
                    continue
                axes = figure.add_subplot(grid[row, place])
                for curve in shown:
                    handles[size_label(figures.answer, curve.size)] = _curve(
                        axes, curve, colours[curve.size]
                    )
                for each in found.crossovers:
                    if (each.axis, each.measure) == (axis, measure):
                        _mark(axes, each, shown, colours[each.size])
                _scales(axes, shown)
                if row == len(measures) - 1:
                    axes.set_xlabel(f"{AXES.get(axis, axis)}, {shown[0].unit} (log scale)")
                if place == 0:
                    axes.set_ylabel(f"difference of the {measure}s, ms")
        figure.legend(
            list(handles.values()),
            list(handles),
            loc="upper left",
            bbox_to_anchor=(0.005, top_of_axes(figure, 0.72)),
            ncols=6,
            borderaxespad=0,
        )
        return png(figure)


def _colours(sizes: list[str]) -> dict[str, str]:
    """Give each size a colour, darker the smaller: of a map that is even in lightness."""
    shades = mpl.colormaps["viridis"]
    last = max(len(sizes) - 1, 1)
    return {name: to_hex(shades(0.8 * place / last)) for place, name in enumerate(sizes)}


def _resolved(curve: ConditionCurve) -> bool:
    return all(each.difference_interval_ms is not None for each in curve.points)


def _curve(axes: Axes, curve: ConditionCurve, colour: str) -> Artist:
    # At no rate at all a log axis has no place.
    points = [each for each in curve.points if each.at > 0]
    places = [each.at for each in points]
    if _resolved(curve):
        ends = [each.difference_interval_ms for each in points if each.difference_interval_ms]
        axes.fill_between(
            places,
            [each.low for each in ends],
            [each.high for each in ends],
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
    (line,) = axes.plot(
        places, [each.difference_ms for each in points], color=colour, linewidth=1.8
    )
    return line


def _mark(axes: Axes, each: ConditionCrossover, curves: list[ConditionCurve], colour: str) -> None:
    """Mark where it changes: on the zero line, or on the curve where only its weight does."""
    curve = next((curve for curve in curves if curve.size == each.size), None)
    if each.at is None or curve is None:
        return
    nearest = min(curve.points, key=lambda point: abs(point.at - (each.at or 0.0)))
    height = 0.0 if each.question == "sooner" else nearest.difference_ms
    if each.interval is not None:
        ends = (each.interval.low, each.interval.high)
        axes.plot(ends, (height, height), color=INK, linewidth=1.4, zorder=4)
    axes.plot(
        [each.at],
        [height],
        marker=_MARKERS.get(each.question, "o"),
        color=colour,
        markeredgecolor=PAPER,
        markersize=8,
        zorder=5,
    )


def _scales(axes: Axes, curves: list[ConditionCurve]) -> None:
    largest = max(abs(point.difference_ms) for curve in curves for point in curve.points[:1])
    reach = max(
        (
            max(abs(ends.low), abs(ends.high))
            for curve in curves
            if (ends := curve.points[0].difference_interval_ms)
        ),
        default=largest,
    )
    top = max(largest, reach, 1e-9)
    behind = any(curve.points[0].difference_ms < 0 for curve in curves)
    axes.set_ylim(-1.1 * top if behind else -_BELOW_SHARE * top, 1.1 * top)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(base=10, numticks=12))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.axhline(0, color=INK, linewidth=0.9, zorder=2)
    axes.grid(axis="both")
    axes.tick_params(labelcolor=MUTED)
