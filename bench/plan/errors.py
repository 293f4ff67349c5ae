"""What `firstwrite plan` refuses."""

from bench.errors import MendableError


class PlanError(MendableError):
    """A plan cannot be made as it is asked for; the message names the option and the mend."""
