"""`firstwrite logs`."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.command_line.stack_session import running_deployment
from bench.observe import (
    LogLine,
    ObserveError,
    follow,
    function_folders,
    matching,
    read_new,
    summarise,
)


def run_logs(wanted: str | None, *, follows: bool, metrics: bool, output: Console) -> int:
    """Print the log streams of the running stack; return the exit code.

    Raises
    ------
    ObserveError
        When no stack runs from this folder, or the function is not known.
    """
    folder = log_folder()
    if not follows:
        lines = read_new(matching(function_folders(folder), wanted), {})
        if metrics:
            _print_metrics(lines, output)
        else:
            _print(lines, output)
        return 0
    try:
        for lines in follow(folder, wanted):
            _print(lines, output)
    except KeyboardInterrupt:
        return 0
    return 0


def log_folder() -> Path:
    """Return the log folder of the stack that runs from this folder, or raise `ObserveError`."""
    deployment = running_deployment()
    if deployment is None or deployment.log_folder is None:
        raise ObserveError("no stack runs from this folder: start one with `firstwrite up`")
    return Path(deployment.log_folder)


def _print(lines: list[LogLine], output: Console) -> None:
    for line in lines:
        output.print(
            f"{line.function} {line.short_stream}  {line.text}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def _print_metrics(lines: list[LogLine], output: Console) -> None:
    table = Table("namespace", "dimensions", "metric", "unit", "count", "sum", "min", "max")
    for metric in summarise(line.text for line in lines):
        table.add_row(
            metric.namespace,
            ", ".join(f"{name}={value}" for name, value in metric.dimensions),
            metric.name,
            metric.unit,
            str(metric.count),
            f"{metric.total:g}",
            f"{metric.minimum:g}",
            f"{metric.maximum:g}",
        )
    output.print(table)
