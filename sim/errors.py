"""The exception tree of `sim`.

SimError                what went wrong and what to do about it, in one line
├── TemplateError       the SAM template cannot be read, resolved or provisioned
├── StackError          a part of the local stack cannot start, or has died
├── ProfileError        a latency profile cannot be used as it is written
└── NetworkError        a queueing network cannot be simulated as it is described
"""


class SimError(Exception):
    """Something the user can mend; the command line prints it in one line and exits with 2.

    Parameters
    ----------
    problem
        What is wrong, with the value that is wrong.
    mend
        What to do about it.
    """

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(f"{problem} {mend}")
        self.problem = problem
        self.mend = mend


class TemplateError(SimError):
    """The SAM template cannot be read, resolved or provisioned."""


class StackError(SimError):
    """A part of the local stack cannot start, or has died."""


class ProfileError(SimError):
    """A latency profile cannot be used as it is written."""


class NetworkError(SimError):
    """A queueing network cannot be simulated as it is described."""
