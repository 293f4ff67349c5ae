"""Latency against body size: every request as a dot, p50 with its interval, the floor below."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator
from numpy.typing import NDArray

from bench.report.number_format import strategy_name
from bench.report.plots.style import (
    FLOOR_COLOUR,
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
from bench.statistics.samples import MEBIBYTE, select, stratum

_APART = 0.045
"""Distance of a strategy's column from the true size, in log10: dots of the two do not cover each
other."""


def latency_plot(samples: pd.DataFrame, summary: Summary) -> bytes:
    """Draw the figure as a PNG file."""
    with plot_style():
        figure = new_figure(5.2)
        axes = figure.add_axes((0.085, 0.135, 0.895, top_of_axes(figure, 1.12) - 0.135))
        title(
            figure,
            "Wait for the receipt against body size",
            f"Dots: requests, warm environments. Marks: p50 with "
            f"{summary.bootstrap.confidence * 100:g} % interval. Profile {summary.profile}; "
            "local numbers, not AWS's.",
        )
        shown = [
            *(_strategy(axes, samples, summary, strategy) for strategy in summary.strategies),
            _floor(axes, summary),
        ]
        values = np.concatenate(shown)
        if len(values):
            log_milliseconds(axes.yaxis, float(values.min()), float(values.max()))
            _size_axis(axes, summary)
            axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=4, handletextpad=0.5)
            axes.set_ylabel("latency from due to answered, ms")
            axes.set_xlabel("HTTP request body (MB = 1,048,576 bytes), log scale")
            axes.grid(axis="y")
        else:
            axes.set_axis_off()
            empty_note(axes, "No measured request was answered.")
        return png(figure)


def _strategy(
    axes: Axes, samples: pd.DataFrame, summary: Summary, strategy: str
) -> NDArray[np.float64]:
    side = _APART if strategy == "s3-first" else -_APART
    colour = STRATEGY_COLOURS[strategy]
    # The jitter only keeps dots apart; its seed is fixed so that a report can be drawn again.
    random = np.random.default_rng(0)
    centres, medians, errors, all_values = [], [], [], [np.empty(0)]
    for size in summary.sizes:
        centre = size.body_bytes / MEBIBYTE * 10**side
        values = stratum(select(samples, strategy, size.name), "warm")["latency_ms"].to_numpy()
        spread = 10 ** random.uniform(-0.7 * _APART, 0.7 * _APART, len(values))
        axes.scatter(
            centre * spread, values, s=9, color=colour, alpha=0.22, linewidths=0, rasterized=True
        )
        all_values.append(values)
        latency = summary.warm(strategy, size.name)
        if latency is None or latency.p50_ms is None:
            continue
        ends = latency.p50_interval_ms
        centres.append(centre)
        medians.append(latency.p50_ms)
        errors.append(
            (latency.p50_ms - ends.low, ends.high - latency.p50_ms) if ends else (0.0, 0.0)
        )
    if centres:
        axes.errorbar(
            centres,
            medians,
            yerr=np.array(errors).T,
            fmt="none",
            ecolor=INK,
            elinewidth=1.3,
            capsize=5,
            capthick=1.3,
            zorder=3,
        )
        axes.plot(
            centres,
            medians,
            color=colour,
            marker=STRATEGY_MARKERS[strategy],
            markersize=6,
            markeredgecolor=PAPER,
            markeredgewidth=0.8,
            linewidth=1.6,
            label=f"{strategy_name(strategy)}, p50",
            zorder=4,
        )
    return np.concatenate(all_values)


def _floor(axes: Axes, summary: Summary) -> NDArray[np.float64]:
    floors = {
        each.size: each.upload_floor_p50_ms + each.redis_set_p50_ms
        for each in summary.floor_ratios
        if each.upload_floor_p50_ms is not None and each.redis_set_p50_ms is not None
    }
    known = [size for size in summary.sizes if size.name in floors]
    values = [floors[size.name] for size in known]
    if known:
        axes.plot(
            [size.body_bytes / MEBIBYTE for size in known],
            values,
            color=FLOOR_COLOUR,
            linestyle=(0, (5, 3)),
            marker="D",
            markersize=4.5,
            linewidth=1.4,
            label="floor: upload p50 + SET p50",
            zorder=2,
        )
    return np.array(values, dtype=np.float64)


def _size_axis(axes: Axes, summary: Summary) -> None:
    megabytes = [size.body_bytes / MEBIBYTE for size in summary.sizes]
    axes.set_xscale("log")
    axes.set_xlim(min(megabytes) / 1.35, max(megabytes) * 1.35)
    axes.xaxis.set_major_locator(FixedLocator(megabytes))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([size.label.replace(" (", "\n(") for size in summary.sizes])
