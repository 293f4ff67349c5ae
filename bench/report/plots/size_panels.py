"""A figure with a panel for each body size, in rows, and one legend for all."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes

from bench.report.plots.style import empty_note, new_figure, plot_style, png, title, top_of_axes
from bench.statistics import BodySize

Panel = Callable[[Axes, str], dict[str, object]]
"""Draws the size of a name, and returns what the legend names."""

_ABOVE_IN: Final = 1.35
"""For title, subtitle, the legend and the first panels' own titles."""

_BELOW_IN: Final = 0.58
"""For the last panels' ticks and their label."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How panels stand: so many beside each other, their height and the gap below, in inches.

    ``left`` is where the first begins and ``apart`` what is between two, as shares of the figure's
    and of a panel's width. Under ``one_scale`` a row has its vertical axis written once.
    """

    columns: int = 2
    panel_in: float = 1.7
    gap_in: float = 0.72
    left: float = 0.085
    apart: float = 0.2
    one_scale: bool = False


def size_panels(
    sizes: Sequence[BodySize],
    panel: Panel,
    *,
    heading: str,
    subtitle: str,
    xlabel: str,
    ylabel: str = "",
    nothing: str = "No request was measured.",
    frame: Frame | None = None,
) -> bytes:
    """Draw the figure as a PNG file; without sizes, a note that says *nothing*."""
    frame = frame or Frame()
    rows = math.ceil(len(sizes) / frame.columns)
    panels_in = rows * (frame.panel_in + frame.gap_in) - frame.gap_in
    with plot_style():
        figure = new_figure(_ABOVE_IN + panels_in + _BELOW_IN if sizes else 2.0)
        title(figure, heading, subtitle)
        if not sizes:
            axes = figure.add_axes((0.02, 0.05, 0.96, top_of_axes(figure) - 0.05))
            axes.set_axis_off()
            empty_note(axes, nothing)
            return png(figure)
        grid = figure.add_gridspec(
            rows,
            frame.columns,
            left=frame.left,
            right=0.985,
            bottom=_BELOW_IN / figure.get_figheight(),
            top=top_of_axes(figure, _ABOVE_IN),
            hspace=frame.gap_in / frame.panel_in,
            wspace=frame.apart,
        )
        handles: dict[str, object] = {}
        for place, size in enumerate(sizes):
            axes = figure.add_subplot(grid[divmod(place, frame.columns)])
            handles |= panel(axes, size.name)
            axes.set_title(size.label, fontsize=10.5, pad=4)
            first = place % frame.columns == 0
            if first:
                axes.set_ylabel(ylabel)
            if frame.one_scale:
                axes.tick_params(axis="y", labelleft=first)
            if place >= len(sizes) - frame.columns:
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
