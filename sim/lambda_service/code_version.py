"""Which version of a function's code lies in its folder."""

from pathlib import Path


def code_version(folder: Path) -> tuple[int, int]:
    """Return what changes with an edit: how many source files there are, and the newest's time."""
    times = [path.stat().st_mtime_ns for path in folder.rglob("*.py")]
    return len(times), max(times, default=0)
