"""Errors of the send package."""


class SendError(Exception):
    """A file cannot be sent; the message names it, the problem and the mend."""
