"""Regression gates: how much slower a candidate may be, and whether it certainly is more.

A gate fails only if the whole interval of the ratio is past its limit: a difference that chance can
make fails nothing. Source of the three outcomes: the documentation of bencher, "Thresholds".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bench.compare.changes import COMPARED, METRICS, LatencyChange
from bench.compare.errors import CompareError
from bench.statistics import minimum_samples
from bench.statistics.percentile import PERCENTILES

Judgement = Literal["held", "failed", "not resolvable"]

_LIMIT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*%?")
_FORM: Final = "write METRIC=PERCENT such as p99=10%, or STRATEGY:SIZE:METRIC=PERCENT"


@dataclass(frozen=True, slots=True)
class Gate:
    """How much slower one metric may be.

    Attributes
    ----------
    metric
        A key of `METRICS`.
    limit
        The share of the baseline by which it may grow, 0.1 for 10 %.
    strategy, size
        Where it holds; `None`: everywhere but at the floors, which no code of a candidate makes.
    """

    metric: str
    limit: float
    strategy: str | None = None
    size: str | None = None

    def __str__(self) -> str:
        """Return it as it is given on the command line."""
        scope = "".join(f"{each}:" for each in (self.strategy, self.size) if each)
        return f"{scope}{self.metric}={self.limit * 100:g}%"

    def applies_to(self, change: LatencyChange) -> bool:
        """Say whether a change is held against this gate."""
        return (
            change.metric == self.metric
            and (change.strategy == self.strategy if self.strategy else not change.is_floor)
            and self.size in (None, change.size)
        )


@dataclass(frozen=True, slots=True)
class GateResult:
    """A gate and one change that it was held against."""

    gate: Gate
    change: LatencyChange
    judgement: Judgement
    reason: str


def parse_gate(text: str) -> Gate:
    """Read a gate: ``[STRATEGY:[SIZE:]]METRIC=PERCENT``; an empty strategy stands for all.

    Raises
    ------
    CompareError
        Names the gate, its problem and the mend.
    """
    scoped, separator, percent = text.rpartition("=")
    *scope, metric = (each.strip() for each in scoped.split(":"))
    found = _LIMIT.fullmatch(percent.strip())
    if not separator or len(scope) > 2:
        raise CompareError(f"--max-regression {text} is no gate: {_FORM}")
    if metric not in METRICS:
        raise CompareError(
            f"--max-regression {text}: the metric {metric!r} is unknown: use {', '.join(METRICS)}"
        )
    if found is None:
        raise CompareError(f"--max-regression {text}: {percent!r} is no percentage: {_FORM}")
    strategy, size = [*scope, "", ""][:2]
    if strategy and strategy not in COMPARED:
        raise CompareError(
            f"--max-regression {text}: the strategy {strategy!r} is unknown: "
            f"use {', '.join(COMPARED)}"
        )
    return Gate(metric, float(found[1]) / 100, strategy or None, size or None)


def judge(
    gates: Iterable[Gate], changes: Sequence[LatencyChange], confidence: float = 0.95
) -> tuple[GateResult, ...]:
    """Hold each gate against the changes that it applies to.

    Parameters
    ----------
    confidence
        Of the changes' intervals (0-1).

    Raises
    ------
    CompareError
        If a gate applies to nothing, which would let everything pass.
    """
    results: list[GateResult] = []
    for gate in gates:
        found = [each for each in changes if gate.applies_to(each)]
        if not found:
            held = dict.fromkeys(f"{each.strategy}:{each.size}" for each in changes)
            raise CompareError(
                f"--max-regression {gate} applies to nothing in both runs: use one of "
                f"{', '.join(held)}"
            )
        results += [GateResult(gate, each, *_judged(gate, each, confidence)) for each in found]
    return tuple(results)


def _judged(gate: Gate, change: LatencyChange, confidence: float) -> tuple[Judgement, str]:
    interval, limit = change.ratio_interval, 1 + gate.limit
    if interval is None:
        return "not resolvable", _why_no_interval(change, confidence)
    ends = f"ratio {interval.low:.3f} to {interval.high:.3f}"
    if interval.low > limit:
        return "failed", f"{ends}, all of it past {limit:g}"
    if interval.high <= limit:
        return "held", f"{ends}, none of it past {limit:g}"
    return "not resolvable", f"{ends}, on both sides of {limit:g}"


def _why_no_interval(change: LatencyChange, confidence: float) -> str:
    fewest = METRICS[change.metric].minimum_samples_of_interval(confidence)
    held = min(change.baseline_samples, change.candidate_samples)
    if change.metric in PERCENTILES:
        fewest = max(fewest, minimum_samples(PERCENTILES[change.metric]))
    if held < fewest:
        return f"{held} samples, and an interval of {change.metric} needs {fewest}"
    return "one block, and an interval needs two"
