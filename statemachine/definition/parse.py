"""Reads a definition: the whole of it, and every fault in it at once.

Source of the rules: Amazon States Language specification (states-language.net).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from statemachine.definition.fields import Fields
from statemachine.definition.findings import Findings
from statemachine.definition.json_syntax import refuse_constant
from statemachine.definition.languages import JSONATA, JSONPATH
from statemachine.definition.states import StateMachine
from statemachine.definition.states_reader import check_names, read_states
from statemachine.definition.variable_names import check_scopes
from statemachine.errors import Diagnostic, InvalidDefinition

MAX_DEFINITION_BYTES: Final = 1_048_576
"""Source: Step Functions quotas, "Request size"."""

INVALID_JSON: Final = "INVALID_JSON_DESCRIPTION"


def parse(definition: str | Mapping[str, Any]) -> StateMachine:
    """Read a definition.

    Parameters
    ----------
    definition
        JSON text, or the same as a dict.

    Raises
    ------
    InvalidDefinition
        With a diagnostic for each fault: JSON that is none, missing, unknown or wrong-typed fields,
        paths, functions and expressions that break their grammar, transitions to nowhere, states
        that cannot be reached.
    """
    machine, diagnostics = examine(definition)
    faults = [each for each in diagnostics if each.severity == "ERROR"]
    if faults or machine is None:
        raise InvalidDefinition(faults)
    return machine


def examine(
    definition: str | Mapping[str, Any],
) -> tuple[StateMachine | None, tuple[Diagnostic, ...]]:
    """Read a definition; None if it is not one. Warnings are among the diagnostics."""
    try:
        value = _read(definition)
        findings = Findings(_language(value))
        return _machine(value, findings), tuple(findings.diagnostics)
    except ValueError as error:
        return None, (Diagnostic(INVALID_JSON, "/", str(error)),)
    except RecursionError:
        return None, (Diagnostic("TOO_DEEPLY_NESTED", "/", "The definition is nested too deeply."),)


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


def _machine(value: Any, findings: Findings) -> StateMachine:
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
    fields.unread()
    return StateMachine(top, timeout_s, comment)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field '{double}' comes twice in one object")
    return whole
