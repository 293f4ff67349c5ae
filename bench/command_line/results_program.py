"""The commands for results folders: `report`, `compare` and those of `firstwrite results`."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of

results = typer.Typer(help="Results folders: list, show, hand on.", no_args_is_help=True)
_errors = Console(stderr=True)
_output = Console()

ResultsFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A results folder, as `bench` writes it.")
]
ResultsRoot = Annotated[
    Path, typer.Option("--results", help="The folder of all results; DIR may be a name in it.")
]


def report(
    folder: ResultsFolder,
    output: Annotated[
        Path | None,
        typer.Option(help="Write the page there and leave the folder as it is."),
    ] = None,
) -> None:
    """Compute the figures of a run again from its tables, and renew its report and its plots.

    So an old run gets the report of a newer version. Says where figures are not those of
    summary.json. Exit code 2: the folder cannot be read, or a file cannot be written.
    """
    from bench.command_line.report_command import run_report

    raise typer.Exit(exit_code_of(lambda: run_report(folder, output, _output, _errors), _errors))


def compare(
    baseline: Annotated[Path, typer.Argument(metavar="BASELINE", help="A results folder.")],
    candidate: Annotated[Path, typer.Argument(metavar="CANDIDATE", help="A results folder.")],
    max_regression: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=PERCENT",
            help="A gate: how much slower p50, p95, p99 or mean may be, such as p99=10%, or "
            "'redis-first:1 MB:p50=5%' at one place alone; give it again for more.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for a pipeline.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown, for a pull request.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Also write a page into this file.")] = None,
) -> None:
    """Compare two runs: what became slower or faster, and whether that can be told.

    Each metric is given with the interval of its difference and of its ratio; where the ratio's
    leaves out 1, it is slower or faster, else not resolvable. What else differs than the code
    (machine, profile, template, sizes, rates) is listed.

    Exit code 0: nothing failed. 1: the candidate lost a message, or the whole interval of a ratio
    is past a gate. 2: a folder or an option has to be mended first.
    """
    from bench.command_line.compare_command import CompareOptions, run_compare

    options = CompareOptions(baseline, candidate, max_regression or (), as_json, as_markdown, html)
    raise typer.Exit(exit_code_of(lambda: run_compare(options, _output, _errors), _errors))


@results.command("list")
def results_list(root: ResultsRoot = Path("results")) -> None:
    """List the runs: time, name, profile, verdict, and the p50 of both strategies."""
    from bench.command_line.results_command import run_list

    raise typer.Exit(exit_code_of(lambda: run_list(root, _output), _errors))


@results.command("show")
def results_show(folder: ResultsFolder, root: ResultsRoot = Path("results")) -> None:
    """Show what a run showed at its end: table, verdict and answer, from summary.json."""
    from bench.command_line.results_command import run_show

    raise typer.Exit(exit_code_of(lambda: run_show(folder, root, _output), _errors))


@results.command("export")
def results_export(
    folder: ResultsFolder,
    form: Annotated[
        Literal["csv", "parquet", "json", "junit", "markdown"],
        typer.Option("--format", help="csv and parquet: a table; junit: checks and gates."),
    ],
    output: Annotated[Path | None, typer.Option(help="Write into this file.")] = None,
    table: Annotated[
        Literal["samples", "calls"], typer.Option(help="Which table, for csv and parquet.")
    ] = "samples",
    baseline: Annotated[
        Path | None, typer.Option(help="For junit: the results folder that gates hold against.")
    ] = None,
    max_regression: Annotated[
        list[str] | None,
        typer.Option(metavar="METRIC=PERCENT", help="For junit: a gate, as of `compare`."),
    ] = None,
    root: ResultsRoot = Path("results"),
) -> None:
    """Hand a run on: as CSV, Parquet, JSON, JUnit XML, or Markdown for a pull request.

    Exit code 2: a folder or an option has to be mended. A failed check or gate is in the JUnit
    file; `compare` is what fails on it.
    """
    from bench.command_line.results_command import ExportOptions, run_export

    options = ExportOptions(folder, root, form, output, table, baseline, max_regression or ())
    raise typer.Exit(exit_code_of(lambda: run_export(options, _output, _errors), _errors))
