"""Latency against the time since the start: what drifts, what warms up, what went wrong when."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bench.report.number_format import strategy_name
from bench.report.plots.size_panels import Frame, size_panels
from bench.report.plots.style import (
    GRID,
    INK,
    PAPER,
    STRATEGY_COLOURS,
    STRATEGY_MARKERS,
    empty_note,
    log_milliseconds,
)
from bench.statistics import Summary
from bench.statistics.samples import answered, cold, select

_ONE_BELOW_THE_OTHER = Frame(columns=1, panel_in=1.3, gap_in=0.5)
_COLD_COLOUR = "#CC79A7"
"""Reddish purple of Okabe & Ito, as the strategies' colours."""


def time_plot(samples: pd.DataFrame, summary: Summary) -> bytes:
    """Draw the figure as a PNG file: a panel a size; blocks shaded, warm-up hollow."""
    return size_panels(
        summary.sizes,
        lambda axes, size: _panel(axes, samples, summary, size),
        heading="Latency against the time since the start",
        subtitle="Every request; hollow: warm-up. Shaded: blocks, by strategy. Profile "
        f"{summary.profile}; local numbers, not AWS's.",
        xlabel="due, seconds since the start",
        ylabel="ms",
        nothing="No request was sent.",
        frame=_ONE_BELOW_THE_OTHER,
    )


def _panel(axes: Axes, samples: pd.DataFrame, summary: Summary, size: str) -> dict[str, object]:
    # At least a second wide: a run whose requests are all due at once has no length.
    end_s = max(float(samples["due_s"].max()), 1.0)
    axes.set_xlim(-0.01 * end_s, 1.01 * end_s)
    handles: dict[str, object] = {}
    shown = [np.empty(0)]
    cold_starts = []
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
        cold_starts.append(ended[cold(ended)])
    starts = pd.concat(cold_starts) if cold_starts else samples.head(0)
    if len(starts):
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
