"""Defaults of a run that the command line's help shows."""

from typing import Final

ROUNDS: Final = 2
"""Two rounds give four blocks of each strategy and size: the fewest that an interval rests on."""
