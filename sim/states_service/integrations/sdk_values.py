"""Parameters and answers of an API call, between a state's JSON and botocore's Python."""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.model import Shape

from statemachine.history import json_text

Spelling = Callable[[str], str]
"""Makes the name that a state has for a member out of the service model's."""


def problems(shape: Any, value: Any, spelled: Spelling) -> Iterator[str]:
    """Say what is wrong with parameters, in AWS's words."""
    given = value if isinstance(value, Mapping) else {}
    yield from field_problems(shape, given, spelled)
    members = _members(shape, spelled)
    for name, inner in given.items():
        if name in members and inner is not None:
            member = shape.members[members[name]]
            yield from _type_problems(member, inner, name)
            yield from _inner_problems(member, inner, spelled)


def field_problems(shape: Any, given: Mapping[str, Any], spelled: Spelling) -> Iterator[str]:
    """Say which fields of parameters there should not be, and which are missing."""
    members = _members(shape, spelled)
    for name in given:
        if name not in members:
            yield f'The field "{name}" is not supported by Step Functions'
    found = {members[name] for name in given if name in members}
    for name in shape.required_members if shape is not None else ():
        if name not in found:
            yield f"The field '{spelled(name)}' is required but was missing"


def _inner_problems(shape: Any, value: Any, spelled: Spelling) -> Iterator[str]:
    match shape.type_name, value:
        case "structure", Mapping() if not getattr(shape, "is_document_type", False):
            yield from problems(shape, value, spelled)
        case "list", list():
            for item in value:
                yield from _inner_problems(shape.member, item, spelled)
        case "map", Mapping():
            for name, item in value.items():
                yield from _type_problems(shape.value, item, name)
                yield from _inner_problems(shape.value, item, spelled)


_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "string": (str, "STRING"),
    "integer": (int, "INTEGER"),
    "long": (int, "LONG"),
    "boolean": (bool, "BOOLEAN"),
    "list": (list, "LIST"),
    "map": (Mapping, "MAP"),
    "structure": (Mapping, "STRUCTURE"),
    "float": ((int, float), "FLOAT"),
    "double": ((int, float), "DOUBLE"),
}


def _type_problems(shape: Shape, value: Any, name: str) -> Iterator[str]:
    kind = _KINDS.get(shape.type_name)
    if kind is None or getattr(shape, "is_document_type", False):
        return
    types, word = kind
    if not isinstance(value, types) or (isinstance(value, bool) and word != "BOOLEAN"):
        yield f"The value for the field '{name}' must be a {word}"


def to_request(shape: Shape | None, value: Any, spelled: Spelling) -> Any:
    """Return parameters as botocore takes them; what has no place in the model is left as it is."""
    if shape is None or value is None or getattr(shape, "is_document_type", False):
        return value
    match shape.type_name, value:
        case "structure", Mapping():
            members = _members(shape, spelled)
            return {
                members.get(name, name): to_request(
                    shape.members.get(members.get(name, name)), inner, spelled
                )
                for name, inner in value.items()
                if inner is not None
            }
        case "list", list():
            return [to_request(shape.member, item, spelled) for item in value]
        case "map", Mapping():
            return {key: to_request(shape.value, item, spelled) for key, item in value.items()}
        case "blob", _:
            return (value if isinstance(value, str) else json_text(value)).encode()
    return value


def from_answer(shape: Shape | None, value: Any, spelled: Spelling) -> Any:
    """Return an answer as JSON: times by ISO 8601, bytes as text, or as base64 where they are none.

    What the model does not know is left out, as are members without a value.
    """
    if shape is None:
        return value
    if getattr(shape, "is_document_type", False):
        return value
    match shape.type_name:
        case "structure":
            return {
                spelled(name): from_answer(shape.members[name], inner, spelled)
                for name, inner in value.items()
                if name in shape.members and inner is not None
            }
        case "list":
            return [from_answer(shape.member, item, spelled) for item in value]
        case "map":
            return {key: from_answer(shape.value, item, spelled) for key, item in value.items()}
        case "blob":
            content = value.read() if hasattr(value, "read") else value
            return content if isinstance(content, str) else _text(content)
        case "timestamp":
            return iso_instant(value) if isinstance(value, datetime) else value
    return value


def iso_instant(moment: datetime) -> str:
    """Return a time as Java prints an Instant: with milliseconds only where there are any."""
    timespec = "milliseconds" if moment.microsecond // 1000 else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def _members(shape: Any, spelled: Spelling) -> dict[str, str]:
    """Return the model's names of members by the names that a state may give them."""
    if shape is None:
        return {}
    own = {name[:1].upper() + name[1:]: name for name in shape.members}
    return {**own, **{spelled(name): name for name in shape.members}}


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode()
