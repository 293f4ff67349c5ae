"""What a million messages cost against their rate, under each strategy."""

from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bench.report.number_format import number, strategy_name
from bench.report.plots.size_panels import size_panels
from bench.report.plots.style import INK, MUTED, PAPER, STRATEGY_COLOURS
from bench.statistics import Costs, RunFigures

_ABOVE: Final = 3.0
"""The axis ends at so many times what a million cost at the run's mean rate: at the lowest rates a
month of nodes is shared by so few messages that nothing else would be seen."""


def cost_plot(figures: RunFigures) -> bytes:
    """Draw the figure as a PNG file: a panel for each size."""
    costs = figures.costs
    if costs is None:
        raise ValueError("a run without billed durations has no costs to draw")
    known = {each.size for each in costs.curves}
    return size_panels(
        [size for size in figures.answer.sizes if size.name in known],
        lambda axes, size: _panel(axes, costs, size),
        heading="What a million messages cost, in US dollars",
        subtitle=f"List prices of {costs.region}, {costs.prices_from} to {costs.prices_to}. Dotted:"
        f" the run's mean rate, {number(costs.rate_per_s)}/s. Cross: the cheaper changes.",
        xlabel="messages per second (log scale)",
        ylabel="US dollars",
    )


def _panel(axes: Axes, costs: Costs, size: str) -> dict[str, object]:
    (curve,) = [each for each in costs.curves if each.size == size]
    rates = [each.rate_per_s for each in curve.points]
    lines: dict[str, object] = {}
    for strategy in ("redis-first", "s3-first"):
        dollars = [getattr(each, strategy.replace("-", "_")) for each in curve.points]
        (lines[strategy],) = axes.plot(
            rates,
            dollars,
            color=STRATEGY_COLOURS[strategy],
            linewidth=1.9,
            label=strategy_name(strategy),
        )
    axes.axvline(costs.rate_per_s, color=MUTED, linewidth=1.0, linestyle=":")
    for each in costs.crossovers:
        if (each.axis, each.size) == ("rate", size) and each.at is not None:
            nearest = min(curve.points, key=lambda point: abs(point.rate_per_s - (each.at or 0)))
            axes.plot(
                [each.at],
                [nearest.s3_first],
                marker="X",
                color=INK,
                markeredgecolor=PAPER,
                markersize=8,
                zorder=5,
            )
    axes.set_xscale("log")
    axes.set_ylim(0, _ABOVE * costs.at("s3-first", size).per_million)
    axes.xaxis.set_major_locator(LogLocator(base=10, numticks=12))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(axis="both")
    return lines
