"""What can go wrong before anything is shown."""

from bench.errors import MendableError


class ObserveError(MendableError):
    """There is nothing to look at: no stack, or no such function."""
