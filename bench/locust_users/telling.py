"""A line of text to whoever started Locust."""

import sys


def tell(text: str) -> None:
    """Write a line to standard error, where `bench.load.locust_process` looks for it."""
    sys.stderr.write(f"firstwrite: {text}\n")
    sys.stderr.flush()
