"""The commands of `firstwrite prices`, their options and their help."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of

prices = typer.Typer(
    help="Prices that bills are made of: show them, and read them anew from AWS.",
    no_args_is_help=True,
)
_errors = Console(stderr=True)
_output = Console()

PricesFile = Annotated[
    Path | None,
    typer.Option("--prices", help="A .toml file with the prices that differ from the snapshot."),
]


@prices.command("show")
def prices_show(
    file: PricesFile = None,
    name: Annotated[
        str, typer.Argument(metavar="[PART]", help="Only prices with this in the name.")
    ] = "",
) -> None:
    """Show each price with its unit, Region, date and confidence.

    The snapshot's prices are US dollars on demand, without tax and free tiers. A file of your own
    needs only those that differ: `[prices]`, and a line such as `lambda_request = 0.19`.
    """
    from bench.command_line.prices_command import run_show

    raise typer.Exit(exit_code_of(lambda: run_show(file, name, _output), _errors))


@prices.command("refresh")
def prices_refresh(
    region: Annotated[
        str, typer.Option(help="The Region whose prices are read, such as eu-central-1.")
    ] = "us-east-1",
    output: Annotated[Path, typer.Option(help="The file to write.")] = Path("prices.toml"),
    file: PricesFile = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Do not ask for this price; give it again for more."),
    ] = None,
) -> None:
    """Read the prices from AWS's Price List API into a file, for `--prices`.

    Needs credentials with the permission pricing:GetProducts. What AWS does not return is kept as
    it was, and listed. Nothing is written unless all could be asked.

    Exit code 2: credentials, the network or an option has to be mended first, or several products
    match a price and differ.
    """
    from bench.command_line.prices_command import run_refresh

    raise typer.Exit(
        exit_code_of(
            lambda: run_refresh(region, output, file, keep or (), _output, _errors), _errors
        )
    )
