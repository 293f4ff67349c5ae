"""`firstwrite send`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from bench.collect import Verification
from bench.command_line.failure import FAILED
from bench.command_line.progress_display import ProgressDisplay
from bench.command_line.stack_session import running_or_own_stack
from bench.send import (
    Delivery,
    Strategy,
    check_folder,
    deliver,
    read_message_file,
    save_payload,
)

_STRATEGIES: Mapping[str, Strategy] = {"redis": "redis-first", "s3": "s3-first"}
_BAR_WIDTH = 24


def run_send(
    paths: Sequence[Path],
    strategy: Literal["redis", "s3"],
    save_to: Path | None,
    output: Console,
    errors: Console,
) -> int:
    """Send files and print what became of each; return the exit code."""
    files = [read_message_file(path) for path in paths]
    if save_to is not None:
        check_folder(save_to, [file.path.name for file in files])
    with (
        ProgressDisplay(errors) as display,
        running_or_own_stack(display.report) as (deployment, lasts),
    ):
        deliveries, verification = deliver(files, deployment, _STRATEGIES[strategy], display)
        saved = {
            delivery.message_id: save_payload(deployment, delivery, save_to)
            for delivery in (deliveries if save_to is not None else ())
            if save_to is not None and delivery.locations.payload != "nowhere"
        }
        if not lasts:
            display.phase("Stopping the stack")
    for delivery in deliveries:
        _print_delivery(delivery, saved.get(delivery.message_id), output)
    if not lasts:
        output.print(
            "The stack has stopped, and what it stored is gone with it. "
            "Run `firstwrite up` in another terminal first to look around.",
            soft_wrap=True,
        )
    return _print_verdict(verification, output, errors)


def _print_delivery(delivery: Delivery, saved: Path | None, output: Console) -> None:
    output.print(f"\n[bold]{delivery.file.path}[/]  {delivery.file.payload_bytes:,} bytes")
    facts = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    facts.add_row("messageID", delivery.message_id)
    facts.add_row("payload", delivery.locations.payload)
    facts.add_row("row", delivery.locations.row)
    facts.add_row("notifications", delivery.locations.notifications)
    if saved is not None:
        facts.add_row("copied to", str(saved))
    output.print(facts, soft_wrap=True)
    output.print(_breakdown("until the receipt", delivery.latency_ms, delivery.blocking_ms))
    output.print(
        _breakdown("behind the receipt", delivery.asynchronous_total_ms, delivery.asynchronous_ms)
    )
    output.print(_branches(delivery.branches_ms))


def _breakdown(title: str, total_ms: float, stages_ms: Mapping[str, float]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left", title=f"\n{title}")
    table.add_column("stage")
    table.add_column("ms", justify="right")
    table.add_column("")
    for stage, stage_ms in stages_ms.items():
        share = max(0.0, stage_ms / total_ms) if total_ms > 0 else 0.0
        table.add_row(stage, f"{stage_ms:.2f}", f"[cyan]{'█' * round(share * _BAR_WIDTH)}[/]")
    table.add_row("[bold]total[/]", f"[bold]{total_ms:.2f}[/]", "")
    return table


def _branches(branches_ms: Mapping[str, float]) -> Table:
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        title_justify="left",
        title="\nbranches, which run at the same time",
    )
    table.add_column("branch")
    table.add_column("ms", justify="right")
    for branch, branch_ms in branches_ms.items():
        table.add_row(branch, f"{branch_ms:.2f}")
    return table


def _print_verdict(verification: Verification, output: Console, errors: Console) -> int:
    if verification.verdict == "pass":
        output.print(
            "\n[green]✓[/] Archived byte for byte, recorded, and announced four times each once."
        )
        return 0
    for finding in verification.findings:
        errors.print(f"[bold red]lost or damaged:[/] {finding}", highlight=False, soft_wrap=True)
    return FAILED
