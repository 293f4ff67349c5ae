"""Finds the line of a JSON text that a location of a definition is on."""

import json
import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_INDEX: Final = re.compile(r"\[(\d+)\]")
_DECODER: Final = json.JSONDecoder()


def line_of(text: str, location: str) -> int:
    """Return the line, from 1, on which the value at a location begins.

    Parameters
    ----------
    text
        JSON text that can be read.
    location
        Such as `/States/A/Retry[0]/ErrorEquals`; where it leads to nothing, the line of the last
        value on the way counts. Names are taken as long as they fit, since they may hold a slash.
    """
    place, rest = _skip(text, 0), location
    while rest and rest != "/":
        found = _member(text, place, rest) or _item(text, place, rest)
        if found is None:
            break
        place, rest = found
    return text.count("\n", 0, place) + 1


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _member(text: str, place: int, rest: str) -> tuple[int, str] | None:
    """Return where the member that *rest* begins with stands, and what is left of *rest*."""
    if not rest.startswith("/") or text[place : place + 1] != "{":
        return None
    best: tuple[int, str] | None = None
    place = _skip(text, place + 1)
    while text[place : place + 1] == '"':
        name_at = place
        name, place = _DECODER.raw_decode(text, place)
        left = rest[1 + len(name) :]
        if (
            rest.startswith(name, 1)
            and left[:1] in ("", "/", "[")
            and (best is None or len(left) < len(best[1]))
        ):
            best = _skip(text, _skip(text, place) + 1), left
            if not left:
                return name_at, left
        place = _after_value(text, _skip(text, _skip(text, place) + 1))
    return best


def _item(text: str, place: int, rest: str) -> tuple[int, str] | None:
    match = _INDEX.match(rest)
    if match is None or text[place : place + 1] != "[":
        return None
    place = _skip(text, place + 1)
    for _ in range(int(match[1])):
        if text[place : place + 1] in ("]", ""):
            return None
        place = _after_value(text, place)
    return place, rest[match.end() :]


def _after_value(text: str, place: int) -> int:
    """Return where the next member or item begins, or the end of the object or array."""
    _, place = _DECODER.raw_decode(text, place)
    place = _skip(text, place)
    return _skip(text, place + 1) if text[place : place + 1] == "," else place
