"""What came of a comparison, in a line and in a few sentences."""

from collections.abc import Sequence

from bench.compare.changes import LatencyChange
from bench.compare.comparison import Comparison
from bench.compare.gates import GateResult
from bench.report.number_format import fixed, interval, plural, strategy_name


def failed(comparison: Comparison, gates: Sequence[GateResult]) -> bool:
    """Say whether the candidate must not pass: it lost something, or is past a gate."""
    return comparison.lost or any(each.judgement == "failed" for each in gates)


def verdict_line(comparison: Comparison, gates: Sequence[GateResult]) -> str:
    """Say in one line whether the candidate passes, and why."""
    if comparison.lost:
        return f"FAIL: the candidate lost or damaged messages ({_findings(comparison)})."
    past = [each for each in gates if each.judgement == "failed"]
    if past:
        worst = max(past, key=lambda each: _low(each.change) / (1 + each.gate.limit))
        return (
            f"FAIL: slower than allowed in {len(past)} of {len(gates)} comparisons, most of all in "
            f"{_named(worst.change)}; at most {worst.gate.limit * 100:g} % is allowed."
        )
    unsure = sum(each.judgement == "not resolvable" for each in gates)
    if unsure:
        return f"PASS: no gate failed; {unsure} of {len(gates)} cannot be told."
    return f"PASS: every gate held ({len(gates)})." if gates else "PASS: no gate was given."


def sentences(comparison: Comparison) -> tuple[str, ...]:
    """Name what became slower and faster; floors are told of in the warnings."""
    told = []
    judged = [
        each for each in comparison.changes if not each.is_floor and each.ratio_interval is not None
    ]
    for verdict, most in (("slower", max), ("faster", min)):
        found = [each for each in judged if each.verdict == verdict]
        if found:
            told.append(
                f"The candidate is {verdict} in {len(found)} of {len(judged)} comparisons, most of "
                f"all in {_named(most(found, key=_low))}."
            )
    return tuple(told) or (
        f"No difference between the two runs is resolvable in {len(judged)} comparisons.",
    )


def _findings(comparison: Comparison) -> str:
    return f"{plural(comparison.findings, 'finding')} of its verification"


def _named(change: LatencyChange) -> str:
    return (
        f"{change.metric} of {strategy_name(change.strategy)} at {change.size} under "
        f"{change.profile} (ratio {fixed(change.ratio)}, {interval(change.ratio_interval)})"
    )


def _low(change: LatencyChange) -> float:
    return change.ratio_interval.low if change.ratio_interval else 0.0
