"""The tail of the latency: the percentile on an axis that gives each further nine the same room."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bench.report.number_format import strategy_name
from bench.report.plots.style import (
    MUTED,
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
from bench.statistics.samples import select, stratum

_COLUMNS = 2
_TICKS = (0.0, 0.5, 0.9, 0.95, 0.99, 0.999)
_LAST = 0.9993
"""Where the axis ends: a little after its last tick."""


def tail_plot(samples: pd.DataFrame, summary: Summary) -> bytes:
    """Draw the figure as a PNG file: a panel for each size, the ECDF as far as requests reach."""
    count = max(len(summary.sizes), 1)
    rows = math.ceil(count / _COLUMNS)
    with plot_style():
        figure = new_figure(1.15 + rows * 2.4 + 0.1)
        title(
            figure,
            "The slowest requests",
            f"ECDF with a logarithmic axis of the share that is slower, warm environments. Profile "
            f"{summary.profile}; local numbers, not AWS's.",
        )
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
            handles |= _panel(axes, samples, summary, size.name)
            axes.set_title(size.label, fontsize=10.5, pad=4)
            if place % _COLUMNS == 0:
                axes.set_ylabel("latency, ms (log scale)")
            if place >= count - _COLUMNS:
                axes.set_xlabel("percentile")
        if handles:
            figure.legend(
                handles=list(handles.values()),
                loc="upper left",
                bbox_to_anchor=(0.005, top_of_axes(figure, 0.72)),
                ncols=4,
                borderaxespad=0,
            )
        return png(figure)


def nines(share: float) -> float:
    """Give the place of a percentile on the axis: -log10 of the share that is slower."""
    return -math.log10(1 - share)


def _panel(axes: Axes, samples: pd.DataFrame, summary: Summary, size: str) -> dict[str, object]:
    lines: dict[str, object] = {}
    shown = [np.empty(0)]
    axes.set_xlim(0, nines(_LAST))
    axes.set_xticks([nines(each) for each in _TICKS], [f"{each * 100:g}" for each in _TICKS])
    for strategy in summary.strategies:
        rows = stratum(select(samples, strategy, size), "warm")
        latencies = np.sort(rows["latency_ms"].to_numpy(np.float64))
        if not len(latencies):
            continue
        # Of n requests, k are not slower than the k-th: the slowest has no place on a log axis.
        slower = 1 - np.arange(len(latencies)) / len(latencies)
        (lines[strategy],) = axes.step(
            -np.log10(slower),
            latencies,
            where="post",
            color=STRATEGY_COLOURS[strategy],
            linewidth=1.9,
            marker=STRATEGY_MARKERS[strategy],
            markevery=[len(latencies) - 1],
            markersize=6,
            markeredgecolor=PAPER,
            label=strategy_name(strategy),
        )
        shown.append(latencies)
    values = np.concatenate(shown)
    if not len(values):
        empty_note(axes, "no request answered")
        axes.set_yticks([])
        return lines
    log_milliseconds(axes.yaxis, float(values.min()), float(values.max()))
    for share in _TICKS[1:]:
        axes.axvline(nines(share), color=MUTED, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
    axes.grid(axis="y")
    return lines
