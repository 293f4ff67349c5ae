"""What is wrong with a definition, and in which line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bench.asl.definition_file import DefinitionFile
from bench.asl.json_places import Place, Pointer, pointer_text
from statemachine import Diagnostic, StateMachine
from statemachine.definition.parse import examine

_INDEX: Final = re.compile(r"\[(\d+)\]")
_NAME: Final = re.compile(r"[^/\[]*")
_JSON_PLACE: Final = re.compile(r"line (\d+) column (\d+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or warning: its code as AWS has it, its JSON pointer, its place in the file."""

    severity: str
    code: str
    pointer: str
    message: str
    place: Place

    def line_in(self, name: str) -> str:
        """Return it as compilers write theirs, so that editors can go there."""
        where = f"{name}:{self.place.line}:{self.place.column}"
        severity = self.severity.lower()
        return f"{where}: {severity}: {self.code} {self.pointer or '/'}: {self.message}"


def diagnose(
    file: DefinitionFile, *, express: bool = False
) -> tuple[StateMachine | None, list[Finding]]:
    """Return the machine, unless it is at fault, and every finding in the order of the lines.

    *express* asks whether it can be a state machine of the type EXPRESS.
    """
    machine, diagnostics = examine(file.text, express=express)
    findings = sorted((_finding(file, each) for each in diagnostics), key=lambda each: each.place)
    at_fault = any(each.severity == "ERROR" for each in findings)
    return None if at_fault else machine, findings


def _finding(file: DefinitionFile, diagnostic: Diagnostic) -> Finding:
    pointer = pointer_of(diagnostic.place or diagnostic.location, file.value)
    place = (
        next(
            file.places[pointer[:depth]]
            for depth in range(len(pointer), -1, -1)
            if depth == 0 or pointer[:depth] in file.places
        )
        if file.places
        else Place(1, 1)
    )
    found = _JSON_PLACE.search(diagnostic.message) if file.value is None else None
    if found is not None:
        place = Place(int(found[1]), int(found[2]))
    return Finding(
        diagnostic.severity, diagnostic.code, pointer_text(pointer), _message(diagnostic), place
    )


def _message(diagnostic: Diagnostic) -> str:
    """Return AWS's words, and behind them what AWS does not say."""
    if not diagnostic.reason or diagnostic.reason in diagnostic.message:
        return diagnostic.message
    return f"{diagnostic.message} ({diagnostic.reason})"


def pointer_of(location: str, document: Any) -> Pointer:
    """Return the pointer of a location such as `/States/A/Retry[0]/Next`.

    Names may hold what else parts them, so the document says where a name ends; what it does not
    have, such as a field that is missing, ends at the next `/` or `[`.
    """
    pointer: list[str | int] = []
    rest, node = location.rstrip("/"), document
    while rest:
        index = _INDEX.match(rest)
        if index and not isinstance(node, Mapping):
            place = int(index[1])
            pointer.append(place)
            inside = isinstance(node, list) and place < len(node)
            node = node[place] if inside else None
            rest = rest[index.end() :]
            continue
        rest = rest.removeprefix("/")
        name = _name(rest, node)
        pointer.append(name)
        node = node.get(name) if isinstance(node, Mapping) else None
        rest = rest[max(1, len(name)) :]
    return tuple(pointer)


def _name(rest: str, node: Any) -> str:
    names = node if isinstance(node, Mapping) else ()
    fitting = [
        name
        for name in names
        if rest.startswith(name) and rest[len(name) : len(name) + 1] in {"", "/", "["}
    ]
    if fitting:
        return str(max(fitting, key=len))
    found = _NAME.match(rest)
    return found[0] if found else rest
