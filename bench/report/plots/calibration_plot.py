"""A calibration: for each operation, model against samples by quantile, and both by size."""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from bench.report.plots.style import (
    FLOOR_COLOUR,
    INK,
    MUTED,
    log_milliseconds,
    new_figure,
    plot_style,
    png,
    title,
    top_of_axes,
)
from sim.latency.calibration import OperationFit
from sim.latency.calibration.goodness import probabilities
from sim.latency.calibration.sample_cells import size_groups
from sim.latency.operation_distribution import quantile_ms
from sim.latency.operation_model import MB_BYTES

_MODEL: Final = "#D55E00"
_DATA: Final = "#0072B2"
"""Okabe & Ito, "Color Universal Design", 2008: apart for all eyes."""
_ROW_IN: Final = 3.0
_HEAD_IN: Final = 0.8
_FOOT_IN: Final = 0.72
_POINTS: Final = 2_000
"""So many samples are drawn as points; more would be one blot."""
_STEPS: Final = 400
_CURVE_SIZES: Final = 25


class Calls(Protocol):
    """One operation's samples."""

    @property
    def latency_ms(self) -> NDArray[np.float64]:
        """Latencies in ms."""

    @property
    def body_bytes(self) -> NDArray[np.float64]:
        """What each call sent or received."""


def calibration_plot(calibrations: Sequence[tuple[OperationFit, Calls]], subtitle: str) -> bytes:
    """Draw the figure as a PNG file: a row an operation.

    Parameters
    ----------
    calibrations
        Each operation's fit, and the samples that it was fitted to.
    subtitle
        What the samples are from.
    """
    height_in = _HEAD_IN + _ROW_IN * len(calibrations)
    with plot_style():
        figure = new_figure(height_in)
        title(
            figure,
            "Calibration: fitted model against samples",
            f"{subtitle}; at most {_POINTS:,} samples are drawn by size",
        )
        top = top_of_axes(figure, _HEAD_IN)
        row = _ROW_IN / height_in
        for number, (fit, calls) in enumerate(calibrations):
            bottom = top - (number + 1) * row + _FOOT_IN / height_in
            height = row - (_FOOT_IN + 0.45) / height_in
            left = figure.add_axes((0.09, bottom, 0.36, height))
            right = figure.add_axes((0.56, bottom, 0.42, height))
            _quantiles(left, fit, calls)
            if fit.smallest_bytes == fit.largest_bytes:
                _distribution(right, fit, calls)
            else:
                _sizes(right, fit, calls)
        return png(figure)


def _quantiles(axes: Axes, fit: OperationFit, calls: Calls) -> None:
    """Draw the samples' quantiles over the model's; on the diagonal they are equal."""
    steps_ms, model = _model_cdf(fit, calls)
    count = len(calls.latency_ms)
    # Even in logits, so that both ends show; at most one sample is beyond the last.
    logits = np.linspace(-np.log(count), np.log(count), 120)
    shares = 1 / (1 + np.exp(-logits))
    expected = np.interp(shares, model, steps_ms)
    seen = np.quantile(calls.latency_ms, shares)
    low, high = (float(each) for each in (min(expected[0], seen[0]), max(expected[-1], seen[-1])))
    axes.plot([low, high], [low, high], color=FLOOR_COLOUR, linewidth=1)
    axes.plot(expected, seen, "o", color=_DATA, markersize=3, alpha=0.7)
    # On either side of the line: neighbours must not write over each other.
    for share, place, side in (
        (0.5, (6, -4), "left"),
        (0.99, (6, -4), "left"),
        (0.999, (-6, 2), "right"),
    ):
        if share >= 1 - 1 / count:
            continue
        x = float(np.interp(share, model, steps_ms))
        y = float(np.quantile(calls.latency_ms, share))
        axes.plot(x, y, "o", color=INK, markersize=5)
        axes.annotate(
            f"p{100 * share:g}",
            (x, y),
            place,
            textcoords="offset points",
            ha=side,
            va="top" if side == "left" else "bottom",
            fontsize=9,
        )
    log_milliseconds(axes.xaxis, low, high)
    log_milliseconds(axes.yaxis, low, high)
    axes.tick_params(axis="x", rotation=30)
    axes.set_xlabel("model, ms", color=MUTED)
    axes.set_ylabel("samples, ms", color=MUTED)
    axes.set_title(f"{fit.operation}: {'fits' if fit.goodness.fits else 'does not fit'}")
    axes.grid()


def _model_cdf(fit: OperationFit, calls: Calls) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latencies, and the share that the model has up to each, over the samples' sizes."""
    group, sizes_mb = size_groups(calls.body_bytes)
    weights = np.bincount(group) / len(group)
    low = quantile_ms(fit.model, 1e-7, int(sizes_mb.min() * MB_BYTES))
    high = quantile_ms(fit.model, 1 - 1e-7, int(sizes_mb.max() * MB_BYTES))
    steps_ms = np.geomspace(low, high, _STEPS)
    shares = np.zeros(_STEPS)
    for size_mb, weight in zip(sizes_mb, weights, strict=True):
        sizes = np.full(_STEPS, size_mb * MB_BYTES)
        shares += weight * probabilities(fit.model, steps_ms, sizes)
    return steps_ms, shares


def _distribution(axes: Axes, fit: OperationFit, calls: Calls) -> None:
    """Draw both distributions: there is one size only."""
    steps_ms, model = _model_cdf(fit, calls)
    seen = np.sort(calls.latency_ms)
    shares = (np.arange(len(seen)) + 0.5) / len(seen)
    axes.step(seen, 100 * shares, color=_DATA, linewidth=3, alpha=0.5, label="samples")
    axes.plot(steps_ms, 100 * model, color=_MODEL, linewidth=1.4, label="model")
    log_milliseconds(axes.xaxis, float(np.quantile(seen, 0.001)), float(np.quantile(seen, 0.999)))
    axes.tick_params(axis="x", rotation=30)
    axes.set_xlabel("ms", color=MUTED)
    axes.set_ylabel("% of the calls", color=MUTED)
    axes.set_title("Without a body" if not fit.largest_bytes else "One size only")
    axes.legend(loc="lower right")
    axes.grid()


def _sizes(axes: Axes, fit: OperationFit, calls: Calls) -> None:
    """Draw the samples as points over their sizes, and the model's p50 and p95 as curves."""
    random = np.random.default_rng(1)
    count = len(calls.latency_ms)
    some = random.permutation(count)[:_POINTS]
    sizes_mb, latency_ms = calls.body_bytes[some] / MB_BYTES, calls.latency_ms[some]
    width_mb = float(np.ptp(calls.body_bytes)) / MB_BYTES
    # A little to either side: samples of one size would hide each other.
    apart = sizes_mb + random.uniform(-0.012, 0.012, len(some)) * width_mb
    axes.plot(apart, latency_ms, ".", color=_DATA, markersize=3, alpha=0.25, label="sample")
    curve_mb = np.linspace(fit.smallest_bytes, fit.largest_bytes, _CURVE_SIZES) / MB_BYTES
    for share, style in ((0.5, "-"), (0.95, "--")):
        curve = [quantile_ms(fit.model, share, int(size * MB_BYTES)) for size in curve_mb]
        name = f"model p{100 * share:g}"
        axes.plot(curve_mb, curve, style, color=_MODEL, linewidth=1.8, label=name)
    log_milliseconds(axes.yaxis, float(latency_ms.min()), float(latency_ms.max()))
    axes.set_xlabel("MB sent or received", color=MUTED)
    axes.set_ylabel("ms", color=MUTED)
    axes.set_title("By size")
    axes.grid()
    legend = axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 0.99), ncols=3, fontsize=8, columnspacing=1.0
    )
    for handle in legend.legend_handles:
        if handle is not None:
            handle.set_alpha(1)
