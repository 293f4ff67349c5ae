"""Progress on the terminal: a bar a phase; plain lines where the output is not a terminal."""

import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

_PLAIN_INTERVAL_S: Final = 10.0
"""A log grows by a line so often while a phase goes on."""


class ProgressDisplay:
    """Shows the phases of a command; use it in a with-block.

    Parameters
    ----------
    console
        Where to; the error stream, so that results alone go to the output.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[detail]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self._name = ""
        self._plain_due_s = 0.0
        self._part = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._finish()
        self._progress.stop()

    def part(self, profile: str) -> None:
        """Begin a part under a latency profile: its phases carry the profile's name."""
        self._part = profile

    def phase(self, name: str) -> None:
        """Begin a phase; the one before has ended."""
        self._finish()
        if self._part:
            name = f"{self._part}: {name}"
        self._name = name
        self._task = self._progress.add_task(name, total=None, detail="")
        self._plain_due_s = time.monotonic() + _PLAIN_INTERVAL_S
        if not self._console.is_terminal:
            self._console.print(f"{name} …")

    def advance(self, done: int, total: int) -> None:
        """Show how many of how many things of the phase are done."""
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=total)
        now_s = time.monotonic()
        if not self._console.is_terminal and now_s >= self._plain_due_s:
            self._plain_due_s = now_s + _PLAIN_INTERVAL_S
            self._console.print(f"{self._name}: {done} of {total}")

    def detail(self, text: str) -> None:
        """Show what of the phase is being done."""
        if self._task is not None:
            self._progress.update(self._task, detail=text)

    def report(self, text: str) -> None:
        """Begin a phase of which only the name is known: what the supervisor reports."""
        self.phase(text)

    def _finish(self) -> None:
        if self._task is None:
            return
        task = self._progress.tasks[self._task]
        total = task.total if task.total is not None else 1
        self._progress.update(self._task, total=total, completed=total, detail="")
        self._task = None
