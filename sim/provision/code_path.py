"""Paths that a template names."""

from pathlib import Path

from sim.errors import TemplateError
from sim.provision.types import StackScope


def existing_path(stack: StackScope, relative: str, what: str) -> Path:
    """Return the path, relative to the template, that *what* (file, line and property) names.

    Raises
    ------
    TemplateError
        When it does not exist.
    """
    path = (stack.template.folder / relative).resolve()
    if not relative or not path.exists():
        raise TemplateError(f"{what} is {relative!r}, which does not exist.", "Mend the path.")
    return path
