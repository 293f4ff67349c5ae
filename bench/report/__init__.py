"""The report of a run: pictures, one HTML page, and the table that the terminal shows.

Nothing here computes a statistic; all figures come from a `bench.statistics.Summary`.
"""

from bench.report.console import print_report
from bench.report.headline import Headline, headline
from bench.report.page import render_report
from bench.report.plots import draw_plots

__all__ = ["Headline", "draw_plots", "headline", "print_report", "render_report"]
