"""Execution environments that are busy, over the simulated time, by function."""

from bench.plan.labels import variants
from bench.plan.planner import Plan
from bench.plan.plots.axes import draw_steps, name_line, time_axis
from bench.report.plots.style import (
    INK,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from sim.capacity.design import ROLES, Role
from sim.capacity.pipeline import names

_COLOURS: dict[Role, str] = {
    "ingest": "#0072B2",
    "archive": "#D55E00",
    "metadata": "#009E73",
    "aggregate": "#CC79A7",
}
"""Of Okabe & Ito, as all colours here; functions are told apart, not strategies."""

_PANEL_IN = 1.6
_GAP_IN = 0.55
_ABOVE_IN = 1.15
_BELOW_IN = 0.55


def environments_plot(plan: Plan) -> bytes:
    """Draw the figure as a PNG file."""
    shown = list(variants(plan))
    height = _ABOVE_IN + _BELOW_IN + len(shown) * _PANEL_IN + (len(shown) - 1) * _GAP_IN
    concurrency = plan.request.around.limits.concurrency
    with plot_style():
        figure = new_figure(height)
        title(
            figure,
            "Busy execution environments over time",
            f"Most at once in each minute, by function. The account may have {concurrency:,} in"
            " all.",
        )
        for place, (name, each) in enumerate(shown):
            bottom = height - _ABOVE_IN - (place + 1) * _PANEL_IN - place * _GAP_IN
            axes = figure.add_axes((0.085, bottom / height, 0.895, _PANEL_IN / height))
            time_axis(axes, plan, labelled=place == len(shown) - 1)
            outcome = each.answer.outcome
            most = 1
            for role in ROLES:
                busy = outcome.pools[names.environments(role)].busy_max
                most = max(most, int(busy.max(initial=0)))
                draw_steps(
                    axes, plan, outcome.interval_ends_s, busy,
                    color=_COLOURS[role], linewidth=1.6, label=role,
                )  # fmt: skip
            if concurrency < 3 * most:
                axes.axhline(concurrency, color=INK, linewidth=1.3)
                name_line(axes, concurrency, f"the account's {concurrency:,}")
                most = max(most, concurrency)
            axes.set_ylim(0, 1.15 * most)
            axes.set_title(name, fontsize=10)
            axes.set_ylabel("environments")
            axes.grid(axis="y")
            handles, labels = axes.get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="upper right", ncols=len(ROLES),
            bbox_to_anchor=(0.99, top_of_axes(figure, 0.66)), borderaxespad=0,
        )  # fmt: skip
        return png(figure)
