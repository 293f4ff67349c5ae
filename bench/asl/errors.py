"""What goes wrong with the files that `firstwrite asl` is given."""

from bench.errors import MendableError


class AslError(MendableError):
    """A definition, an input, a mock file or a suite has to be mended first."""
