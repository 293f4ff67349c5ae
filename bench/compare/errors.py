"""What goes wrong when two runs are compared."""

from bench.errors import MendableError


class CompareError(MendableError, ValueError):
    """Two runs that have nothing in common, or a gate that cannot be; names it and the mend."""
