"""Reads a definition: the whole of it, and every fault in it at once.

Source of the rules: Amazon States Language specification (states-language.net).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from statemachine.definition.fields import SCHEMA, Fields
from statemachine.definition.json_syntax import refuse_constant
from statemachine.definition.state_reader import read_state
from statemachine.definition.states import Choice, Map, Parallel, StateMachine, StatesMap
from statemachine.errors import Diagnostic, InvalidDefinition

MAX_DEFINITION_BYTES: Final = 1_048_576
"""Source: Step Functions quotas, "Request size"."""

TARGET: Final = "MISSING_TRANSITION_TARGET"


def parse(definition: str | Mapping[str, Any]) -> StateMachine:
    """Read a definition.

    Parameters
    ----------
    definition
        JSON text, or the same as a dict.

    Raises
    ------
    InvalidDefinition
        With a diagnostic for each fault: JSON that is none, missing, unknown, unsupported or
        wrong-typed fields, paths and functions that break their grammar, transitions to nowhere,
        states that cannot be reached.
    """
    diagnostics: list[Diagnostic] = []
    try:
        text = definition if isinstance(definition, str) else json.dumps(definition)
    except (TypeError, ValueError, RecursionError) as error:
        problem = Diagnostic("INVALID_JSON_DESCRIPTION", "/", str(error))
        raise InvalidDefinition([problem]) from error
    if len(text.encode()) > MAX_DEFINITION_BYTES:
        message = f"The definition is over {MAX_DEFINITION_BYTES} bytes"
        raise InvalidDefinition([Diagnostic(SCHEMA, "/", message)])
    try:
        value = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=refuse_constant)
        # Refuses what no JSON text can hold: half a surrogate pair, a number such as 1e999.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        problem = Diagnostic("INVALID_JSON_DESCRIPTION", "/", str(error))
        raise InvalidDefinition([problem]) from error
    fields = Fields(value, "", diagnostics)
    query_language(fields)
    comment = fields.text("Comment", "") or ""
    if fields.text("Version", "1.0") != "1.0":
        fields.report("Only version 1.0 of the language is supported", "Version")
    timeout_s = fields.number("TimeoutSeconds", least=1)
    top = read_states(fields)
    _check_names(top, fields, set())
    fields.unread()
    if diagnostics:
        raise InvalidDefinition(diagnostics)
    return StateMachine(top, timeout_s, comment)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field '{double}' comes twice in one object")
    return whole


def query_language(fields: Fields) -> None:
    """Refuse JSONata by name."""
    if fields.text("QueryLanguage", "JSONPath") != "JSONPath":
        fields.report("Only the query language JSONPath is supported", "QueryLanguage")


def read_states(fields: Fields) -> StatesMap:
    """Read `StartAt` and `States`, and check the transitions."""
    start = fields.text("StartAt", required=True) or ""
    if not fields.has("States"):
        fields.report("These fields are required: [States]")
        return StatesMap(start, {})
    states_fields = fields.object("States")
    states = {}
    for name in states_fields.keys():  # noqa: SIM118 - of a reader, not of a dict
        if not 0 < len(name) <= 80:
            states_fields.report("A state's name has 1 to 80 characters", name)
        state = read_state(states_fields.object(name), read_states)
        if state is not None:
            states[name] = state
    known = set(states_fields.keys())
    _check_targets(fields, states_fields, states, start, known)
    return StatesMap(start, states)


def _check_targets(
    fields: Fields, states_fields: Fields, states: dict[str, Any], start: str, known: set[str]
) -> None:
    if not known:
        states_fields.report("States has to hold a state")
        return
    if start and start not in known:
        fields.report(f"Missing 'Next' target: {start}", "StartAt", TARGET)
    for name, state in states.items():
        for where, target in targets(state):
            if target not in known:
                states_fields.report(f"Missing 'Next' target: {target}", f"{name}{where}", TARGET)
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in reached or name not in known:
            continue
        reached.add(name)
        if name not in states:
            return  # its own faults are reported; where it leads is not known
        ahead += [target for _, target in targets(states[name])]
    if start in known:
        for name in states_fields.keys():  # noqa: SIM118 - of a reader, not of a dict
            if name not in reached:
                states_fields.report(f'State "{name}" is not reachable.', name, TARGET)


def _check_names(scope: StatesMap, fields: Fields, seen: set[str], location: str = "") -> None:
    """Refuse a name that another scope has: they are unique within the whole state machine."""
    for name, state in scope.states.items():
        where = f"{location}/States/{name}"
        if name in seen:
            fields.report(
                f"Duplicate State name: {name}", where.lstrip("/"), "DUPLICATE_STATE_NAME"
            )
        seen.add(name)
        if isinstance(state, Parallel):
            for place, branch in enumerate(state.branches):
                _check_names(branch, fields, seen, f"{where}/Branches[{place}]")
        elif isinstance(state, Map):
            _check_names(state.processor, fields, seen, f"{where}/ItemProcessor")


def targets(state: Any) -> list[tuple[str, str]]:
    """Return the states that a state leads to, each with where it says so."""
    found: list[tuple[str, str]] = []
    if isinstance(state, Choice):
        found += [(f"/Choices[{i}]/Next", target) for i, (_, target) in enumerate(state.rules)]
        if state.default is not None:
            found.append(("/Default", state.default))
    if getattr(state, "next", None) is not None:
        found.append(("/Next", state.next))
    for place, catcher in enumerate(getattr(state, "catchers", ())):
        found.append((f"/Catch[{place}]/Next", catcher.next))
    return found
