"""The picture for the README: p50 of both strategies at each size, and how many times apart."""

from matplotlib.axes import Axes

from bench.report.number_format import milliseconds, strategy_name, times
from bench.report.plots.style import (
    INK,
    MUTED,
    STRATEGY_COLOURS,
    empty_note,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from bench.statistics import BodySize, Summary

_BAR = 0.36
_ABOVE_IN = 0.74
_BELOW_IN = 0.53


def hero_plot(summary: Summary) -> bytes:
    """Draw the figure as a PNG file."""
    sizes = [
        size
        for size in summary.sizes
        if any(_p50(summary, strategy, size) is not None for strategy in summary.strategies)
    ]
    with plot_style():
        figure = new_figure(1.27 + 0.72 * max(len(sizes), 1))
        axes = figure.add_axes(
            (
                0.145,
                _BELOW_IN / figure.get_figheight(),
                0.69,
                top_of_axes(figure, _ABOVE_IN + _BELOW_IN),
            )
        )
        title(
            figure,
            "How long a sender waits for its receipt (p50)",
            f"By HTTP body size. Whiskers: {summary.bootstrap.confidence * 100:g} % interval. "
            f"Profile {summary.profile}; local numbers, not AWS's.",
        )
        if not sizes:
            axes.set_axis_off()
            empty_note(axes, "No measured request was answered.")
            return png(figure)
        _bars(axes, summary, sizes)
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc="upper right",
            bbox_to_anchor=(0.99, top_of_axes(figure, 0.1)),
            ncols=2,
            borderaxespad=0,
            fontsize=10,
        )
        return png(figure)


def _p50(summary: Summary, strategy: str, size: BodySize) -> float | None:
    latency = summary.warm(strategy, size.name)
    return latency.p50_ms if latency else None


def _bars(axes: Axes, summary: Summary, sizes: list[BodySize]) -> None:
    ends = []
    named: set[str] = set()
    for row, size in enumerate(sizes):
        for place, strategy in enumerate(summary.strategies):
            latency = summary.warm(strategy, size.name)
            if latency is None or latency.p50_ms is None:
                continue
            y = row + (place - (len(summary.strategies) - 1) / 2) * _BAR
            colour = STRATEGY_COLOURS[strategy]
            axes.barh(
                y,
                latency.p50_ms,
                height=_BAR * 0.94,
                color=colour,
                label=None if strategy in named else strategy_name(strategy),
            )
            named.add(strategy)
            end = latency.p50_ms
            if latency.p50_interval_ms:
                low, high = latency.p50_interval_ms.low, latency.p50_interval_ms.high
                axes.plot([low, high], [y, y], color=INK, linewidth=1.3, solid_capstyle="butt")
                end = high
            ends.append((end, y, latency.p50_ms))
    limit = max(end for end, _, _ in ends) * 1.14
    for end, y, p50 in ends:
        axes.text(end + limit * 0.01, y, milliseconds(p50), va="center", fontsize=9.5)
    for row, size in enumerate(sizes):
        axes.text(
            1.015,
            row,
            _verdict(summary, size),
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=10,
            fontweight="bold",
            color=INK,
        )
    axes.set_yticks(range(len(sizes)), [size.label.replace(" (", "\n(") for size in sizes])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(sizes) - 0.5, -0.5)
    axes.set_xlim(0, limit)
    axes.set_xlabel("ms", color=MUTED)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")


def _verdict(summary: Summary, size: BodySize) -> str:
    difference = summary.difference(size.name)
    if difference is None:
        return ""
    if difference.sooner is None:
        return "not resolvable"
    ratio = difference.ratio if difference.sooner == "redis-first" else 1 / difference.ratio
    return f"{strategy_name(difference.sooner)}\n{times(ratio)} sooner"
