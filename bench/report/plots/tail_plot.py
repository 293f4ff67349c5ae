"""The tail of the latency: the percentile on an axis that gives each further nine the same room."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bench.report.number_format import strategy_name
from bench.report.plots.size_panels import size_panels
from bench.report.plots.style import (
    MUTED,
    PAPER,
    STRATEGY_COLOURS,
    STRATEGY_MARKERS,
    empty_note,
    log_milliseconds,
)
from bench.statistics import Summary
from bench.statistics.samples import select, stratum

_TICKS = (0.0, 0.5, 0.9, 0.95, 0.99, 0.999)
_LAST = 0.9993
"""Where the axis ends: a little after its last tick."""


def tail_plot(samples: pd.DataFrame, summary: Summary) -> bytes:
    """Draw the figure as a PNG file: a panel for each size, the ECDF as far as requests reach."""
    return size_panels(
        summary.sizes,
        lambda axes, size: _panel(axes, samples, summary, size),
        heading="The slowest requests",
        subtitle=f"ECDF with a logarithmic axis of the share that is slower, warm environments. "
        f"Profile {summary.profile}; local numbers, not AWS's.",
        xlabel="percentile",
        ylabel="latency, ms (log scale)",
    )


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
