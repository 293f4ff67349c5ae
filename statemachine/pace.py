"""How fast a service walks through states: handed in, as the clock is.

The language says nothing of it, and the interpreter alone takes no time between two states.
"""

from typing import Protocol


class Pace(Protocol):
    """Is asked before each state."""

    async def before_state(self, name: str) -> None:
        """Return when the state *name* may be entered."""


class NoPace:
    """Enters each state at once."""

    async def before_state(self, name: str) -> None:
        """Return at once."""
