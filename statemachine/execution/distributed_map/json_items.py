"""Items of a JSON text, one after the other, without holding the whole of it."""

import json
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

import ijson
from ijson.common import ObjectBuilder

from statemachine.definition.json_syntax import refuse_constant
from statemachine.scope import ABSENT

NOT_ITERABLE = "Attempting to map over non-iterable node."

KeyedValue = tuple[Any, Any]
"""A key, absent for an array's element, and the value."""


Event = tuple[str, Any]
"""What the parser comes upon: what it is called, and its value."""


async def _events(chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """Give what is in a JSON text, piece by piece.

    The pieces are pushed into the parser: its own asynchronous reading does not hand on an
    exception, or a cancellation, to what it waits for.
    """
    found = ijson.sendable_list()
    parser = ijson.basic_parse_coro(found, use_float=False)
    async for chunk in chunks:
        if chunk:  # an empty one is the end for the parser
            parser.send(chunk)
            for event in found:
                yield event
            del found[:]
    parser.close()
    for event in found:
        yield event


async def json_items(
    chunks: AsyncIterator[bytes], pointer: Sequence[str]
) -> AsyncIterator[KeyedValue]:
    """Give the elements of an array, or the members of an object, in a JSON text.

    Parameters
    ----------
    pointer
        The names and indexes that lead to it, of a JSON pointer (RFC 6901).

    Raises
    ------
    ValueError
        For a text that is no JSON, has nothing there, or neither an array nor an object there.
    """
    events = _events(chunks)
    try:
        target = await _found(events, list(pointer))
        # AWS takes an object only where a pointer leads to it.
        if target not in ({"start_array", "start_map"} if pointer else {"start_array"}):
            raise ValueError(NOT_ITERABLE)
        key: Any = ABSENT
        async for event, value in events:
            if event in {"end_array", "end_map"}:
                break
            if event == "map_key":
                key = value
                continue
            yield key, await _value(events, event, value)
        async for _ in events:  # the rest has to be JSON, too
            pass
    except ijson.JSONError as error:
        raise ValueError(f"The content is not valid JSON: {error}") from error


async def _found(events: AsyncIterator[Event], pointer: list[str]) -> str:
    """Read on to what a pointer leads to, and return the event with which it begins."""
    event, value = await _next(events)
    for step in pointer:
        if event == "start_map":
            while True:
                event, name = await _next(events)
                if event == "end_map":
                    raise ValueError(f"There is no field '{step}' on the way of ItemsPointer")
                event, value = await _next(events)
                if name == step:
                    break
                await _value(events, event, value)
        elif event == "start_array" and step.isdecimal():
            for place in range(int(step) + 1):
                event, value = await _next(events)
                if event == "end_array":
                    raise ValueError(f"There is no element {step} on the way of ItemsPointer")
                if place < int(step):
                    await _value(events, event, value)
        else:
            raise ValueError(NOT_ITERABLE)
    return str(event)


async def _next(events: AsyncIterator[Event]) -> Event:
    async for event, value in events:
        return event, value
    raise ValueError("The content is not valid JSON: it ends too early")


async def _value(events: AsyncIterator[Event], event: str, value: Any) -> Any:
    """Return the whole value that an event begins."""
    if event not in {"start_map", "start_array"}:
        return _number(value)
    builder, depth = ObjectBuilder(), 1
    builder.event(event, value)
    while depth:
        event, value = await _next(events)
        depth += event.startswith("start_") - event.startswith("end_")
        builder.event(event, _number(value))
    return builder.value


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


async def json_lines(lines: AsyncIterator[str]) -> AsyncIterator[Any]:
    """Give the value of each line that is not blank.

    Raises
    ------
    ValueError
        Names the line that is no JSON.
    """
    number = 0
    async for line in lines:
        number += 1
        if not line.strip():
            continue
        try:
            yield json.loads(line, parse_constant=refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"Line {number} is not valid JSON: {error}") from error


def pointer_steps(pointer: str) -> tuple[str, ...]:
    """Return the steps of a JSON pointer.

    Raises
    ------
    ValueError
        If it is none.
    """
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"'{pointer}' is no JSON pointer: it has to begin with /")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
