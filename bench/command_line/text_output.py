"""Text for a pipe, and files that an option names."""

from pathlib import Path

from rich.console import Console

from bench.errors import MendableError


def plain(text: str, output: Console) -> None:
    """Print as it is and unwrapped: names and answers may hold what Rich takes for markup."""
    output.print(text, highlight=False, markup=False, emoji=False, soft_wrap=True)


def write_output(path: Path, content: bytes) -> None:
    """Write the file that an option names.

    Raises
    ------
    MendableError
        When it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise MendableError(
            f"{path.name} cannot be written ({error.strerror}): give another path"
        ) from error
