"""The answer in other worlds: what S3-first's p50 is above Redis-first's, with its interval."""

from matplotlib.axes import Axes

from bench.report.plots.style import (
    INK,
    MUTED,
    STRATEGY_COLOURS,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from bench.statistics import RunFigures, VariantDifference

_ROW_IN = 0.27
_BELOW_IN = 0.62


def worlds_plot(figures: RunFigures) -> bytes:
    """Draw the figure as a PNG file: a panel a body size, a row a world."""
    found = figures.robustness
    if found is None:
        raise ValueError("a raw run has no other worlds to draw")
    sizes = figures.answer.sizes
    names = list(dict.fromkeys((each.kind, each.name) for each in found.differences))
    height_in = 1.25 + _BELOW_IN + _ROW_IN * len(names)
    with plot_style():
        figure = new_figure(height_in)
        title(
            figure,
            "Does the answer hold? S3-first's p50 less Redis-first's, in ms",
            f"The run under {figures.answer.profile} first, then with other numbers and the same "
            "luck. Right of 0: Redis-first is sooner.",
        )
        left, width = 0.215, 0.775 / max(len(sizes), 1)
        bottom, top = _BELOW_IN / height_in, top_of_axes(figure, 1.05)
        for place, size in enumerate(sizes):
            axes = figure.add_axes((left + place * width, bottom, width * 0.86, top - bottom))
            for row, (kind, name) in enumerate(names):
                each = found.at(kind, name, size.name)
                if each is not None:
                    _row(axes, row, each)
            axes.axvline(0, color=INK, linewidth=0.9)
            axes.set_title(size.label, fontsize=10)
            axes.set_ylim(len(names) - 0.4, -0.6)
            axes.set_yticks(range(len(names)), [name for _, name in names] if place == 0 else [])
            axes.tick_params(axis="y", length=0, labelsize=8)
            axes.tick_params(axis="x", labelsize=8)
            axes.margins(x=0.12)
            axes.grid(axis="x")
            axes.spines["left"].set_visible(False)
            axes.set_xlabel("ms", color=MUTED, fontsize=9)
        return png(figure)


def _row(axes: Axes, row: int, each: VariantDifference) -> None:
    found = each.difference
    colour = STRATEGY_COLOURS[found.sooner] if found.sooner else MUTED
    draw = axes.plot
    if found.difference_interval_ms is not None:
        low, high = found.difference_interval_ms.low, found.difference_interval_ms.high
        draw([low, high], [row, row], color=colour, linewidth=4, alpha=0.45, solid_capstyle="butt")
    marker = "D" if each.kind == "as measured" else "o"
    draw([found.difference_ms], [row], marker=marker, color=colour, markersize=5)
