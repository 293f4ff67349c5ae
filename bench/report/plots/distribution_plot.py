"""Distribution of the latency: an ECDF for each size, both strategies, the upload floor in grey."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from bench.report.number_format import strategy_name
from bench.report.plots.size_panels import size_panels
from bench.report.plots.style import (
    FLOOR_COLOUR,
    MUTED,
    PAPER,
    STRATEGY_COLOURS,
    STRATEGY_MARKERS,
    empty_note,
    log_milliseconds,
)
from bench.statistics import Summary
from bench.statistics.samples import UPLOAD_FLOOR, select, stratum

_GUIDES = (0.5, 0.95)


def distribution_plot(samples: pd.DataFrame, summary: Summary) -> bytes:
    """Draw the figure as a PNG file: a panel for each size."""
    return size_panels(
        summary.sizes,
        lambda axes, size: _panel(axes, samples, summary, size),
        heading="Distribution of the wait for the receipt",
        subtitle=f"Share of requests answered within a time (ECDF), warm environments. Profile "
        f"{summary.profile}; local numbers, not AWS's.",
        xlabel="latency, ms (log scale)",
        ylabel="share of requests",
    )


def _panel(axes: Axes, samples: pd.DataFrame, summary: Summary, size: str) -> dict[str, object]:
    lines: dict[str, object] = {}
    shown = [np.empty(0)]
    for strategy in (UPLOAD_FLOOR, *summary.strategies):
        latencies = stratum(select(samples, strategy, size), "warm")["latency_ms"].to_numpy()
        if not len(latencies):
            continue
        floor = strategy == UPLOAD_FLOOR
        lines[strategy] = axes.ecdf(
            latencies,
            color=FLOOR_COLOUR if floor else STRATEGY_COLOURS[strategy],
            linewidth=1.2 if floor else 1.9,
            linestyle=(0, (4, 2)) if floor else "-",
            marker=None if floor else STRATEGY_MARKERS[strategy],
            markevery=[len(latencies) // 2 + 1],
            markersize=6,
            markeredgecolor=PAPER,
            label=strategy_name(strategy),
        )
        shown.append(latencies)
    values = np.concatenate(shown)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:.0f} %"))
    axes.set_yticks([0, 0.25, 0.5, 0.75, 0.95])
    if not len(values):
        empty_note(axes, "no request answered")
        axes.set_xticks([])
        return lines
    log_milliseconds(axes.xaxis, float(values.min()), float(values.max()))
    for share in _GUIDES:
        axes.axhline(share, color=MUTED, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
    axes.grid(axis="x")
    return lines
