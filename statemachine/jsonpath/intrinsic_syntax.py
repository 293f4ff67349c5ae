"""Syntax of intrinsic functions: `States.Name(argument, …)`, nested to any depth up to ten.

Source: Amazon States Language specification, "Intrinsic Functions"; Step Functions Developer Guide,
"Intrinsics for JSONPath state machines" (at most ten nested functions).
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from statemachine.jsonpath.json_path import PathSyntaxError, check_path

MAX_NESTING: Final = 10

_NAME: Final = re.compile(r"\s*(States\.[A-Za-z0-9]+)\s*\(")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?(?=\s*[,)])")
_WORDS: Final = {"true": True, "false": False, "null": None}
_ESCAPED: Final = frozenset("'\\{}")


class IntrinsicSyntaxError(ValueError):
    """A text is no call of an intrinsic function."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean or null; `text` is a string's with its escapes still in it."""

    value: Any
    text: str = ""


@dataclass(frozen=True, slots=True)
class PathArgument:
    """A JSONPath."""

    path: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function's name and its arguments."""

    name: str
    arguments: tuple["Argument", ...]


Argument = Literal | PathArgument | Call


@lru_cache(maxsize=1024)
def parse_call(text: str) -> Call:
    """Read a call.

    Raises
    ------
    IntrinsicSyntaxError
        Says where the text breaks the grammar.
    """
    call, end = _call(text, 0, 1)
    if text[end:].strip():
        raise IntrinsicSyntaxError(f"'{text}' has something behind its closing parenthesis")
    return call


def _call(text: str, start: int, depth: int) -> tuple[Call, int]:
    if depth > MAX_NESTING:
        raise IntrinsicSyntaxError(f"'{text}' nests more than {MAX_NESTING} functions")
    match = _NAME.match(text, start)
    if match is None:
        raise IntrinsicSyntaxError(f"'{text[start:]}' is no call such as States.Format('…')")
    place = match.end()
    arguments: list[Argument] = []
    while True:
        place = _spaces(text, place)
        if text[place : place + 1] == ")" and not arguments:
            return Call(match[1], ()), place + 1
        argument, place = _argument(text, place, depth)
        arguments.append(argument)
        place = _spaces(text, place)
        ending = text[place : place + 1]
        if ending == ")":
            return Call(match[1], tuple(arguments)), place + 1
        if ending != ",":
            raise IntrinsicSyntaxError(f"'{text}' wants ',' or ')' at character {place}")
        place += 1


def _argument(text: str, place: int, depth: int) -> tuple[Argument, int]:
    if text.startswith("States.", place):
        return _call(text, place, depth + 1)
    if text.startswith("'", place):
        return _string(text, place)
    if text.startswith("$", place):
        end = _path_end(text, place)
        path = text[place:end].rstrip()
        try:
            check_path(path)
        except PathSyntaxError as error:
            raise IntrinsicSyntaxError(str(error)) from error
        return PathArgument(path), end
    for word, value in _WORDS.items():
        if text.startswith(word, place):
            return Literal(value), place + len(word)
    number = _NUMBER.match(text, place)
    if number is None:
        raise IntrinsicSyntaxError(f"'{text}' has no argument at character {place}")
    if math.isinf(float(number[0])):
        raise IntrinsicSyntaxError(f"'{text}' has a number that is too large: {number[0]}")
    is_whole = number[1] is None and number[2] is None
    return Literal(int(number[0]) if is_whole else float(number[0])), number.end()


def _string(text: str, place: int) -> tuple[Literal, int]:
    raw: list[str] = []
    place += 1
    while place < len(text):
        character = text[place]
        if character == "'":
            joined = "".join(raw)
            return Literal(unescaped(joined), joined), place + 1
        if character == "\\" and place + 1 < len(text):
            raw.append(text[place : place + 2])
            place += 2
            continue
        raw.append(character)
        place += 1
    raise IntrinsicSyntaxError(f"'{text}' has a string without an end")


def unescaped(raw: str) -> str:
    r"""Return a string literal's value: a backslash before ', \, { or } goes."""
    return re.sub(r"\\(.)", lambda m: m[1] if m[1] in _ESCAPED else m[0], raw, flags=re.DOTALL)


def template_parts(raw: str) -> list[str]:
    """Return the texts between the places `{}` of a template, whose escapes are still in it."""
    parts = [""]
    for piece in re.findall(r"\\.|\{\}|.", raw, re.DOTALL):
        if piece == "{}":
            parts.append("")
        else:
            parts[-1] += unescaped(piece)
    return parts


def _path_end(text: str, place: int) -> int:
    depth, quote = 0, ""
    for position in range(place, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and depth:
            quote = character
        elif character in "[(":
            depth += 1
        elif character in "])" and depth:
            depth -= 1
        elif character in ",)":
            return position
    return len(text)


def _spaces(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place
