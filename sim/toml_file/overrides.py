"""`-o load.steady.requests=10`: changes to a file by dotted path."""

import copy
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def overridden(
    document: Mapping[str, Any], overrides: Sequence[str], refuse: Callable[[str], Exception]
) -> dict[str, Any]:
    """Return the document with each `path=value` set; an empty value takes the key away.

    A value is read as TOML, and as plain text where it is none, so that `order=randomised` needs no
    quotation marks. Whether the document can be used is the file reader's to say.

    Parameters
    ----------
    refuse
        Makes the exception that is raised of its message.

    Raises
    ------
    Exception
        What `refuse` makes, if an override has no `=` or no key, or leads through something that is
        no table.

    Examples
    --------
    >>> overridden({"load": {"a": {"requests": 5}}}, ["load.a.requests=7"], ValueError)
    {'load': {'a': {'requests': 7}}}
    """
    changed = copy.deepcopy(dict(document))
    for override in overrides:
        path, equals, value = override.partition("=")
        keys = [key.strip() for key in path.split(".")]
        if not equals or not all(keys):
            raise refuse(f"-o {override} is no key=value; write as in -o repetitions=4")
        at: dict[str, Any] = changed
        for depth, key in enumerate(keys[:-1]):
            inner = at.setdefault(key, {})
            if not isinstance(inner, dict):
                raise refuse(
                    f"-o {override}: {'.'.join(keys[: depth + 1])} is {inner!r} and has no keys"
                )
            at = inner
        if value.strip():
            at[keys[-1]] = _value(value.strip())
        else:
            at.pop(keys[-1], None)
    return changed


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
