"""What goes wrong when samples are summarised.

StatisticsError
├── SamplesTableError      a table without the columns, or with the types, that a sample needs
└── SummaryReadError       a summary.json that does not hold what this version reads
"""

from bench.errors import MendableError


class StatisticsError(MendableError, ValueError):
    """Any error of this package."""


class SamplesTableError(StatisticsError):
    """The samples table is not what the summaries are made from."""


class SummaryReadError(StatisticsError):
    """A summary.json does not hold what this version reads."""
