"""Errors of the load package.

LoadError
├── PayloadSizeError       a body of the asked size cannot be made
├── PlanError              a plan, or a request for one, does not hold together
├── DeploymentFileError    no usable deployment was found
├── PlanNotCarriedOutError the load ended before the plan did
└── SamplesFileError       a samples file cannot be read
"""

from bench.errors import MendableError, RunFailure


class LoadError(MendableError):
    """Base of everything that this package raises."""


class PayloadSizeError(LoadError, ValueError):
    """A payload or body of the asked number of bytes cannot be made."""


class PlanError(LoadError, ValueError):
    """A plan names a field with a value that cannot be carried out."""


class DeploymentFileError(LoadError):
    """The deployment file is absent or lacks something that the load needs."""


class PlanNotCarriedOutError(LoadError, RunFailure):
    """The load ended before every block of its plan was done."""


class SamplesFileError(LoadError, ValueError):
    """A line of a samples file is not a record of this package."""
