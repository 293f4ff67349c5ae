"""What was predicted beside what was measured, and how far apart the two are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.plan_validation.fit import Fitted, predicted_ms
from bench.plan_validation.measurement import Measured
from bench.report.tables import Table, rows

P50_TARGET: Final = 0.10
P99_TARGET: Final = 0.25
"""Relative errors that a prediction is to stay within."""

_RESAMPLES: Final = 1_000
_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Prediction:
    """One cell.

    Attributes
    ----------
    fitted
        Whether the model was fitted on it; then it proves nothing.
    p99_interval_ms
        In which the measured p99 would lie in 95 of 100 repetitions of the cell, by resampling its
        requests: what no model can be nearer than.
    mark
        Why the measurement itself may be wrong.
    """

    strategy: str
    size: str
    share: float
    rate_per_s: float
    requests: int
    fitted: bool
    measured_p50_ms: float
    predicted_p50_ms: float
    measured_p99_ms: float
    predicted_p99_ms: float
    p99_interval_ms: tuple[float, float]
    mark: str

    @property
    def p50_error(self) -> float:
        """Relative to what was measured."""
        return self.predicted_p50_ms / self.measured_p50_ms - 1

    @property
    def p99_error(self) -> float:
        """Relative to what was measured."""
        return self.predicted_p99_ms / self.measured_p99_ms - 1

    @property
    def p50_met(self) -> bool:
        """Whether the median is predicted as well as it is to be."""
        return abs(self.p50_error) <= P50_TARGET

    @property
    def p99_met(self) -> bool:
        """Whether the p99 is."""
        return abs(self.p99_error) <= P99_TARGET


def prediction(model: Fitted, measured: Measured) -> Prediction:
    """Hold the model against one cell."""
    observed = measured.latency_ms
    found = predicted_ms(model, measured)
    cell = measured.cell
    return Prediction(
        strategy=cell.strategy,
        size=cell.size,
        share=cell.share,
        rate_per_s=cell.rate_per_s,
        requests=len(observed),
        fitted=cell.fitted,
        measured_p50_ms=float(np.quantile(observed, 0.5)),
        predicted_p50_ms=float(np.quantile(found, 0.5)),
        measured_p99_ms=float(np.quantile(observed, 0.99)),
        predicted_p99_ms=float(np.quantile(found, 0.99)),
        p99_interval_ms=_p99_interval(observed),
        mark=measured.mark,
    )


def _p99_interval(observed: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(_SEED)
    drawn = rng.choice(observed, size=(_RESAMPLES, len(observed)))
    low, high = np.quantile(np.quantile(drawn, 0.99, axis=1), [0.025, 0.975])
    return float(low), float(high)


def mean_errors(predictions: Sequence[Prediction]) -> tuple[float, float]:
    """Return the mean sizes of the relative errors of p50 and p99, of the predicted cells."""
    predicted = [each for each in predictions if not each.fitted]
    return (
        float(np.mean([abs(each.p50_error) for each in predicted])),
        float(np.mean([abs(each.p99_error) for each in predicted])),
    )


def table_of(predictions: Sequence[Prediction]) -> Table:
    """Return the table: a row a cell, those that the model was fitted on marked."""
    found = []
    for each in predictions:
        met = "fitted on" if each.fitted else "yes" if each.p50_met and each.p99_met else "no"
        found.append(
            (
                each.strategy,
                each.size,
                f"{each.share:.0%}",
                f"{each.rate_per_s:.1f}",
                f"{each.measured_p50_ms:.1f}",
                f"{each.predicted_p50_ms:.1f}",
                f"{each.p50_error:+.0%}",
                f"{each.measured_p99_ms:.0f}",
                f"{each.predicted_p99_ms:.0f}",
                f"{each.p99_error:+.0%}",
                met + ("*" if each.mark else ""),
            )
        )
    return Table(
        caption="Raw local latencies, measured and predicted",
        columns=(
            "strategy", "body", "load", "rate/s", "measured", "predicted", "error", "measured",
            "predicted", "error", "within",
        ),
        groups=(("", 4), ("p50 ms", 3), ("p99 ms", 3), ("", 1)),
        text_columns=2,
        rows=rows(found),
        note=(
            f"Within: p50 within {P50_TARGET:.0%} and p99 within {P99_TARGET:.0%}. Load: share of "
            "what the machine carries. A star: the load generator was late there."
        ),
    )  # fmt: skip
