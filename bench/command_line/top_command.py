"""`firstwrite top`."""

import time
from typing import Any, Final

import urllib3
from rich.console import Console
from rich.live import Live
from rich.table import Table

from bench.command_line.stack_session import running_deployment
from bench.observe import ObserveError, read_status

REFRESH_INTERVAL_S: Final = 0.5

_COLUMNS: Final = (
    ("idle", "idle"),
    ("busy", "busy"),
    ("starting", "starting"),
    ("waiting", "waiting"),
    ("event_queue", "event queue"),
    ("invocations", "invocations"),
    ("errors", "errors"),
    ("throttles", "throttles"),
    ("cold_starts", "cold starts"),
)


def run_top(*, once: bool, output: Console) -> int:
    """Show what the functions are doing until Ctrl-C, or once; return the exit code.

    Raises
    ------
    ObserveError
        When no stack runs from this folder, or it stops answering.
    """
    deployment = running_deployment()
    if deployment is None or deployment.status_url is None:
        raise ObserveError("no stack runs from this folder: start one with `firstwrite up`")
    pool, url = urllib3.PoolManager(), deployment.status_url
    before, read_at_s = read_status(pool, url), time.monotonic()
    if once:
        output.print(table_of(before, None, 0.0))
        return 0
    try:
        with Live(table_of(before, None, 0.0), console=output, auto_refresh=False) as live:
            while True:
                time.sleep(REFRESH_INTERVAL_S)
                now, now_s = read_status(pool, url), time.monotonic()
                live.update(table_of(now, before, now_s - read_at_s), refresh=True)
                before, read_at_s = now, now_s
    except KeyboardInterrupt:
        return 0


def table_of(now: dict[str, Any], before: dict[str, Any] | None, interval_s: float) -> Table:
    """Return the table; with the state *before*, by *interval_s* seconds, rates as well."""
    account = now["account"]
    table = Table(
        title=f"concurrency {account['concurrency']} of {account['limit']}, "
        f"throttles {account['throttles']}"
    )
    table.add_column("function", overflow="fold")
    for _, heading in _COLUMNS:
        table.add_column(heading, justify="right")
    table.add_column("per s", justify="right")
    table.add_column("reserved", justify="right")
    table.add_column("memory, MB", justify="right")
    earlier = {each["name"]: each["invocations"] for each in (before or {}).get("functions", ())}
    for function in now["functions"]:
        gained = function["invocations"] - earlier.get(function["name"], function["invocations"])
        # Fewer than before: the stack was started again.
        rate = f"{gained / interval_s:.1f}" if before and interval_s and gained >= 0 else ""
        reserved = function["reserved_concurrency"]
        memory = f"{function['last_max_memory_mb']} of {function['memory_mb']}"
        cells = [str(function[key]) for key, _ in _COLUMNS]
        table.add_row(
            function["name"], *cells, rate, "" if reserved is None else str(reserved), memory
        )
    return table
