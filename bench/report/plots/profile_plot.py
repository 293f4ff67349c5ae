"""A latency profile: each operation's distribution, and how it grows with the body."""

import numpy as np

from bench.report.plots.style import (
    INK,
    MUTED,
    empty_note,
    log_milliseconds,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from sim.latency import Profile
from sim.latency.operation_distribution import quantile_ms

_BAR = "#0072B2"
_SIZES_BYTES = np.linspace(0, 6_291_456, 25)
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#6e7781")
"""Okabe & Ito, "Color Universal Design", 2008: apart for all eyes."""


def profile_plot(profile: Profile) -> bytes:
    """Draw the figure as a PNG file: percentiles on the left, size curves on the right."""
    operations = list(profile.operations)
    height_in = 1.5 + 0.26 * max(len(operations), 8)
    with plot_style():
        figure = new_figure(height_in)
        title(figure, f"Latency profile {profile.name}", profile.description)
        top, bottom = top_of_axes(figure, 1.0), 0.6 / height_in
        left = figure.add_axes((0.235, bottom, 0.325, top - bottom))
        if not operations:
            left.set_axis_off()
            empty_note(left, "This profile adds nothing.")
            return png(figure)
        bounds = []
        for place, operation in enumerate(reversed(operations)):
            model = profile.operations[operation]
            p5, p50, p95, p99 = (quantile_ms(model, share) for share in (0.05, 0.5, 0.95, 0.99))
            left.plot([p5, p99], [place, place], color=_BAR, linewidth=1.2, alpha=0.5)
            left.plot([p5, p95], [place, place], color=_BAR, linewidth=5, alpha=0.45)
            left.plot([p50], [place], marker="o", color=INK, markersize=4)
            bounds += [p5, p99]
        left.set_yticks(range(len(operations)), list(reversed(operations)), fontsize=8)
        log_milliseconds(left.xaxis, min(bounds), max(bounds))
        left.set_xlabel("ms (log)")
        left.set_title("An empty body: p50, p5 to p95, to p99")
        left.grid(axis="x")
        right = figure.add_axes((0.645, bottom, 0.345, top - bottom))
        sized = [name for name in operations if profile.operations[name].ms_per_mb]
        for number, operation in enumerate(sized):
            model = profile.operations[operation]
            curves = [
                [quantile_ms(model, share, int(size)) for size in _SIZES_BYTES]
                for share in (0.05, 0.5, 0.95)
            ]
            colour = _COLOURS[number % len(_COLOURS)]
            style = "-" if number < len(_COLOURS) else "--"
            in_mb = _SIZES_BYTES / 1e6
            right.fill_between(in_mb, curves[0], curves[2], color=colour, alpha=0.1, linewidth=0)
            right.plot(in_mb, curves[1], style, color=colour, linewidth=1.6, label=operation)
        right.set_xlabel("MB sent or received")
        right.set_ylabel("ms", color=MUTED)
        right.set_title("By size: p50, and p5 to p95")
        right.set_xlim(0, _SIZES_BYTES[-1] / 1e6)
        right.set_ylim(0)
        right.grid()
        right.legend(fontsize=8)
        return png(figure)
