"""How the kernel's functions are compiled, and where what was compiled is kept."""

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: Final[dict[str, Any]] = {
    # A division by 0 is checked nowhere, as it is in C: none can happen here.
    "error_model": "numpy",
    # Without counts of references: the kernel keeps no array beyond its call and makes none.
    # Counting took nine tenths of the time. The option's name is numba's own and not promised.
    "_nrt": False,
}


# The ways in from Python and C are a third of the time that compiling takes.
_WITHIN: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compiled(function: F) -> F:
    """Compile a function for those of the kernel that call it; Python cannot."""
    return cast("F", numba.njit(**_OPTIONS, **_WITHIN)(function))


def kept(function: F) -> F:
    """Compile a function, and keep the result on disk where a folder for it can be written.

    Numba keeps it beside the source, else in the user's cache folder.
    """
    try:
        return cast("F", numba.njit(cache=True, **_OPTIONS)(function))
    except RuntimeError:  # no folder can be written
        return cast("F", numba.njit(**_OPTIONS)(function))


def sources_digest(folder: Path = Path(__file__).parent) -> str:
    """Return a hash of the kernel's files.

    Numba sees a change of the file of the function that it keeps, but not of those that it calls.
    """
    digest = blake2b(digest_size=16)
    for file in sorted(folder.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
