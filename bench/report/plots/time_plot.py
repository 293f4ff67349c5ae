"""Latency against the time since the start: what drifts, what warms up, what went wrong when."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bench.report.number_format import strategy_name
from bench.report.plots.style import (
    GRID,
    INK,
    PAPER,
    STRATEGY_COLOURS,
    STRATEGY_MARKERS,
    empty_note,
    log_milliseconds,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from bench.statistics import Summary
from bench.statistics.samples import answered, cold, select

_PANEL_IN = 1.75
_COLD_COLOUR = "#CC79A7"
"""Reddish purple of Okabe & Ito, as the strategies' colours."""


def time_plot(samples: pd.DataFrame, summary: Summary) -> bytes:
    """Draw the figure as a PNG file: a panel a size; blocks shaded, warm-up hollow."""
    panels = max(len(summary.sizes), 1)
    with plot_style():
        figure = new_figure(1.15 + panels * _PANEL_IN + 0.5)
        title(
            figure,
            "Latency against the time since the start",
            f"Every request; hollow: warm-up. Shaded: blocks, by strategy. Profile "
            f"{summary.profile}; local numbers, not AWS's.",
        )
        if not summary.sizes or samples.empty:
            axes = figure.add_axes((0.02, 0.05, 0.96, top_of_axes(figure) - 0.05))
            axes.set_axis_off()
            empty_note(axes, "No request was sent.")
            return png(figure)
        grid = figure.add_gridspec(
            panels,
            1,
            left=0.085,
            right=0.985,
            bottom=0.55 / figure.get_figheight(),
            top=top_of_axes(figure, 1.35),
            hspace=0.38,
        )
        end_s = float(samples["due_s"].max())
        handles: dict[str, object] = {}
        for place, size in enumerate(summary.sizes):
            axes = figure.add_subplot(grid[place])
            handles |= _panel(axes, samples, summary, size.name)
            axes.set_title(size.label, fontsize=10.5, pad=4)
            axes.set_xlim(-0.01 * end_s, 1.01 * end_s)
            axes.set_ylabel("ms")
            if place == panels - 1:
                axes.set_xlabel("due, seconds since the start")
        legend = [*summary.strategies, "cold", "lost"]
        figure.legend(
            handles=[handles[each] for each in legend if each in handles],
            loc="upper left",
            bbox_to_anchor=(0.005, top_of_axes(figure, 0.72)),
            ncols=4,
            borderaxespad=0,
        )
        return png(figure)


def _panel(axes: Axes, samples: pd.DataFrame, summary: Summary, size: str) -> dict[str, object]:
    handles: dict[str, object] = {}
    shown = [np.empty(0)]
    for strategy in summary.strategies:
        rows = select(samples, strategy, size)
        colour = STRATEGY_COLOURS[strategy]
        for _, block in rows.groupby("block"):
            axes.axvspan(
                block["due_s"].min(), block["due_s"].max(), color=colour, alpha=0.1, linewidth=0
            )
        ended = rows[answered(rows)]
        warm = ended[~cold(ended)]
        for warming, face in ((True, PAPER), (False, colour)):
            part = warm[warm["warm_up"].astype(bool) == warming]
            drawn = axes.scatter(
                part["due_s"],
                part["latency_ms"],
                s=13,
                marker=STRATEGY_MARKERS[strategy],
                facecolor=face,
                edgecolor=colour,
                linewidth=0.7,
                zorder=3,
                label=strategy_name(strategy),
            )
            if not warming and len(part):
                handles[strategy] = drawn
        shown.append(ended["latency_ms"].to_numpy())
        if (starts := ended[cold(ended)]).size:
            handles["cold"] = axes.scatter(
                starts["due_s"],
                starts["latency_ms"],
                s=42,
                marker="*",
                color=_COLD_COLOUR,
                zorder=4,
                label="cold start",
            )
    values = np.concatenate(shown)
    if not len(values):
        empty_note(axes, "no request answered")
        axes.set_yticks([])
        return handles
    log_milliseconds(axes.yaxis, float(values.min()), float(values.max()))
    axes.grid(axis="y", color=GRID)
    return handles | _failures(axes, samples, summary, size)


def _failures(axes: Axes, samples: pd.DataFrame, summary: Summary, size: str) -> dict[str, object]:
    """Mark requests without a receipt at the upper edge: they have no latency to be placed by."""
    rows = samples[samples["strategy"].isin(summary.strategies) & (samples["size"] == size)]
    lost = rows[~answered(rows)]
    if lost.empty:
        return {}
    drawn = axes.scatter(
        lost["due_s"],
        np.full(len(lost), 0.94),
        transform=axes.get_xaxis_transform(),
        s=34,
        marker="x",
        color=INK,
        linewidth=1.4,
        zorder=5,
        label="no receipt",
    )
    return {"lost": drawn}
