"""The cache's memory and network over the simulated time, against what there is."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes

from bench.plan.labels import nodes_text
from bench.plan.planner import Plan
from bench.plan.plots.axes import draw_steps, name_line, time_axis
from bench.report.plots.style import (
    INK,
    MUTED,
    STRATEGY_COLOURS,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from sim.capacity.network import Outcome
from sim.capacity.pipeline import names

_GIB = 2**30
_MB = 1e6
Series = Callable[[Outcome], np.ndarray]
_PANEL_IN = 1.35
_GAP_IN = 0.5
_ABOVE_IN = 1.1
_BELOW_IN = 0.55


def cache_plot(plan: Plan) -> bytes:
    """Draw the figure as a PNG file."""
    found = plan.of("redis-first")
    limits = {use.name: use.limit for use in found.answer.limits}
    panels = (
        (names.CACHE_MEMORY, "memory, GiB", _memory),
        (names.CACHE_IN, "network in, MB/s", _network(names.CACHE_IN)),
        (names.CACHE_OUT, "network out, MB/s", _network(names.CACHE_OUT)),
    )
    height = _ABOVE_IN + _BELOW_IN + len(panels) * _PANEL_IN + (len(panels) - 1) * _GAP_IN
    with plot_style():
        figure = new_figure(height)
        title(
            figure,
            "The cache of Redis-first over time",
            f"{nodes_text(found)}; one value a minute."
            " Network is the mean of the minute against the baseline.",
        )
        for place, (name, label, series) in enumerate(panels):
            bottom = height - _ABOVE_IN - (place + 1) * _PANEL_IN - place * _GAP_IN
            axes = figure.add_axes((0.085, bottom / height, 0.895, _PANEL_IN / height))
            time_axis(axes, plan, labelled=place == len(panels) - 1)
            _panel(axes, plan, series, found.answer.outcome, found.headroom.carried.outcome)
            axes.axhline(limits[name], color=INK, linewidth=1.3)
            axes.set_ylim(0, 1.25 * max(axes.get_ylim()[1] / 1.05, limits[name]))
            name_line(axes, limits[name], f"what there is: {limits[name]:,.3g}", right=True)
            axes.set_title(label, fontsize=10)
            axes.grid(axis="y")
            if place == 0:
                handles, labels = axes.get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="upper right", ncols=2,
            bbox_to_anchor=(0.99, top_of_axes(figure, 0.66)), borderaxespad=0,
        )  # fmt: skip
        return png(figure)


def _panel(axes: Axes, plan: Plan, series: Series, used: Outcome, carried: Outcome) -> None:
    if carried is not used:
        draw_steps(
            axes, plan, carried.interval_ends_s, series(carried),
            color=MUTED, linewidth=1.3, linestyle=(0, (4, 2)), label="what the load would use",
        )  # fmt: skip
    draw_steps(
        axes, plan, used.interval_ends_s, series(used),
        color=STRATEGY_COLOURS["redis-first"], linewidth=1.6, label="used",
    )  # fmt: skip


def _memory(outcome: Outcome) -> np.ndarray:
    return np.asarray(outcome.memories[names.CACHE_MEMORY].bytes_max / _GIB)


def _network(name: str) -> Series:
    def series(outcome: Outcome) -> np.ndarray:
        widths_s = np.diff(outcome.interval_ends_s, prepend=0.0)
        return np.asarray(outcome.buckets[name].taken / np.maximum(widths_s, 1e-9) / _MB)

    return series
