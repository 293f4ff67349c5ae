"""The load over the day, and where each strategy's first limit is."""

import numpy as np
from matplotlib.axes import Axes

from bench.plan.curve import decisive_rate_per_s
from bench.plan.labels import rate_text, variants
from bench.plan.planner import Plan
from bench.plan.plots.axes import log_axis, name_line
from bench.report.plots.style import (
    FLOOR_COLOUR,
    INK,
    MUTED,
    STRATEGY_COLOURS,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from sim.workload import Expectation, Trace

_DAY_S = 86_400.0
_NEAR = 0.03
"""Limits so near to each other, as a share, are one line to the eye."""


def load_plot(plan: Plan) -> bytes:
    """Draw the figure as a PNG file."""
    with plot_style():
        figure = new_figure(4.4)
        axes = figure.add_axes((0.085, 0.13, 0.885, top_of_axes(figure, 0.85) - 0.13))
        title(
            figure,
            "The load over the day, and the first limit of each strategy",
            "Expected rates. Shaded: what was simulated. The mean rate fills the cache;"
            " other limits feel the busiest minute.",
        )
        edges_h, rates = _rates(plan)
        axes.stairs(rates, edges_h, baseline=None, color=INK, linewidth=1.4)
        axes.set_xlim(0, 24)
        axes.set_xticks(range(0, 25, 3), [f"{hour:02d}:00" for hour in range(0, 25, 3)])
        request = plan.request
        begin = request.start_s / 3_600
        end = min(24.0, begin + request.period_s / 3_600)
        axes.axvspan(begin, end, color=FLOOR_COLOUR, alpha=0.18, linewidth=0)
        levels = _limits(axes, plan)
        known = [*rates[rates > 0], *levels]
        axes.set_ylim(min(known) / 1.8, max(known) * 2.2)
        log_axis(axes, "y")
        axes.set_ylabel("messages a second (log scale)")
        axes.set_xlabel("time of day", color=MUTED)
        axes.grid(axis="y")
        return png(figure)


def _limits(axes: Axes, plan: Plan) -> list[float]:
    """Draw each first limit; those that lie on each other share one name."""
    drawn: list[tuple[float, str, str, str]] = []
    for name, each in variants(plan):
        first, factor = each.headroom.first, each.headroom.factor
        if first is None or factor is None:
            continue
        level = decisive_rate_per_s(plan.load, first.name) * factor
        colour = STRATEGY_COLOURS[each.strategy]
        place = next(
            (
                number
                for number, (other, _, limit, _) in enumerate(drawn)
                if limit == first.name and abs(np.log(other / level)) < _NEAR
            ),
            None,
        )
        dashes = (0, (5, 3)) if place is not None else "solid"
        axes.axhline(level, color=colour, linewidth=1.6, linestyle=dashes)
        if place is None:
            drawn.append((level, name, first.name, colour))
        else:
            other, names, limit, _ = drawn[place]
            drawn[place] = (other, f"{names}; {name}", limit, INK)
    for level, names, limit, colour in drawn:
        name_line(axes, level, f"{names}: {limit}, {rate_text(level)}", colour)
    return [level for level, *_ in drawn]


def _rates(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Return edges in hours and the rate between each and the next."""
    workload, month = plan.request.workload, plan.request.month
    if isinstance(workload.rate, Trace):
        times, _ = workload.rate.between(0.0, _DAY_S)
        counts, edges = np.histogram(times, np.arange(0.0, _DAY_S + 1, 60.0))
        return edges / 3_600, counts / 60.0
    found = Expectation.of(workload.rate, workload.bursts, 0.0, _DAY_S)
    return found.edges_s / 3_600, found.rates_per_s * workload.growth.factor(month)
