"""`make bench-plan`: the capacity engine's own speed."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.benchmark_table import exit_code_of_rows
from bench.capacity_benchmark.measurement import (
    engine_day,
    rows_of,
    simpy_seconds_per_message,
)
from bench.command_line.failure import exit_code_of
from bench.command_line.progress_display import ProgressDisplay

_output, _errors = Console(), Console(stderr=True)


def main(
    hours: Annotated[
        float, typer.Option(help="Simulated hours; targets are of 24.", min=0.01, max=24.0)
    ] = 24.0,
    simpy_messages: Annotated[
        int, typer.Option(help="Messages of the stretch in SimPy.", min=10)
    ] = 60_000,
    output: Annotated[Path | None, typer.Option(help="Also write the rows as JSON.")] = None,
) -> None:
    """Simulate a day of 100 messages a second, and a stretch of it in SimPy; about two minutes.

    Exit code 0: every target is met. 1: one is not, or the run failed.
    """

    def run() -> int:
        with ProgressDisplay(_errors) as display:
            display.phase(f"Simulating {hours:g} hours")
            took = engine_day(hours, lambda share: display.advance(int(100 * share), 100))
            display.phase(f"Simulating {simpy_messages:,} messages in SimPy")
            simpy_s = simpy_seconds_per_message(simpy_messages)
        rows = list(rows_of(took, simpy_s, simpy_messages))
        return exit_code_of_rows(rows, _output, output)

    raise typer.Exit(exit_code_of(run, _errors))


if __name__ == "__main__":
    typer.run(main)
