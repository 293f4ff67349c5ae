"""What all plots share: colours, type, size, axes, and how a figure becomes a PNG file."""

import io
from collections.abc import Mapping
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

WIDTH_IN = 9.0
PIXELS_PER_IN = 200
"""Twice the 900 pixels that a figure takes on the page, for screens with double density."""

INK = "#1f2328"
MUTED = "#57606a"
GRID = "#e3e6ea"
PAPER = "#ffffff"

STRATEGY_COLOURS: Final[Mapping[str, str]] = {"redis-first": "#D55E00", "s3-first": "#0072B2"}
"""Vermilion and blue of Okabe & Ito, "Color Universal Design", 2008: apart for all eyes."""

STRATEGY_MARKERS: Final[Mapping[str, str]] = {"redis-first": "o", "s3-first": "s"}
FLOOR_COLOUR = "#6e7781"

_STYLE: Final[Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.0,
    "text.color": INK,
    "axes.edgecolor": "#8c959f",
    "axes.labelcolor": INK,
    "axes.facecolor": PAPER,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlesize": 11.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "figure.facecolor": PAPER,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.6,
}


def plot_style() -> Any:
    """Give the context in which a figure is drawn; it leaves matplotlib's global settings alone."""
    return mpl.rc_context(_STYLE)


def new_figure(height_in: float) -> Figure:
    """Make an empty figure of the page's width."""
    return Figure(figsize=(WIDTH_IN, height_in), dpi=PIXELS_PER_IN)


def title(figure: Figure, text: str, subtitle: str) -> None:
    """Write the title and, under it, the profile and what else the reader must know."""
    height_in = figure.get_figheight()
    figure.text(
        0.012, 1 - 0.12 / height_in, text, fontsize=13, fontweight="bold", va="top", ha="left"
    )
    figure.text(
        0.012, 1 - 0.42 / height_in, subtitle, fontsize=9.5, color=MUTED, va="top", ha="left"
    )


def top_of_axes(figure: Figure, inches: float = 0.75) -> float:
    """Give the share of the height below which axes may begin, under title and subtitle."""
    return 1 - inches / figure.get_figheight()


def png(figure: Figure) -> bytes:
    """Draw a figure as a PNG file, without a date, so that equal figures are equal files."""
    out = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def log_milliseconds(axis: Any, low_ms: float, high_ms: float) -> None:
    """Make an axis logarithmic with plain numbers at 1, 2, 5 (or 1 alone over many decades).

    Parameters
    ----------
    axis
        ``axes.xaxis`` or ``axes.yaxis``.
    low_ms, high_ms
        Smallest and largest value shown; above 0.
    """
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    axis.axes.set(**{f"{axis.axis_name}lim": (low_ms * 0.8, high_ms * 1.25)})
    steps = (1, 2, 5) if high_ms / low_ms < 2000 else (1,)
    axis.set_major_locator(LogLocator(base=10, subs=steps, numticks=30))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.set_minor_formatter(NullFormatter())


def empty_note(axes: Axes, text: str) -> None:
    """Say in the place of data why there are none."""
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED, wrap=True
    )
