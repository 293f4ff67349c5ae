"""The end of a run on the terminal: a table of sizes and strategies, the verdict, the answer."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable
from rich.text import Text

from bench.probe import BlockedConclusion
from bench.report.headline import Verdict, headline, profile_warning
from bench.report.number_format import count, interval, number, strategy_name, times
from bench.statistics import RunFigures, Summary

REPORT_FILE = "report.html"

_STYLES: Mapping[Verdict, str] = {
    "pass": "bold green",
    "fail": "bold red",
    "not verified": "bold yellow",
}


def print_report(
    console: Console,
    figures: RunFigures,
    verification: Mapping[str, Any],
    folder: Path,
    *,
    blocked: Sequence[BlockedConclusion] = (),
    run: Mapping[str, Any] | None = None,
) -> None:
    """Print what a run came to; which messages failed is the caller's to name.

    Parameters
    ----------
    console
        Where to.
    figures
        The figures.
    verification
        The content of verification.json.
    folder
        The results folder, which holds the report.
    blocked
        What the back ends keep the run from concluding.
    run
        The content of run.json.
    """
    summary = figures.answer
    answer = headline(figures, verification, blocked, run)
    console.print()
    console.print(_latency_table(summary))
    console.print()
    verdict = Text(answer.verdict.upper(), style=_STYLES[answer.verdict])
    verdict.append(f"  {answer.verdict_text}", style="default")
    console.print(verdict)
    console.print()
    for sentence in answer.sentences:
        console.print(Text(sentence))
    for caution in answer.cautions:
        console.print(Text(f"Caution: {caution}", style="yellow"))
    console.print(Text(profile_warning(summary.profile), style="dim"))
    console.print()
    # Not wrapped: a terminal makes a link of a path only if it is whole.
    console.print(Text(f"Report: {folder / REPORT_FILE}"), soft_wrap=True)


def _latency_table(summary: Summary) -> RichTable:
    ratios = {(each.strategy, each.size): each.ratio for each in summary.floor_ratios}
    table = RichTable(
        box=SIMPLE_HEAD,
        title=f"Wait for the receipt, ms, warm environments, profile {escape(summary.profile)}",
        title_justify="left",
        title_style="bold",
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column("body", no_wrap=True)
    table.add_column("strategy", no_wrap=True)
    interval_heading = f"{summary.bootstrap.confidence * 100:g} % interval"
    for heading in ("n", "p50", interval_heading, "p95", "p99", "÷ floor"):
        table.add_column(heading, justify="right", no_wrap=True)
    for size in summary.sizes:
        for place, strategy in enumerate(summary.strategies):
            latency = summary.warm(strategy, size.name)
            table.add_row(
                escape(size.label) if place == 0 else "",
                strategy_name(strategy),
                count(latency.samples if latency else 0),
                number(latency.p50_ms if latency else None),
                interval(latency.p50_interval_ms if latency else None),
                number(latency.p95_ms if latency else None),
                number(latency.p99_ms if latency else None),
                times(ratios.get((strategy, size.name))),
                end_section=place == len(summary.strategies) - 1,
            )
    return table
