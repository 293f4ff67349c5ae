"""Reads a definition: the whole of it, and every fault in it at once.

Source of the rules: Amazon States Language specification (states-language.net).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from statemachine.definition.express import check_children, check_express
from statemachine.definition.fields import Fields
from statemachine.definition.findings import Findings
from statemachine.definition.json_syntax import refuse_constant
from statemachine.definition.languages import JSONATA, JSONPATH
from statemachine.definition.state_reader import read_state
from statemachine.definition.states import State, StateMachine
from statemachine.definition.states_reader import check_names, read_states
from statemachine.definition.suspicions import warn
from statemachine.definition.variable_names import check_scopes
from statemachine.errors import Diagnostic, InvalidDefinition

MAX_DEFINITION_BYTES: Final = 1_048_576
"""Source: Step Functions quotas, "Request size"."""

INVALID_JSON: Final = "INVALID_JSON_DESCRIPTION"
TOO_DEEP: Final = Diagnostic("TOO_DEEPLY_NESTED", "/", "The definition is nested too deeply.")


def parse(definition: str | Mapping[str, Any], *, express: bool = False) -> StateMachine:
    """Read a definition.

    Parameters
    ----------
    definition
        JSON text, or the same as a dict.
    express
        Whether it is for a state machine of the type EXPRESS.

    Raises
    ------
    InvalidDefinition
        With a diagnostic for each fault: JSON that is none, missing, unknown or wrong-typed fields,
        paths, functions and expressions that break their grammar, transitions to nowhere, states
        that cannot be reached.
    """
    machine, diagnostics = examine(definition, express=express)
    faults = [each for each in diagnostics if each.severity == "ERROR"]
    if faults or machine is None:
        raise InvalidDefinition(faults)
    return machine


def examine(
    definition: str | Mapping[str, Any], *, express: bool = False
) -> tuple[StateMachine | None, tuple[Diagnostic, ...]]:
    """Read a definition; None if it is not one. Warnings are among the diagnostics."""
    try:
        value = _read(definition)
    except ValueError as error:
        return None, (Diagnostic(INVALID_JSON, "/", str(error)),)
    except RecursionError:
        return None, (TOO_DEEP,)
    findings = Findings(_language(value))
    try:
        machine = _machine(value, findings, express=express)
    except RecursionError:
        return None, (*findings.diagnostics, TOO_DEEP)
    return machine, tuple(findings.diagnostics)


def examine_state(definition: str) -> tuple[State | None, tuple[Diagnostic, ...]]:
    """Read one state by itself; None if it is none. Where it leads is not looked at."""
    try:
        value = _read(definition)
        findings = Findings(JSONPATH)
        state = read_state(Fields(value, "", findings), read_states)
        return state, tuple(findings.diagnostics)
    except ValueError as error:
        return None, (Diagnostic(INVALID_JSON, "/", str(error)),)
    except RecursionError:
        return None, (TOO_DEEP,)


def _read(definition: str | Mapping[str, Any]) -> Any:
    text = definition if isinstance(definition, str) else _text_of(definition)
    if len(text) > MAX_DEFINITION_BYTES or len(text.encode()) > MAX_DEFINITION_BYTES:
        raise ValueError(f"The definition is over {MAX_DEFINITION_BYTES} bytes")
    value = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=refuse_constant)
    # Refuses what no JSON text can hold: half a surrogate pair, a number such as 1e999.
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    return value


def _text_of(definition: Mapping[str, Any]) -> str:
    try:
        return json.dumps(definition)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _language(value: Any) -> str:
    given = value.get("QueryLanguage", JSONPATH) if isinstance(value, dict) else JSONPATH
    return JSONPATH if given == JSONPATH else JSONATA


def _machine(value: Any, findings: Findings, *, express: bool) -> StateMachine:
    fields = Fields(value, "", findings, findings.machine_language)
    if fields.raw("QueryLanguage", JSONPATH) not in (JSONPATH, JSONATA):
        fields.report(f"Value must be one of: [{JSONPATH}, {JSONATA}]", "QueryLanguage")
    comment = fields.text("Comment", "") or ""
    if fields.text("Version", "1.0") != "1.0":
        fields.report("Value must be 1.0.", "Version")
    timeout_s = fields.number("TimeoutSeconds", least=1)
    top = read_states(fields)
    check_names(top, findings)
    check_scopes(top, findings)
    if express:
        check_express(top, findings)
    else:
        check_children(top, findings)
    fields.unread()
    if not findings.diagnostics:
        warn(top, findings)
    return StateMachine(top, timeout_s, comment)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field '{double}' comes twice in one object")
    return whole
