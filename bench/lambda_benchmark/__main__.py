"""`make bench-lambda`: the local Lambda's own speed."""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.benchmark_table import Row, exit_code_of_rows
from bench.command_line.failure import exit_code_of
from bench.command_line.progress_display import ProgressDisplay
from bench.lambda_benchmark.bare_runtime import bare_runtime
from bench.lambda_benchmark.cold_start import cold_start_rows
from bench.lambda_benchmark.measurement import (
    Report,
    invoke_rows,
    memory_rows,
    path_rows,
    throughput_rows,
)
from bench.lambda_benchmark.peer import ministack, ministack_program
from bench.lambda_benchmark.served import served
from bench.lambda_benchmark.shaping import shaping_rows

_output, _errors = Console(), Console(stderr=True)


def measured(
    *, quick: bool, memory_invocations: int, peer: Path | None, report: Report
) -> list[Row]:
    """Run every section and return its rows.

    *quick* takes a few repeats only; *peer* is an environment with ministack.

    Raises
    ------
    RunFailure
        When a server does not start, or answers an invocation with an error.
    MendableError
        When *peer* is not an environment with ministack.
    """
    repeats = 6 if quick else 60
    seconds = 0.3 if quick else 4.0
    rows: list[Row] = []
    if peer:
        ministack_program(peer)  # before minutes have passed

    def add(found: Iterable[Row]) -> None:
        rows.extend(found)

    with served() as server:
        with bare_runtime() as bare:
            add(path_rows(server, bare, repeats, report))
        with ministack(peer) if peer else contextlib.nullcontext() as peer_port:
            add(invoke_rows(server, peer_port, repeats, report))
        add(throughput_rows(server, seconds, report))
        add(memory_rows(server, memory_invocations, report))
        with served("shaped") as shaped:
            add(shaping_rows(server, shaped, repeats, report))
    add(cold_start_rows(1 if quick else 7, report))
    return rows


def main(
    quick: Annotated[bool, typer.Option(help="A few repeats only: a look, no result.")] = False,
    memory_invocations: Annotated[
        int, typer.Option(help="Invocations of 1 MB over which memory is watched.", min=4)
    ] = 2000,
    peer: Annotated[
        Path | None,
        typer.Option(
            help="A virtual environment with ministack 1.5, to run it in turns with ours."
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Also write the rows as JSON.")] = None,
) -> None:
    """Measure the local gateway and Lambda against their own floors; about two minutes.

    Ratios, all from one run. Exit code 0: every target is met. 1: one is not, or the run failed.
    """

    def run() -> int:
        with ProgressDisplay(_errors) as display:
            rows = measured(
                quick=quick,
                memory_invocations=memory_invocations,
                peer=peer,
                report=display.phase,
            )
        return exit_code_of_rows(rows, _output, output)

    raise typer.Exit(exit_code_of(run, _errors))


if __name__ == "__main__":
    typer.run(main)
