"""`firstwrite doctor`."""

import os
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.command_line.failure import BAD_INPUT
from bench.command_line.stack_session import UP_FOLDER
from sim.stack.examination import Verdict, examine

_MARKS: Final = {
    Verdict.GOOD: "[green]✓[/]",
    Verdict.NOTE: "[yellow]·[/]",
    Verdict.PROBLEM: "[bold red]✗[/]",
}


def run_doctor(port: int, output: Console) -> int:
    """Print the findings; return the exit code."""
    findings = examine(UP_FOLDER, port, os.environ)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "checked", "found", "so"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        table.add_row(_MARKS[finding.verdict], finding.subject, finding.found, finding.consequence)
    output.print(table)
    problems = [finding for finding in findings if finding.verdict is Verdict.PROBLEM]
    if problems:
        names = ", ".join(finding.subject for finding in problems)
        output.print(f"\n[bold red]The stack cannot start:[/] mend {names} first.")
        return BAD_INPUT
    output.print("\n[green]The stack can start.[/]")
    return 0
