"""The commands of `firstwrite profiles`, their options and their help."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of

profiles = typer.Typer(
    help="Latency profiles: how long each remote call takes on AWS, and how that is known.",
    no_args_is_help=True,
)
_errors = Console(stderr=True)
_output = Console()

ProfileName = Annotated[
    str, typer.Argument(metavar="PROFILE", help="A name of `profiles list`, or a .toml file.")
]


@profiles.command("list")
def profiles_list() -> None:
    """List the profiles that come with firstwrite."""
    from bench.command_line.profiles_command import run_list

    raise typer.Exit(exit_code_of(lambda: run_list(_output), _errors))


@profiles.command("show")
def profiles_show(
    name: ProfileName,
    plot: Annotated[
        Path | None, typer.Option(help="Also draw distributions and size curves into this PNG.")
    ] = None,
) -> None:
    """Show each operation's percentiles, and where its median comes from."""
    from bench.command_line.profiles_command import run_show

    raise typer.Exit(exit_code_of(lambda: run_show(name, plot, _output), _errors))


@profiles.command("diff")
def profiles_diff(first: ProfileName, second: ProfileName) -> None:
    """Show every number in which two profiles differ."""
    from bench.command_line.profiles_command import run_diff

    raise typer.Exit(exit_code_of(lambda: run_diff(first, second, _output), _errors))


@profiles.command("validate")
def profiles_validate(name: ProfileName = "aws-typical") -> None:
    """Hold a profile against published measurements that it was not fitted to.

    Exit code 1: a target is missed, and nobody has said why.
    """
    from bench.command_line.profiles_command import run_validate

    raise typer.Exit(exit_code_of(lambda: run_validate(name, _output), _errors))
