"""Waits for the receipt against the rate, and the rate at which the first limit breaks."""

import numpy as np
from matplotlib.axes import Axes

from bench.plan.curve import Curve, RatePoint
from bench.plan.labels import rate_text
from bench.plan.plots.axes import log_axis, name_upright
from bench.report.number_format import strategy_name
from bench.report.plots.style import (
    PAPER,
    STRATEGY_COLOURS,
    STRATEGY_MARKERS,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from sim.capacity.design import STRATEGIES, Strategy

_ALL = 0.999
"""A point whose messages do not get a receipt by more than a thousandth is hollow."""


def rate_plot(curve: Curve) -> bytes:
    """Draw the figure as a PNG file."""
    with plot_style():
        figure = new_figure(4.8)
        axes = figure.add_axes((0.1, 0.125, 0.87, top_of_axes(figure, 1.3) - 0.125))
        title(
            figure,
            "Wait for the receipt against the rate",
            "Short stretches at steady rates from an empty cache. Hollow: messages are refused."
            " Upright: the first limit in the long run.",
        )
        for strategy in STRATEGIES:
            points = [point for point in curve.points if point.strategy == strategy]
            _line(axes, points, strategy, "p50")
            _line(axes, points, strategy, "p99")
        log_axis(axes, "x")
        log_axis(axes, "y")
        for strategy, (rate, limit) in curve.limit_per_s.items():
            colour = STRATEGY_COLOURS[strategy]
            axes.axvline(rate, color=colour, linewidth=1.2, linestyle=(0, (5, 2)))
            name_upright(axes, rate, f"{limit}, {rate_text(rate)}", colour)
        axes.set_xlabel("steady rate, messages a second (log scale)")
        axes.set_ylabel("from due to receipt, ms (log scale)")
        axes.grid(axis="y")
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.06), ncols=4, handletextpad=0.5)
        return png(figure)


def _line(axes: Axes, points: list[RatePoint], strategy: Strategy, percentile: str) -> None:
    waits = np.array([getattr(point, f"{percentile}_ms") for point in points])
    rates = np.array([point.rate_per_s for point in points])
    colour = STRATEGY_COLOURS[strategy]
    axes.plot(
        rates,
        waits,
        color=colour,
        linewidth=1.8 if percentile == "p50" else 1.3,
        linestyle="solid" if percentile == "p50" else (0, (2, 1.5)),
        marker=STRATEGY_MARKERS[strategy],
        markersize=5,
        label=f"{strategy_name(strategy)}, {percentile}",
    )
    hollow = np.array([point.acknowledged < _ALL for point in points])
    axes.plot(
        rates[hollow],
        waits[hollow],
        linestyle="none",
        marker=STRATEGY_MARKERS[strategy],
        markersize=5,
        markerfacecolor=PAPER,
        markeredgecolor=colour,
        zorder=4,
    )
