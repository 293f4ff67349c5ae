"""The commands of `firstwrite scenarios`, their options and their help."""

from typing import Annotated

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of

scenarios = typer.Typer(help="Scenarios: what `bench` sends, when and how.", no_args_is_help=True)
_errors = Console(stderr=True)
_output = Console()


@scenarios.command("list")
def scenarios_list() -> None:
    """List the scenarios that come with firstwrite."""
    from bench.command_line.scenarios_command import run_list

    raise typer.Exit(exit_code_of(lambda: run_list(_output), _errors))


@scenarios.command("show")
def scenarios_show(
    name: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A name of `scenarios list`, or a .toml file.")
    ],
) -> None:
    """Print a scenario's file, which says what it is for, and what a run of it sends."""
    from bench.command_line.scenarios_command import run_show

    raise typer.Exit(exit_code_of(lambda: run_show(name, _output), _errors))
