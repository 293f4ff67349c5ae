"""Errors of the send package."""

from bench.errors import MendableError


class SendError(MendableError):
    """A file cannot be sent; the message names it, the problem and the mend."""
