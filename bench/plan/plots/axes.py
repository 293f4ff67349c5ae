"""What the pictures of a plan share: axes of time and of rates, and lines with their names."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from bench.plan.planner import Plan
from bench.report.plots.style import INK, PAPER


def time_axis(axes: Axes, plan: Plan, *, labelled: bool) -> None:
    """Make the x axis one of simulated time."""
    unit_s = _unit_s(plan)
    axes.set_xlim(0, plan.request.period_s / unit_s)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=12, steps=[1, 2, 2.5, 3, 5, 6, 10]))
    if labelled:
        axes.set_xlabel(f"simulated time, {'minutes' if unit_s == 60 else 'hours'}")


def draw_steps(
    axes: Axes, plan: Plan, ends_s: NDArray[Any], values: NDArray[Any], **style: Any
) -> None:
    """Draw a series of intervals, as far as the simulated load goes.

    Parameters
    ----------
    ends_s, values
        Where each interval ends, and its value; both of shape (n,).
    style
        Of the line, as `Axes.stairs` takes it.
    """
    unit_s = _unit_s(plan)
    within = int(np.searchsorted(ends_s, plan.request.period_s, side="right"))
    edges = np.concatenate(([0.0], ends_s[:within])) / unit_s
    axes.stairs(values[:within], edges, baseline=None, **style)
    if style.get("label") == "used":
        axes.stairs(values[:within], edges, fill=True, alpha=0.3, color=style["color"], linewidth=0)


def _unit_s(plan: Plan) -> float:
    return 60.0 if plan.request.period_s <= 3 * 3_600 else 3_600.0


def log_axis(axes: Axes, which: str) -> None:
    """Make an axis logarithmic, with plain numbers."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    axis.set_major_locator(
        LogLocator(base=10, subs=(1, 2, 5) if high / low < 2_000 else (1,), numticks=30)
    )
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))


def name_line(axes: Axes, y: float, text: str, colour: str = INK, *, right: bool = False) -> None:
    """Write a horizontal line's name above its left end, or its right one."""
    axes.annotate(
        text,
        (0.992 if right else 0.008, y),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        color=colour,
        fontsize=9,
        va="bottom",
        ha="right" if right else "left",
        zorder=6,
        path_effects=[withStroke(linewidth=3, foreground=PAPER)],
    )


def name_upright(axes: Axes, x: float, text: str, colour: str) -> None:
    """Write an upright line's name over its upper end."""
    axes.text(
        x,
        1.015,
        text,
        transform=axes.get_xaxis_transform(),
        color=colour,
        fontsize=9,
        va="bottom",
        ha="center",
    )
