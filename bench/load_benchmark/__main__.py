"""`make bench-load`: what the load generator itself can send on this machine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.benchmark_table import Row, exit_code_of_rows
from bench.command_line.failure import exit_code_of
from bench.command_line.progress_display import ProgressDisplay
from bench.load_benchmark.measurement import RATES, held, rows_of
from bench.load_benchmark.served import null_server

_output, _errors = Console(), Console(stderr=True)


def main(
    seconds: Annotated[float, typer.Option(help="Of each rate.", min=0.5)] = 20.0,
    output: Annotated[Path | None, typer.Option(help="Also write the rows as JSON.")] = None,
) -> None:
    """Send to a server that only reads, at the rates the generator is for; about a minute.

    Exit code 0: every target is met. 1: one is not, or the run failed.
    """

    def run() -> int:
        rows: list[Row] = []
        with ProgressDisplay(_errors) as display, null_server() as server:
            for rate in RATES:
                display.phase(f"Sending {rate.rate_per_s:g} a second of {rate.name}")
                rows += rows_of(rate, held(server, rate, seconds))
        return exit_code_of_rows(rows, _output, output)

    raise typer.Exit(exit_code_of(run, _errors))


if __name__ == "__main__":
    typer.run(main)
