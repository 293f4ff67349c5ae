"""The commands of `firstwrite results`, their options and their help."""

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
