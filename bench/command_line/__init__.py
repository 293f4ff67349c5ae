"""The command line `firstwrite`."""

from bench.command_line.program import main

__all__ = ["main"]
