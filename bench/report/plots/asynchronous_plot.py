"""What follows the receipt: p50 and p95 of each asynchronous stage, by size and strategy."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from bench.report.number_format import strategy_name
from bench.report.plots.size_panels import Frame, size_panels
from bench.report.plots.style import (
    MUTED,
    PAPER,
    STRATEGY_COLOURS,
    STRATEGY_MARKERS,
    log_milliseconds,
)
from bench.statistics import AsynchronousStage, Summary

_STAGE_IN = 0.34

_WIDEST_RANGE = 10_000
"""A stage this many times shorter than the longest leaves the picture (a remainder of some
microseconds would take half of it); the table has it."""


def asynchronous_plot(summary: Summary) -> bytes:
    """Draw the figure as a PNG file: a panel for each size, a line for each stage."""
    stages = list(dict.fromkeys(each.stage for each in summary.asynchronous))
    measured = {each.size for each in summary.asynchronous}
    widest = max((len(stage) for stage in stages), default=0)
    values = [
        value
        for each in summary.asynchronous
        for value in (each.p50_ms or each.mean_ms, each.p95_ms)
        if value is not None and value > 0
    ]

    def panel(axes: Axes, size: str) -> dict[str, object]:
        found = [each for each in summary.asynchronous if each.size == size]
        _panel(axes, stages, found, summary.strategies)
        if values:
            log_milliseconds(axes.xaxis, max(min(values), max(values) / _WIDEST_RANGE), max(values))
        return {strategy: _key(strategy) for strategy in summary.strategies}

    return size_panels(
        [size for size in summary.sizes if size.name in measured],
        panel,
        heading="After the receipt: the asynchronous stages",
        subtitle="Mark: p50; line to p95. The branch stages run side by side. Profile "
        f"{summary.profile}; local numbers, not AWS's.",
        xlabel="time, ms (log scale)",
        nothing="No execution history was read.",
        frame=Frame(
            panel_in=max(len(stages), 2) * _STAGE_IN,
            gap_in=0.62,
            left=min(0.03 + 0.0088 * widest, 0.3),
            apart=0.06,
            one_scale=True,
        ),
    )


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
