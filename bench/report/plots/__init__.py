"""The figures of a report as PNG files. Nothing here computes a statistic."""

from collections.abc import Callable

import pandas as pd

from bench.report.plots.asynchronous_plot import asynchronous_plot
from bench.report.plots.conditions_plot import conditions_plot
from bench.report.plots.cost_plot import cost_plot
from bench.report.plots.distribution_plot import distribution_plot
from bench.report.plots.hero_plot import hero_plot
from bench.report.plots.latency_plot import latency_plot
from bench.report.plots.stages_plot import stages_plot
from bench.report.plots.tail_plot import tail_plot
from bench.report.plots.time_plot import time_plot
from bench.report.plots.worlds_plot import worlds_plot
from bench.statistics import RunFigures

__all__ = ["draw_plots"]


def draw_plots(
    samples: pd.DataFrame,
    figures: RunFigures,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, bytes]:
    """Draw all figures of a run; PNG files, 1800 pixels wide, by file name.

    *samples* are of the answer's part.
    """
    summary = figures.answer
    draw: dict[str, Callable[[], bytes]] = {
        "latency.png": lambda: latency_plot(samples, summary),
        "stages.png": lambda: stages_plot(summary),
        "distribution.png": lambda: distribution_plot(samples, summary),
        "tail.png": lambda: tail_plot(samples, summary),
        "time.png": lambda: time_plot(samples, summary),
        "asynchronous.png": lambda: asynchronous_plot(summary),
        "hero.png": lambda: hero_plot(summary),
    }
    if figures.robustness is not None:
        draw["worlds.png"] = lambda: worlds_plot(figures)
        draw["conditions.png"] = lambda: conditions_plot(figures)
    if figures.costs is not None:
        draw["cost.png"] = lambda: cost_plot(figures)
    plots = {}
    for name, figure in draw.items():
        progress(f"plot {name}")
        plots[name] = figure()
    return plots
