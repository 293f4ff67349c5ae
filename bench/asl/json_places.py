"""Where in a text each value of a JSON or YAML document stands."""

import contextlib
import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Final, NamedTuple

import yaml

Pointer = tuple[str | int, ...]
"""The names and indexes that lead to a value; a JSON pointer (RFC 6901) before it is written."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()


class Place(NamedTuple):
    """A place in a text, counted from 1, as editors do."""

    line: int
    column: int


def pointer_text(pointer: Pointer) -> str:
    """Write a pointer.

    Examples
    --------
    >>> pointer_text(("States", "A/B", "Retry", 0))
    '/States/A~1B/Retry/0'
    """
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in pointer)


def json_places(text: str) -> dict[Pointer, Place]:
    """Return the place of each value of a JSON text; of a member, where its name begins.

    A text that is no JSON, or is nested too deeply, has the places before the fault alone.
    """
    scan = _Scan(text)
    # Whoever parses the text says what is wrong with it.
    with contextlib.suppress(ValueError, IndexError, RecursionError):
        scan.value((), scan.skip(0))
    return scan.places()


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._offsets: dict[Pointer, int] = {}

    def skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def value(self, pointer: Pointer, at: int, shown_at: int | None = None) -> int:
        """Note a value and all within it; return where it ends."""
        self._offsets[pointer] = at if shown_at is None else shown_at
        opening = self._text[at]
        if opening == "{":
            return self._members(pointer, self.skip(at + 1))
        if opening == "[":
            return self._entries(pointer, self.skip(at + 1))
        return _DECODER.raw_decode(self._text, at)[1]

    def _members(self, pointer: Pointer, at: int) -> int:
        while self._text[at] != "}":
            name, ends = scanstring(self._text, at + 1)
            ends = self.skip(self.value((*pointer, name), self.skip(self.skip(ends) + 1), at))
            at = self.skip(ends + 1) if self._text[ends] == "," else ends
        return at + 1

    def _entries(self, pointer: Pointer, at: int) -> int:
        index = 0
        while self._text[at] != "]":
            ends = self.skip(self.value((*pointer, index), at))
            at = self.skip(ends + 1) if self._text[ends] == "," else ends
            index += 1
        return at + 1

    def places(self) -> dict[Pointer, Place]:
        places, line, line_start, counted = {}, 1, 0, 0
        for pointer, offset in sorted(self._offsets.items(), key=lambda each: each[1]):
            line += self._text.count("\n", counted, offset)
            line_start = self._text.rfind("\n", 0, offset) + 1
            counted = offset
            places[pointer] = Place(line, offset - line_start + 1)
        return places


def yaml_places(text: str) -> dict[Pointer, Place]:
    """Return the place of each value of a YAML text, as `json_places` does.

    Raises
    ------
    yaml.YAMLError
        If it is no YAML.
    """
    places: dict[Pointer, Place] = {}
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    ahead: list[tuple[Pointer, yaml.Node, yaml.Node]] = [((), root, root)] if root else []
    while ahead:
        pointer, node, shown = ahead.pop()
        if pointer in places:
            continue
        places[pointer] = Place(shown.start_mark.line + 1, shown.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            ahead += [((*pointer, str(name.value)), value, name) for name, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            ahead += [((*pointer, index), item, item) for index, item in enumerate(node.value)]
    return places
