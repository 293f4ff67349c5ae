"""Profiles as TOML text: what `load_profile` reads back, number for number."""

import json
from collections.abc import Mapping
from itertools import groupby

from sim.latency.profile import Origin

Parameters = Mapping[tuple[str, str], tuple[float, Origin]]
"""Value and origin by (operation, parameter), an operation's parameters next to each other."""


def profile_text(description: str, extends: str | None, parameters: Parameters) -> str:
    """Return a profile file's text.

    Parameters
    ----------
    description
        What the profile stands for.
    extends
        Another profile's name, or a path beside the file; `None` extends none.
    parameters
        What the file states itself.
    """
    lines = [f"description = {_string(description)}"]
    if extends is not None:
        lines.append(f"extends = {_string(extends)}")
    for operation, members in groupby(parameters.items(), key=lambda each: each[0][0]):
        lines += ["", f"[operations.{_string(operation)}]"]
        lines += [f"{name} = {_inline(value, origin)}" for (_, name), (value, origin) in members]
    return "\n".join(lines) + "\n"


def _inline(value: float, origin: Origin) -> str:
    # `repr` is the shortest text that gives the same number; TOML reads its exponents.
    return (
        f"{{ value = {value!r}, confidence = {_string(origin.confidence)}, "
        f"date = {_string(origin.date)}, region = {_string(origin.region)}, "
        f"source = {_string(origin.source)} }}"
    )


def _string(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped as well.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
