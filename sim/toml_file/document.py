"""A TOML file's content."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any


def read_document(path: Path, refuse: Callable[[str], Exception]) -> dict[str, Any]:
    """Return the content of `path`.

    Raises
    ------
    Exception
        What `refuse` makes, if the file cannot be read or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refuse(f"{path.name} is no TOML: {error}; mend that line") from error
    except OSError as error:
        raise refuse(f"{path.name} cannot be read ({error.strerror}); give another path") from error
