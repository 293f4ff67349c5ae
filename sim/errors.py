"""The exception tree of `sim`.

SimError                what went wrong and what to do about it, in one line
├── TemplateError       the SAM template cannot be read, resolved or provisioned
├── StackError          a part of the local stack cannot start, or has died
├── ProfileError        a latency profile cannot be used as it is written
├── NetworkError        a queueing network cannot be simulated as it is described
├── PriceError          a price is unknown, or a price file or the price list cannot be used
├── QuotaError          a quota or a node type is unknown
├── WorkloadError       a workload's description cannot be used as it is written
└── SearchError         an objective, a grid or the scheduler of a search cannot be used
"""

from typing import Self


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
        super().__init__(f"{problem} {mend}".rstrip())
        self.problem = problem
        self.mend = mend

    @classmethod
    def saying(cls, message: str) -> Self:
        """Return the error of a message whose mend follows its first semicolon."""
        problem, _, mend = message.partition("; ")
        return cls(f"{problem};", mend) if mend else cls(problem, "")


class TemplateError(SimError):
    """The SAM template cannot be read, resolved or provisioned."""


class StackError(SimError):
    """A part of the local stack cannot start, or has died."""


class ProfileError(SimError):
    """A latency profile cannot be used as it is written."""


class NetworkError(SimError):
    """A queueing network cannot be simulated as it is described."""


class PriceError(SimError):
    """A price is unknown, or a price file or AWS's price list cannot be used."""


class QuotaError(SimError):
    """A quota or a node type is unknown."""


class WorkloadError(SimError):
    """A workload's description cannot be used as it is written."""


class SearchError(SimError):
    """An objective, a grid or the scheduler of a search cannot be used."""
