"""What goes wrong with a results folder.

ResultsError
├── ResultsNameError           a name that cannot be part of a folder's name
├── ResultsWriteError          the folder could not be written; nothing is left of it
│   └── DiskFullError          because the disk or the quota is full
└── ResultsReadError           a folder that is not, or not completely, a results folder
    └── SchemaVersionError     one that another version of firstwrite wrote
"""

from bench.errors import MendableError


class ResultsError(MendableError):
    """Any error of this package."""


class ResultsNameError(ResultsError, ValueError):
    """The name of a run cannot be part of a folder's name."""


class ResultsWriteError(ResultsError):
    """A results folder could not be written; nothing is left of it."""


class DiskFullError(ResultsWriteError):
    """The disk or the quota is full."""


class ResultsReadError(ResultsError):
    """A folder is not, or not completely, a results folder."""


class SchemaVersionError(ResultsReadError):
    """A results folder has a schema that this version does not know."""
