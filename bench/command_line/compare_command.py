"""`firstwrite compare`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench.command_line.failure import FAILED
from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.rich_tables import rich_table
from bench.command_line.text_output import plain, write_output
from bench.compare import (
    Comparison,
    GateResult,
    change_tables,
    compare_runs,
    comparison_json,
    comparison_markdown,
    condition_table,
    gate_table,
    judge,
    parse_gate,
    render_comparison,
)
from bench.compare.headline import failed, sentences, verdict_line
from bench.errors import MendableError
from bench.results import load_results


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What is compared, and how it is shown: the options of the same names."""

    baseline: Path
    candidate: Path
    max_regression: Sequence[str] = ()
    as_json: bool = False
    as_markdown: bool = False
    html: Path | None = None


def run_compare(options: CompareOptions, output: Console, errors: Console) -> int:
    """Compare two results folders and print what changed; return the exit code.

    Raises
    ------
    MendableError
        When an option or a folder has to be mended, or the runs have nothing in common.
    """
    if options.as_json and options.as_markdown:
        raise MendableError("one form is printed at a time: give either --json or --markdown")
    comparison, gates = compared(options, errors)
    if options.html is not None:
        write_output(options.html, render_comparison(comparison, gates).encode())
    if options.as_json:
        plain(json.dumps(comparison_json(comparison, gates), indent=2), output)
    elif options.as_markdown:
        plain(comparison_markdown(comparison, gates), output)
    else:
        _print(comparison, gates, output)
        if options.html is not None:
            plain(f"Page: {options.html}", output)
    return FAILED if failed(comparison, gates) else 0


def compared(options: CompareOptions, errors: Console) -> tuple[Comparison, tuple[GateResult, ...]]:
    """Compare, and hold the gates against it.

    Raises
    ------
    MendableError
        When a gate or a folder has to be mended, or the runs have nothing in common.
    """
    gates = [parse_gate(text) for text in options.max_regression]
    with ProgressDisplay(errors) as display:
        names = (options.baseline.resolve().name, options.candidate.resolve().name)
        display.phase(f"Comparing {names[1]} with {names[0]}")
        comparison = compare_runs(
            load_results(options.baseline),
            load_results(options.candidate),
            names=names,
            progress=display.detail,
        )
    return comparison, judge(gates, comparison.changes, comparison.bootstrap.confidence)


def _print(comparison: Comparison, gates: Sequence[GateResult], output: Console) -> None:
    for table in (condition_table(comparison), *change_tables(comparison), gate_table(gates)):
        if table is not None:
            output.print(rich_table(table))
            output.print()
    for sentence in sentences(comparison):
        plain(sentence, output)
    for warning in comparison.warnings:
        plain(f"Caution: {warning}", output)
    plain(verdict_line(comparison, gates), output)
