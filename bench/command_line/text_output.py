"""Text for a pipe, and files that an option names."""

import os
import tempfile
from pathlib import Path

from rich.console import Console

from bench.errors import MendableError


def plain(text: str, output: Console) -> None:
    """Print as it is and unwrapped: names and answers may hold what Rich takes for markup."""
    output.print(text, highlight=False, markup=False, emoji=False, soft_wrap=True)


def write_output(path: Path, content: bytes) -> None:
    """Write the file that an option names, whole or not at all.

    Raises
    ------
    MendableError
        When it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a pipe or a terminal: no other file can take its place
        else:
            _replace(path, content)
    except OSError as error:
        raise MendableError(
            f"{path.name} cannot be written ({error.strerror}): give another path"
        ) from error


def _replace(path: Path, content: bytes) -> None:
    handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp's file is its maker's alone; what an option names is no secret.
        Path(partial).chmod(0o644)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
