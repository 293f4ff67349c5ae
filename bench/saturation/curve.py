"""Latency against throughput: flat, then steep, with the region of the highest rate shaded."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bench.report.number_format import number, strategy_name
from bench.report.plots.style import (
    GRID,
    INK,
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
from bench.saturation.tables import percentile_of

_PANEL_IN: Final = 2.6
_TOO_HIGH: Final = frozenset({"fails", "falls behind", "generator-bound"})
_AT_LEAST: Final = "^"


def saturation_plot(document: Mapping[str, Any]) -> bytes:
    """Draw the figure as a PNG file: a panel for p50 and for the percentile of each objective."""
    limits = {each["percentile"]: each["limit_ms"] for each in document["objectives"]}
    names = sorted({"p50", *limits}, key=lambda name: float(name[1:]))
    probes = document["probes"]
    with plot_style():
        figure = new_figure(1.35 + len(names) * _PANEL_IN + 0.55)
        title(
            figure,
            "Latency against the rate of messages",
            f"{document['load']}, profile {document['profile']}, open model; local numbers, not "
            "AWS's. Shaded: between the highest rate that held and the lowest too high.",
        )
        grid = figure.add_gridspec(
            len(names),
            1,
            left=0.085,
            right=0.985,
            bottom=0.55 / figure.get_figheight(),
            top=top_of_axes(figure, 1.6),
            hspace=0.3,
        )
        first: Axes | None = None
        for place, name in enumerate(names):
            axes = figure.add_subplot(grid[place], sharex=first)
            first = first or axes
            _panel(axes, document, probes, name, limits.get(name))
            if place == len(names) - 1:
                axes.set_xlabel("messages offered a second")
        figure.legend(
            handles=_legend(document),
            loc="upper left",
            bbox_to_anchor=(0.005, top_of_axes(figure, 0.72)),
            ncols=4,
            borderaxespad=0,
        )
        return png(figure)


def _panel(
    axes: Axes,
    document: Mapping[str, Any],
    probes: Sequence[Mapping[str, Any]],
    name: str,
    limit_ms: float | None,
) -> None:
    axes.set_title(name, fontsize=10.5, pad=4)
    axes.set_ylabel("ms (log scale)")
    shown = [] if limit_ms is None else [limit_ms]
    for found in document["strategies"]:
        own = sorted(
            (each for each in probes if each["strategy"] == found["strategy"]),
            key=lambda each: float(each["offered_per_s"]),
        )
        shown += _curve(axes, own, name, found["strategy"])
        _knee(axes, found)
    if not shown:
        empty_note(axes, "no request answered")
        axes.set_yticks([])
        return
    log_milliseconds(axes.yaxis, min(shown), max(shown))
    axes.set_xlim(left=0)
    axes.grid(axis="y", color=GRID)
    if limit_ms is not None:
        axes.axhline(limit_ms, color=INK, linewidth=1.1, linestyle=(0, (5, 3)), zorder=2)
        axes.annotate(
            f"objective: {limit_ms:g} ms",
            (0.005, limit_ms),
            xycoords=axes.get_yaxis_transform(),
            xytext=(0, 3),
            textcoords="offset points",
            fontsize=9,
            color=INK,
        )


def _curve(
    axes: Axes, probes: Sequence[Mapping[str, Any]], name: str, strategy: str
) -> list[float]:
    """Draw one strategy's points, the line through them, and their intervals; return what shows."""
    colour = STRATEGY_COLOURS[strategy]
    line: list[tuple[float, float]] = []
    shown: list[float] = []
    for probe in probes:
        figures = percentile_of(probe, name)
        known = figures["ms"] is not None
        at_ms = figures["ms"] if known else figures["low_ms"]
        if at_ms is None:
            continue
        rate = float(probe["offered_per_s"])
        line.append((rate, at_ms))
        ends = [end for end in (figures["low_ms"], figures["high_ms"]) if end is not None]
        shown += [at_ms, *ends]
        if len(ends) == 2:
            axes.plot([rate, rate], ends, color=colour, linewidth=1.0, alpha=0.6, zorder=2)
        _point(axes, rate, at_ms, probe, colour, STRATEGY_MARKERS[strategy] if known else _AT_LEAST)
    if line:
        rates, values = zip(*line, strict=True)
        axes.plot(rates, values, color=colour, linewidth=1.5, alpha=0.75, zorder=3)
    return shown


def _point(
    axes: Axes, rate: float, at_ms: float, probe: Mapping[str, Any], colour: str, marker: str
) -> None:
    held = probe["outcome"] == "holds"
    axes.scatter(
        [rate],
        [at_ms],
        s=44,
        marker=marker,
        facecolor=colour if held else PAPER,
        edgecolor=colour,
        linewidth=1.2,
        zorder=4,
    )
    if probe["outcome"] in _TOO_HIGH:
        axes.scatter([rate], [at_ms], s=26, marker="x", color=INK, linewidth=1.2, zorder=5)


def _knee(axes: Axes, found: Mapping[str, Any]) -> None:
    held, high = found["held_per_s"], found["too_high_per_s"]
    colour = STRATEGY_COLOURS[found["strategy"]]
    if held is not None and high is not None:
        axes.axvspan(held, high, color=colour, alpha=0.13, linewidth=0, zorder=1)
        # Where both regions lie on each other, their ends still tell them apart.
        for end in (held, high):
            axes.axvline(end, color=colour, linewidth=0.9, alpha=0.6, zorder=1)
    elif held is not None:
        axes.axvline(held, color=colour, linewidth=1.2, linestyle=(0, (1, 2)), zorder=1)


def _legend(document: Mapping[str, Any]) -> list[Line2D | Patch]:
    def mark(marker: str, label: str, face: str = PAPER, edge: str = MUTED) -> Line2D:
        return Line2D(
            [],
            [],
            linestyle="",
            marker=marker,
            markerfacecolor=face,
            markeredgecolor=edge,
            markersize=6.5,
            label=label,
        )

    handles: list[Line2D | Patch] = []
    for found in document["strategies"]:
        strategy, held, high = found["strategy"], found["held_per_s"], found["too_high_per_s"]
        between = (
            f"{number(held)} to {number(high)}/s" if high is not None else f"≥ {number(held)}/s"
        )
        colour = STRATEGY_COLOURS[strategy]
        handles.append(
            Line2D(
                [],
                [],
                color=colour,
                marker=STRATEGY_MARKERS[strategy],
                markersize=6,
                linewidth=1.5,
                label=f"{strategy_name(strategy)}: {between}",
            )
        )
    return [
        *handles,
        mark("o", "held", face=MUTED),
        mark("o", "not told"),
        mark("x", "too high", edge=INK),
        mark(_AT_LEAST, "at least (too few to give it)"),
    ]
