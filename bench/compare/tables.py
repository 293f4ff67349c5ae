"""A comparison as tables, for the page, the terminal and Markdown."""

from collections.abc import Sequence

from bench.compare.changes import METRICS, LatencyChange
from bench.compare.comparison import Comparison
from bench.compare.gates import GateResult
from bench.report.number_format import (
    UNKNOWN,
    count,
    fixed,
    interval,
    number,
    strategy_name,
)
from bench.report.tables import Row, Table
from bench.statistics import Interval, minimum_samples
from bench.statistics.percentile import PERCENTILES

_RATIO_DECIMALS = 3


def change_tables(comparison: Comparison) -> tuple[Table, ...]:
    """Show each metric of each strategy at each size in both runs, one table a profile.

    A metric that a run has too few samples for is left out.
    """
    confidence = f"{comparison.bootstrap.confidence * 100:g} % interval"
    return tuple(
        Table(
            caption=f"Wait for the receipt, ms, warm environments, profile {profile}",
            groups=(("", 6), ("candidate less baseline", 2), ("candidate ÷ baseline", 2), ("", 1)),
            columns=(
                "body",
                "what",
                "metric",
                "samples",
                "baseline",
                "candidate",
                *("ms", confidence),
                *("ratio", confidence),
                "verdict",
            ),
            text_columns=3,
            rows=tuple(
                _row(each)
                for each in comparison.changes
                if each.profile == profile and each.ratio is not None
            ),
            note=_note(comparison) if profile == comparison.profiles[-1] else "",
        )
        for profile in comparison.profiles
    )


def _note(comparison: Comparison) -> str:
    confidence = comparison.bootstrap.confidence
    judged = sum(each.ratio_interval is not None for each in comparison.changes)
    needed = "; ".join(
        f"{name} {minimum_samples(PERCENTILES[name])}, "
        f"with an interval {METRICS[name].minimum_samples_of_interval(confidence)}"
        for name in ("p50", "p95", "p99")
    )
    return (
        f"A verdict needs an interval of the ratio that leaves out 1. Of {judged} comparisons, "
        f"{judged * (1 - confidence):.1f} would do so by chance. Rounds or blocks are resampled "
        "first, then requests; requests that met the same luck in both runs are drawn together. "
        f"Least samples: {needed}. What a whole run differs from the next is in no interval: run "
        "the baseline twice to see it."
    )


def gate_table(results: Sequence[GateResult]) -> Table | None:
    """Show what each gate was held against, or None without a gate."""
    if not results:
        return None
    return Table(
        caption="Gates: at most so much slower",
        columns=("gate", "profile", "body", "what", "judgement", "why"),
        text_columns=6,
        rows=tuple(
            Row(
                (
                    str(each.gate),
                    each.change.profile,
                    each.change.size,
                    strategy_name(each.change.strategy),
                    each.judgement,
                    each.reason,
                ),
                "total" if each.judgement == "failed" else "",
            )
            for each in results
        ),
        note="A gate fails only where the whole interval of the ratio is past its limit.",
    )


def condition_table(comparison: Comparison) -> Table | None:
    """Show the conditions that differ, or None if none does."""
    if not comparison.conditions:
        return None
    return Table(
        caption="Conditions that differ",
        columns=("fact of run.json", "baseline", "candidate"),
        text_columns=3,
        rows=tuple(
            Row((each.fact, _value(each.baseline), _value(each.candidate)))
            for each in comparison.conditions
        ),
    )


def _row(each: LatencyChange) -> Row:
    return Row(
        (
            each.size,
            strategy_name(each.strategy),
            each.metric,
            _samples(each),
            number(each.baseline_ms),
            number(each.candidate_ms),
            number(each.difference_ms),
            interval(each.difference_interval_ms),
            fixed(each.ratio, _RATIO_DECIMALS),
            _ratios(each.ratio_interval),
            each.verdict,
        ),
        "muted" if each.is_floor else "total" if each.verdict != "not resolvable" else "",
    )


def _samples(each: LatencyChange) -> str:
    counts = dict.fromkeys((each.baseline_samples, each.candidate_samples))
    return " / ".join(count(number_of) for number_of in counts)


def _ratios(ends: Interval | None) -> str:
    if ends is None:
        return UNKNOWN
    return f"{fixed(ends.low, _RATIO_DECIMALS)} to {fixed(ends.high, _RATIO_DECIMALS)}"


def _value(value: object) -> str:
    return UNKNOWN if value is None or value == "" else str(value)
