"""Histories of executions that have ended, put away as bytes.

A tenth of what the objects take, or less. A text that several events carry, as data that is passed
on does, is kept once; taken out again, they share it again.
"""

import zlib
from collections.abc import Sequence
from typing import Any, Final

import orjson

_SHARED_FROM: Final = 128
"""Shorter texts stay where they are."""

_COMPRESSED_FROM: Final = 1_024
"""What is shorter is not worth the time."""

_TEXTS: Final = ("input", "output", "parameters")
"""Members of an event's details that may be long."""

Event = dict[str, Any]


def put_away(events: Sequence[Event]) -> bytes:
    """Return events as bytes that `taken_out` reads."""
    places: dict[str, int] = {}
    content = [_with_places(event, places) for event in events]
    return packed(orjson.dumps([list(places), content]))


def taken_out(content: bytes) -> list[Event]:
    """Return the events that were put away."""
    texts, events = orjson.loads(unpacked(content))
    for event in events:
        for member in event.values():
            if isinstance(member, dict):
                for name in _TEXTS:
                    if isinstance(member.get(name), int):
                        member[name] = texts[member[name]]
    found: list[Event] = events
    return found


def _with_places(event: Event, places: dict[str, int]) -> Event:
    """Return an event with the places of its long texts in a list instead of them."""
    for holder, member in event.items():
        if isinstance(member, dict):
            for name in _TEXTS:
                text = member.get(name)
                if text is not None and len(text) >= _SHARED_FROM:
                    place = places.setdefault(text, len(places))
                    event = {**event, holder: {**event[holder], name: place}}
    return event


def packed(content: bytes) -> bytes:
    """Return JSON text smaller, where that is worth it."""
    return zlib.compress(content, 1) if len(content) >= _COMPRESSED_FROM else content


def unpacked(content: bytes) -> bytes:
    """Return the JSON text that was packed."""
    return content if content.startswith((b"[", b"{")) else zlib.decompress(content)
