"""A month's cost against the mean rate, and where the two strategies cost the same."""

import numpy as np
from matplotlib.ticker import FuncFormatter

from bench.plan.curve import Curve
from bench.plan.labels import rate_text
from bench.plan.planner import Plan
from bench.plan.plots.axes import log_axis, name_upright
from bench.report.number_format import strategy_name
from bench.report.plots.style import (
    INK,
    STRATEGY_COLOURS,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from sim.capacity.design import STRATEGIES


def cost_plot(plan: Plan, curve: Curve) -> bytes:
    """Draw the figure as a PNG file."""
    crossings = ", ".join(rate_text(rate) for rate in curve.crossings_per_s)
    with plot_style():
        figure = new_figure(4.4)
        axes = figure.add_axes((0.1, 0.135, 0.87, top_of_axes(figure, 1.3) - 0.135))
        title(
            figure,
            f"What a million messages cost in month {plan.request.month + 1}, by the mean rate",
            "Redis-first with the cheapest nodes that carry each rate. "
            + (
                f"The two cost the same at {crossings}."
                if crossings
                else "One is the cheaper one everywhere."
            ),
        )
        most = 0.0
        for strategy in STRATEGIES:
            points = [point for point in curve.costs if point.strategy == strategy]
            rates = [point.rate_per_s for point in points]
            amounts = [point.per_million for point in points]
            most = max(most, *amounts)
            axes.plot(
                rates,
                amounts,
                color=STRATEGY_COLOURS[strategy],
                linewidth=2.0,
                label=strategy_name(strategy),
            )
        for rate in curve.crossings_per_s:
            amount = float(np.interp(rate, rates, amounts))
            axes.plot(
                [rate], [amount], marker="o", markersize=9, markerfacecolor="none",
                markeredgecolor=INK,
            )  # fmt: skip
            axes.annotate(
                rate_text(rate), (rate, amount), xytext=(8, 8), textcoords="offset points",
                fontsize=9,
            )  # fmt: skip
        log_axis(axes, "x")
        axes.set_ylim(0, 1.08 * most)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"${value:,.0f}"))
        mean = plan.request.workload.mean_rate_per_s(plan.request.month)
        axes.axvline(mean, color=INK, linewidth=0.9)
        name_upright(axes, mean, f"this load, {rate_text(mean)}", INK)
        axes.set_xlabel("mean rate, messages a second (log scale)")
        axes.set_ylabel("US dollars a million messages")
        axes.grid(axis="y")
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.06), ncols=2, handletextpad=0.5)
        return png(figure)
