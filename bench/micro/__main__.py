"""`make bench-interpreter`: the interpreter's own speed and size, and others' in the same run."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bench.benchmark_table import Row, exit_code_of_rows
from bench.command_line.failure import exit_code_of
from bench.command_line.progress_display import ProgressDisplay
from bench.micro.api import api_rows
from bench.micro.in_process import in_process_rows
from bench.micro.memory import memory_rows
from bench.micro.peers import peer_rows, peers_of
from bench.micro.served import own_service

_output, _errors = Console(), Console(stderr=True)


def main(
    quick: Annotated[bool, typer.Option(help="A few repeats only: a look, no result.")] = False,
    peer: Annotated[
        list[Path] | None,
        typer.Option(
            help="A virtual environment with LocalStack 4.14 (Python 3.13) or ministack 1.5, to "
            "run it in turns with ours; give it again for more."
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Also write the rows as JSON.")] = None,
) -> None:
    """Measure the state machine interpreter and its API, with moto's in turns; about two minutes.

    Exit code 0: every target is met. 1: one is not, or the run failed. 2: an option has to be
    mended.
    """

    def run() -> int:
        peers, words = peers_of(peer or ())
        for word in words:
            _errors.print(Text(word))
        rows: list[Row] = []
        with ProgressDisplay(_errors) as display:
            display.phase("The interpreter in this process")
            rows += in_process_rows(0.2 if quick else 10.0)
            display.phase("Memory")
            rows += memory_rows(200 if quick else 10_000, 1_000 if quick else 100_000)
            with own_service() as service:
                display.phase("The API through boto3")
                rows += api_rows(service, 20 if quick else 1_000, 40 if quick else 3_000)
                display.phase(f"Beside {', '.join(peers)}")
                rows += peer_rows(service.url, peers, 3 if quick else 40)
        return exit_code_of_rows(rows, _output, output)

    raise typer.Exit(exit_code_of(run, _errors))


if __name__ == "__main__":
    typer.run(main)
