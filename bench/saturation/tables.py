"""The tables of a saturation search, for the page and the terminal, from saturation.json alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.report.number_format import count, number, percent, strategy_name
from bench.report.tables import Row, Table
from bench.saturation.sentences import objectives_text


def rate_table(document: Mapping[str, Any]) -> Table:
    """List for each strategy the highest rate that held and the lowest that was too high."""
    return Table(
        caption=f"Highest rate that holds {objectives_text(document)}",
        columns=("strategy", "what bounds it", "ending", "held", "too high", "probes"),
        text_columns=3,
        rows=tuple(
            Row(
                (
                    strategy_name(each["strategy"]),
                    each["bound"] or "nothing was met",
                    each["ending"],
                    number(each["held_per_s"]),
                    number(each["too_high_per_s"]),
                    count(each["probes"]),
                )
            )
            for each in document["strategies"]
        ),
        note="Messages a second.",
    )


def probe_table(document: Mapping[str, Any], *, reasons: bool) -> Table:
    """List all rates that were tried; with *reasons* for what came of them, which takes width."""
    names = _percentiles(document)
    reason = ("reason",) if reasons else ()
    probes = sorted(
        document["probes"], key=lambda each: (each["strategy"], each["rate_per_s"], each["probe"])
    )
    return Table(
        caption="Rates that were tried",
        columns=(
            "strategy",
            "outcome",
            *reason,
            "rate",
            "offered",
            "n",
            *(f"{name} ms" for name in names),
            "missed",
            "executions at once",
            "CPU",
        ),
        text_columns=2 + len(reason),
        rows=tuple(
            Row(
                (
                    strategy_name(each["strategy"]),
                    outcome_text(each),
                    *((each["reason"],) if reasons else ()),
                    number(each["rate_per_s"]),
                    number(each["offered_per_s"]),
                    count(each["requests"]),
                    *(_percentile_text(each, name) for name in names),
                    "/".join(count(objective["missed"]) for objective in each["objectives"]),
                    _executions(each["executions"]),
                    percent(each["machine_cpu_share"]),
                ),
                emphasis="" if each["decides"] else "muted",
            )
            for each in probes
        ),
        note=(
            "Rates in messages a second, asked for and offered. Executions at once: early and "
            "late in a block, in the mean. CPU: of all cores, whoever used them. Brief: one block, "
            "which may only tell that a rate is too high. Unanswered requests have no latency; a "
            "percentile that they reach has no value, and a limit from below stands for it."
        ),
    )


def outcome_text(probe: Mapping[str, Any]) -> str:
    """Say what came of a rate; a brief look that found nothing is not a rate that held."""
    if probe["outcome"] == "cannot tell" and not probe["decides"]:
        return "brief: not too high"
    return f"{'' if probe['decides'] else 'brief: '}{probe['outcome']}"


def percentile_of(probe: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give the figures of a percentile of a probe."""
    found: Sequence[Mapping[str, Any]] = probe["percentiles"]
    return next(each for each in found if each["percentile"] == name)


def _percentiles(document: Mapping[str, Any]) -> list[str]:
    probes = document["probes"]
    return [each["percentile"] for each in probes[0]["percentiles"]] if probes else []


def _percentile_text(probe: Mapping[str, Any], name: str) -> str:
    figures = percentile_of(probe, name)
    if figures["ms"] is None:
        return "" if figures["low_ms"] is None else f"> {number(figures['low_ms'])}"
    return number(figures["ms"])


def _executions(executions: Mapping[str, Any]) -> str:
    return f"{number(executions['running_early'])} → {number(executions['running_late'])}"
