"""`firstwrite logs`."""

from collections.abc import Mapping
from pathlib import Path

import urllib3
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.command_line.stack_session import running_deployment
from bench.observe import (
    LogLine,
    ObserveError,
    follow,
    function_folders,
    matching,
    read_new,
    read_status,
    summarise,
)


def run_logs(
    wanted: str | None, *, stream: str, follows: bool, metrics: bool, output: Console
) -> int:
    """Print the log streams of the running stack; return the exit code.

    Raises
    ------
    ObserveError
        When no stack runs from this folder, or the function is not known.
    """
    if follows and metrics:
        raise ObserveError("--metrics sums up what is there: leave out --follow")
    folders = matching(_folders(), wanted)
    if not follows:
        lines = read_new(folders, {}, stream)
        if metrics:
            _print_metrics(lines, output)
        else:
            _print(lines, output)
        return 0
    try:
        for lines in follow(folders, stream):
            _print(lines, output)
    except KeyboardInterrupt:
        return 0
    return 0


def _folders() -> Mapping[str, Path]:
    """Return each function's log folder, also of functions that have not run yet."""
    deployment = running_deployment()
    if deployment is None or deployment.log_folder is None:
        raise ObserveError("no stack runs from this folder: start one with `firstwrite up`")
    names = []
    if deployment.status_url is not None:
        status = read_status(urllib3.PoolManager(), deployment.status_url)
        names = [function["name"] for function in status["functions"]]
    return function_folders(Path(deployment.log_folder), names)


def _print(lines: list[LogLine], output: Console) -> None:
    for line in lines:
        output.print(
            f"{line.function} {line.short_stream}  {line.text}",
            highlight=False,
            markup=False,
            emoji=False,  # a line may hold `:a:`, as an IPv6 address does
            soft_wrap=True,
        )


def _print_metrics(lines: list[LogLine], output: Console) -> None:
    table = Table("namespace", "dimensions", "metric", "unit", "count", "sum", "min", "max")
    for metric in summarise(line.text for line in lines):
        table.add_row(
            Text(metric.namespace),
            Text(", ".join(f"{name}={value}" for name, value in metric.dimensions)),
            Text(metric.name),
            Text(metric.unit),
            str(metric.count),
            f"{metric.total:g}",
            f"{metric.minimum:g}",
            f"{metric.maximum:g}",
        )
    output.print(table)
