"""The two kinds of errors that the command line knows, whatever package they come from.

Exception
├── MendableError    what was asked for, or this machine, has to be mended first: exit code 2
└── RunFailure       the run itself could not be carried through: exit code 1

Each package's own tree hangs below one of them.
"""


class MendableError(Exception):
    """The user can mend it; the message names the thing, the problem and the mend."""


class RunFailure(Exception):
    """A run ended before it was done, through no fault of its options."""
