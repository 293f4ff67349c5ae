"""Errors of the collect package.

CollectError
└── SamplesTableError   a table lacks a column
"""

from bench.errors import RunFailure


class CollectError(RunFailure):
    """Base of everything that this package raises."""


class SamplesTableError(CollectError, ValueError):
    """A samples table lacks something that is asked of it."""
