"""Who is told how far a plan is."""

from typing import Protocol


class Progress(Protocol):
    """Shows the phases of a plan."""

    def phase(self, name: str) -> None:
        """Begin a phase; the one before has ended."""

    def advance(self, done: int, total: int) -> None:
        """Show how many of how many things of the phase are done."""
