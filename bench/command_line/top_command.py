"""`firstwrite top`."""

import json
import time
from typing import Any, Final

import urllib3
from rich.console import Console
from rich.live import Live
from rich.table import Table

from bench.command_line.stack_session import running_deployment
from bench.observe import ObserveError

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
    pool = urllib3.PoolManager()
    before = status(pool, deployment.status_url)
    if once:
        output.print(table_of(before, None, 0.0))
        return 0
    try:
        with Live(table_of(before, None, 0.0), console=output, auto_refresh=False) as live:
            while True:
                time.sleep(REFRESH_INTERVAL_S)
                now = status(pool, deployment.status_url)
                live.update(table_of(now, before, REFRESH_INTERVAL_S), refresh=True)
                before = now
    except KeyboardInterrupt:
        return 0


def status(pool: urllib3.PoolManager, url: str) -> dict[str, Any]:
    """Return what the stack says of its functions, or raise `ObserveError`."""
    try:
        answer = pool.request("GET", url, timeout=5, retries=False)
    except urllib3.exceptions.HTTPError as error:
        raise ObserveError(f"{url} does not answer ({error}): see that the stack runs") from error
    found: dict[str, Any] = json.loads(answer.data)
    return found


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
    table.add_column("memory, MB", justify="right")
    earlier = {each["name"]: each["invocations"] for each in (before or {}).get("functions", ())}
    for function in now["functions"]:
        gained = function["invocations"] - earlier.get(function["name"], function["invocations"])
        rate = f"{gained / interval_s:.1f}" if before and interval_s else ""
        memory = f"{function['last_max_memory_mb']} of {function['memory_mb']}"
        cells = [str(function[key]) for key, _ in _COLUMNS]
        table.add_row(function["name"], *cells, rate, memory)
    return table
