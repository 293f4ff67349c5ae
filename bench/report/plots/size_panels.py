"""A figure with a panel for each body size, two beside each other, and one legend for all."""

import math
from collections.abc import Callable

from matplotlib.axes import Axes

from bench.report.plots.style import empty_note, new_figure, plot_style, png, title, top_of_axes
from bench.statistics import Summary

_COLUMNS = 2

Panel = Callable[[Axes, str], dict[str, object]]
"""Draws the size of a name, and returns what the legend names."""


def size_panels(
    summary: Summary, panel: Panel, *, heading: str, subtitle: str, xlabel: str, ylabel: str
) -> bytes:
    """Draw the figure as a PNG file; without sizes, a note that says so."""
    count = max(len(summary.sizes), 1)
    rows = math.ceil(count / _COLUMNS)
    with plot_style():
        figure = new_figure(1.15 + rows * 2.4 + 0.1)
        title(figure, heading, subtitle)
        if not summary.sizes:
            axes = figure.add_axes((0.02, 0.05, 0.96, top_of_axes(figure) - 0.05))
            axes.set_axis_off()
            empty_note(axes, "No request was measured.")
            return png(figure)
        grid = figure.add_gridspec(
            rows,
            _COLUMNS,
            left=0.085,
            right=0.985,
            bottom=0.58 / figure.get_figheight(),
            top=top_of_axes(figure, 1.35),
            hspace=0.42,
            wspace=0.2,
        )
        handles: dict[str, object] = {}
        for place, size in enumerate(summary.sizes):
            axes = figure.add_subplot(grid[divmod(place, _COLUMNS)])
            handles |= panel(axes, size.name)
            axes.set_title(size.label, fontsize=10.5, pad=4)
            if place % _COLUMNS == 0:
                axes.set_ylabel(ylabel)
            if place >= count - _COLUMNS:
                axes.set_xlabel(xlabel)
        if handles:
            figure.legend(
                handles=list(handles.values()),
                loc="upper left",
                bbox_to_anchor=(0.005, top_of_axes(figure, 0.72)),
                ncols=4,
                borderaxespad=0,
            )
        return png(figure)
