"""What a run tells about itself while it goes on; the command line draws it."""

from typing import Protocol


class Display(Protocol):
    """Shows which phase a run is in and how far it has come."""

    def part(self, profile: str) -> None:
        """Begin a part under a latency profile; a run has one or two."""

    def phase(self, name: str) -> None:
        """Begin a phase; the one before has ended."""

    def advance(self, done: int, total: int) -> None:
        """Show how many of how many things of the phase are done."""

    def detail(self, text: str) -> None:
        """Show what of the phase is being done."""
