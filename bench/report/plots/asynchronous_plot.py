"""What follows the receipt: p50 and p95 of each asynchronous stage, by size and strategy."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

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
from bench.statistics import AsynchronousStage, Summary

_COLUMNS = 2
_STAGE_IN = 0.34

_WIDEST_RANGE = 10_000
"""A stage this many times shorter than the longest leaves the picture (a remainder of some
microseconds would take half of it); the table has it."""


def asynchronous_plot(summary: Summary) -> bytes:
    """Draw the figure as a PNG file: a panel for each size, a line for each stage."""
    stages = list(dict.fromkeys(each.stage for each in summary.asynchronous))
    measured = {each.size for each in summary.asynchronous}
    sizes = [size for size in summary.sizes if size.name in measured]
    rows = -(-len(sizes) // _COLUMNS)
    with plot_style():
        panel_in = max(len(stages), 2) * _STAGE_IN
        figure = new_figure(2.0 if not sizes else 1.3 + rows * (panel_in + 0.62) + 0.15)
        title(
            figure,
            "After the receipt: the asynchronous stages",
            f"Mark: p50; line to p95. The branch stages run side by side. Profile "
            f"{summary.profile}; local numbers, not AWS's.",
        )
        if not sizes:
            axes = figure.add_axes((0.02, 0.05, 0.96, top_of_axes(figure) - 0.05))
            axes.set_axis_off()
            empty_note(axes, "No execution history was read.")
            return png(figure)
        height_in = figure.get_figheight()
        widest = max(len(stage) for stage in stages)
        grid = figure.add_gridspec(
            rows,
            _COLUMNS,
            left=min(0.03 + 0.0088 * widest, 0.3),
            right=0.985,
            bottom=0.58 / height_in,
            top=top_of_axes(figure, 1.38),
            hspace=0.62 / panel_in,
            wspace=0.06,
        )
        values = [
            value
            for each in summary.asynchronous
            for value in (each.p50_ms or each.mean_ms, each.p95_ms)
            if value is not None and value > 0
        ]
        for place, size in enumerate(sizes):
            axes = figure.add_subplot(grid[divmod(place, _COLUMNS)])
            found = [each for each in summary.asynchronous if each.size == size.name]
            _panel(axes, stages, found, summary.strategies)
            if values:
                log_milliseconds(
                    axes.xaxis, max(min(values), max(values) / _WIDEST_RANGE), max(values)
                )
            axes.set_title(size.label, fontsize=10.5, pad=4)
            axes.tick_params(axis="y", labelleft=place % _COLUMNS == 0)
            axes.tick_params(axis="x", labelsize=9)
            if place >= len(sizes) - _COLUMNS:
                axes.set_xlabel("time, ms (log scale)")
        figure.legend(
            handles=[_key(strategy) for strategy in summary.strategies],
            loc="upper left",
            bbox_to_anchor=(0.005, top_of_axes(figure, 0.72)),
            ncols=2,
            borderaxespad=0,
        )
        return png(figure)


def _panel(
    axes: Axes,
    stages: list[str],
    found: list[AsynchronousStage],
    strategies: tuple[str, ...],
) -> None:
    for each in found:
        side = 0.17 if each.strategy == strategies[-1] and len(strategies) > 1 else -0.17
        place = stages.index(each.stage) + side
        colour = STRATEGY_COLOURS[each.strategy]
        # Below two samples there is no p50; the one value is its own mean.
        centre = each.p50_ms if each.p50_ms is not None else each.mean_ms
        if each.p95_ms is not None:
            axes.plot([centre, each.p95_ms], [place, place], color=colour, linewidth=2, alpha=0.55)
            axes.plot([each.p95_ms], [place], color=colour, marker="|", markersize=8)
        axes.plot(
            [centre],
            [place],
            color=colour,
            marker=STRATEGY_MARKERS[each.strategy],
            markersize=6.5,
            markeredgecolor=PAPER,
            markeredgewidth=0.6,
        )
    axes.set_yticks(range(len(stages)), stages)
    axes.set_ylim(len(stages) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    for between in range(len(stages) - 1):
        axes.axhline(between + 0.5, color=MUTED, linewidth=0.3, alpha=0.5)
    axes.grid(axis="x")


def _key(strategy: str) -> Line2D:
    return Line2D(
        [],
        [],
        color=STRATEGY_COLOURS[strategy],
        marker=STRATEGY_MARKERS[strategy],
        linewidth=2,
        label=strategy_name(strategy),
    )
