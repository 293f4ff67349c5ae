"""`make validate-plan`: measure, fit, predict, and print how far apart the two are."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from bench.command_line.failure import exit_code_of
from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.rich_tables import rich_table
from bench.command_line.stack_session import own_stack, state_folder
from bench.errors import MendableError
from bench.plan_validation import record
from bench.plan_validation.cells import SIZES, Cell, cells, crowd_cell, probe_cell
from bench.plan_validation.comparison import (
    P50_TARGET,
    P99_TARGET,
    Prediction,
    mean_errors,
    prediction,
    table_of,
)
from bench.plan_validation.fit import fit
from bench.plan_validation.local_model import SINGLE_THREADED
from bench.plan_validation.measurement import Measured, measure, read, written
from bench.run.display import Display
from sim.capacity.design import STRATEGIES
from sim.capacity.network import prepare
from sim.stack import Supervisor

_output, _errors = Console(), Console(stderr=True)


def main(
    output: Annotated[Path | None, typer.Option(help="Also write the rows as JSON.")] = None,
    samples: Annotated[
        Path | None, typer.Option(help="Also write what was measured, a line a cell.")
    ] = None,
    measured_before: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Measure nothing: fit and predict what --samples wrote.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of contents and arrival times.", min=0)] = 1,
) -> None:
    """Predict raw local latencies at loads that the capacity model was not fitted on.

    Some twelve minutes, on a machine that does nothing else meanwhile. Exit code 0: all
    predictions are within their targets. 1: one is not, or the run failed.
    """

    def run() -> int:
        with ProgressDisplay(_errors) as display:
            measured = (
                _measured(seed, display) if measured_before is None else _kept(measured_before)
            )
            if samples is not None:
                samples.write_text("".join(f"{written(each)}\n" for each in measured))
            display.phase("Compiling the simulator")
            prepare()
            display.phase("Fitting and predicting")
            models = fit([each for each in measured if each.cell.fitted], _cores())
            found = [prediction(models[each.cell.strategy], each) for each in measured]
        _output.print(rich_table(table_of(found)))
        _tell(found, next(iter(models.values())).machine.slice_s)
        if output is not None:
            output.write_text(record.written(found, _cores()), encoding="utf-8")
        missed = [each for each in found if not each.fitted and not (each.p50_met and each.p99_met)]
        return 1 if missed else 0

    raise typer.Exit(exit_code_of(run, _errors))


def _kept(path: Path) -> list[Measured]:
    try:
        return [read(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except ValueError as error:
        raise MendableError(f"{path}: {error}. Give a file that --samples wrote.") from error


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _measured(seed: int, display: ProgressDisplay) -> list[Measured]:
    found: list[Measured] = []
    with (
        own_stack(display.report) as stack,
        TemporaryDirectory(dir=state_folder()) as folder,
    ):
        for strategy in STRATEGIES:
            for size in SIZES:
                _sent(stack, crowd_cell(strategy, size), Path(folder) / "crowd", seed, display)
                probe = _sent(stack, probe_cell(strategy, size), Path(folder), seed, display)
                found += [
                    _sent(stack, cell, Path(folder), seed, display)
                    for cell in cells(strategy, size, _carried_per_s(probe))
                ]
        display.phase("Stopping the stack")
    return found


def _sent(stack: Supervisor, cell: Cell, folder: Path, seed: int, display: Display) -> Measured:
    display.phase(f"{cell.strategy}, {cell.size}, {cell.rate_per_s:.1f} a second")
    name = f"{cell.strategy}-{cell.size}-{cell.share}".replace(" ", "-")
    return measure(stack, cell, folder / name, seed, display)


def _carried_per_s(probe: Measured) -> float:
    """Return the rate at which the cores, or a part's one thread, have no time left."""
    cores_per_s = _cores() / probe.processor_s_of_a_message
    return min(cores_per_s, 1 / max(probe.processor_s[part] for part in SINGLE_THREADED))


def _tell(found: list[Prediction], slice_s: float) -> None:
    predicted = [each for each in found if not each.fitted]
    p50_error, p99_error = mean_errors(found)
    _output.print(
        f"{len(predicted)} cells predicted that the model was not fitted on: p50 within "
        f"{P50_TARGET:.0%} in {sum(each.p50_met for each in predicted)}, p99 within "
        f"{P99_TARGET:.0%} in {sum(each.p99_met for each in predicted)}; mean error of p50 "
        f"{p50_error:.1%}, of p99 {p99_error:.1%}. Time slice {1e3 * slice_s:g} ms."
    )
    inside = sum(
        each.p99_interval_ms[0] <= each.predicted_p99_ms <= each.p99_interval_ms[1]
        for each in predicted
    )
    _output.print(f"The predicted p99 lies in the measured one's own 95 % interval in {inside}.")


if __name__ == "__main__":
    typer.run(main)
