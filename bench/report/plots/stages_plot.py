"""Stacked stages: the mean latency of each strategy at each size, cut into its stages."""

from collections.abc import Mapping
from typing import Final

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bench.report.number_format import number, strategy_name
from bench.report.plots.style import (
    INK,
    MUTED,
    PAPER,
    empty_note,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from bench.statistics import StageMeans, Summary
from bench.statistics.samples import REMAINDER

STAGE_COLOURS: Final[Mapping[str, str]] = {
    "client-wait": "#c9ced6",
    "request-transit": "#dfe3e8",
    "gateway-receive": "#9aa5b4",
    "gateway-event": "#6f7c8f",
    "environment-wait": "#f6e3a1",
    "init": "#b8860b",
    "runtime": "#e9c46a",
    "handler-parse": "#b7e0d2",
    "handler-validate": "#93cfbb",
    "handler-decode": "#6dbba2",
    "handler-hash": "#3f9f85",
    "payload-store": "#8e3b8a",
    "start-execution": "#d79ad3",
    "handler-rest": "#1f7a63",
    "gateway-respond": "#7d8998",
    "response-transit": "#b4bdc9",
    REMAINDER: "#ffffff",
}
"""One hue for each place: grey the client and the gateway, yellow the environment, green the
handler's own work, purple its remote calls. Neighbours differ in lightness, for eyes that do not
tell hues apart."""

OTHER = "other"
_OTHER_COLOUR = "#3b4350"
_UNKNOWN_STAGE_COLOUR = "#a7c7e7"
SMALLEST_SHARE = 0.008
"""A stage thinner than this in every bar cannot be seen: such stages are drawn as one."""

_WRITTEN_SHARE = 0.055
"""A segment from this share of the panel's width on has room for its figure."""

_BAR_IN = 0.36
_PANEL_GAP_IN = 0.62


def stages_plot(summary: Summary) -> bytes:
    """Draw the figure as a PNG file: a panel for each size, a bar for each strategy."""
    panels = [
        (size, found)
        for size in summary.sizes
        if (
            found := [
                means
                for strategy in summary.strategies
                if (means := summary.stage_means(strategy, size.name))
            ]
        )
    ]
    with plot_style():
        if not panels:
            figure = new_figure(2.0)
            axes = figure.add_axes((0.02, 0.05, 0.96, top_of_axes(figure) - 0.05))
            axes.set_axis_off()
            _title(summary, figure)
            empty_note(axes, "No answered request carries stages.")
            return png(figure)
        drawn, other = _split([means for _, found in panels for means in found])
        legend_rows = -(-(len(drawn) + bool(other)) // 4)
        legend_in = 0.24 * legend_rows + 0.1
        panel_in = 2 * _BAR_IN
        height_in = 0.75 + legend_in + len(panels) * (panel_in + _PANEL_GAP_IN) + 0.3
        figure = new_figure(height_in)
        _title(summary, figure)
        figure.legend(
            handles=_legend(drawn, other),
            loc="upper left",
            bbox_to_anchor=(0.005, top_of_axes(figure)),
            ncols=4,
            borderaxespad=0,
            handlelength=1.4,
            handleheight=1.0,
            columnspacing=1.4,
            labelspacing=0.45,
        )
        for place, (size, found) in enumerate(panels):
            bottom_in = height_in - 0.75 - legend_in - (place + 1) * (panel_in + _PANEL_GAP_IN)
            axes = figure.add_axes(
                (0.115, (bottom_in + 0.28) / height_in, 0.86, panel_in / height_in)
            )
            _panel(axes, size.label, found, drawn, other)
            if place == len(panels) - 1:
                axes.set_xlabel("mean latency, ms (each panel has its own scale)")
        return png(figure)


def _title(summary: Summary, figure: Figure) -> None:
    title(
        figure,
        "Where the wait goes: mean of each stage",
        f"Means add up to the mean latency; warm environments. Profile {summary.profile}; "
        "local numbers, not AWS's.",
    )


def _split(bars: list[StageMeans]) -> tuple[list[str], list[str]]:
    """Part the stages into those drawn one by one and those too thin to be seen."""
    stages = list(dict.fromkeys(stage for means in bars for stage in means.means_ms))
    share = {
        stage: max(
            abs(means.means_ms.get(stage, 0.0)) / max(means.mean_latency_ms, 1e-9) for means in bars
        )
        for stage in stages
    }
    seen = [stage for stage in stages if share[stage] or stage == REMAINDER]
    thin = [stage for stage in seen if stage != REMAINDER and share[stage] < SMALLEST_SHARE]
    if len(thin) < 2:
        return seen, []
    return [stage for stage in seen if stage not in thin], thin


def _legend(drawn: list[str], other: list[str]) -> list[Patch]:
    handles = [
        Patch(
            facecolor=_colour(stage),
            edgecolor=MUTED if stage == REMAINDER else "none",
            hatch="////" if stage == REMAINDER else None,
            label="remainder (no stage claims it)" if stage == REMAINDER else stage,
        )
        for stage in drawn
    ]
    if other:
        label = f"{len(other)} stages under {SMALLEST_SHARE * 100:g} % each"
        handles.insert(
            len(handles) - (REMAINDER in drawn), Patch(facecolor=_OTHER_COLOUR, label=label)
        )
    return handles


def _panel(
    axes: Axes, label: str, found: list[StageMeans], drawn: list[str], other: list[str]
) -> None:
    longest = max(means.mean_latency_ms for means in found)
    limit = longest * 1.13
    order = [stage for stage in drawn if stage != REMAINDER]
    for row, means in enumerate(found):
        segments = [(stage, means.means_ms.get(stage, 0.0)) for stage in order]
        if other:
            segments.append((OTHER, sum(means.means_ms.get(stage, 0.0) for stage in other)))
        segments.append((REMAINDER, means.means_ms.get(REMAINDER, 0.0)))
        left = 0.0
        for stage, width in segments:
            # A negative remainder (rounding) cannot be stacked; the table shows it with its sign.
            if width <= 0:
                continue
            _segment(axes, stage, row, left, width, limit)
            left += width
        axes.text(
            left + limit * 0.008,
            row,
            f"{number(means.mean_latency_ms)} ms",
            va="center",
            fontweight="bold",
            fontsize=10,
        )
    axes.set_title(label, fontsize=10.5, pad=3)
    axes.set_yticks(range(len(found)), [strategy_name(means.strategy) for means in found])
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=9)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlim(0, limit)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")


def _segment(axes: Axes, stage: str, row: int, left: float, width: float, limit: float) -> None:
    remainder = stage == REMAINDER
    axes.barh(
        row,
        width,
        left=left,
        height=0.78,
        color=_colour(stage),
        edgecolor=MUTED if remainder else PAPER,
        hatch="////" if remainder else None,
        linewidth=0.5,
    )
    if width / limit >= _WRITTEN_SHARE and not remainder:
        axes.text(
            left + width / 2,
            row,
            number(width),
            ha="center",
            va="center",
            fontsize=9,
            color=_on(_colour(stage)),
        )


def _colour(stage: str) -> str:
    if stage == OTHER:
        return _OTHER_COLOUR
    return STAGE_COLOURS.get(stage, _UNKNOWN_STAGE_COLOUR)


def _on(colour: str) -> str:
    """Give the ink that reads on a colour, by relative luminance (WCAG 2.2, without its gamma)."""
    red, green, blue = to_rgb(colour)
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else PAPER
