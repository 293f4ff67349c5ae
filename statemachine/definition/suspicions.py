"""Warns of what is allowed but hardly meant: paths where no path is read.

Source of codes and messages: Step Functions API Reference,
ValidateStateMachineDefinitionDiagnostic, "List of warning codes".
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from statemachine.definition.findings import Findings
from statemachine.definition.states import Choice, Fail, JsonPathFlow, Map, Pass, State, StatesMap
from statemachine.definition.walk import walk
from statemachine.jsonata import Expression
from statemachine.jsonpath.choice_rule import And, Comparison, Not, Or, Rule
from statemachine.scope import ABSENT

_LOOKS_READ: Final = re.compile(r"\$\$?[.\[]|States\.[A-Za-z0-9]+\(")

_NO_DOLLAR: Final = "No .$ on a field that appears to be a JSONPath or Intrinsic Function."
_NO_PATH: Final = "Field value looks like a path, but field name does not end with 'Path'."
_STATIC: Final = "Attempt to use a path in the result of a pass state."


def warn(top: StatesMap, findings: Findings) -> None:
    """Warn of each such field of the states that are written in JSONPath."""
    for where, _, state in walk(top):
        if isinstance(state.flow, JsonPathFlow):
            for code, field, message in _of_state(state, state.flow):
                findings.warn(code, f"{where}/{field}", message)


def _of_state(state: State, flow: JsonPathFlow) -> Iterator[tuple[str, str, str]]:
    templates = {
        "Parameters": flow.parameters,
        "ResultSelector": flow.result_selector,
        "Assign": flow.assign,
        "ItemSelector": state.item_selector if isinstance(state, Map) else ABSENT,
    }
    for field, template in templates.items():
        for at in _unread(template, field):
            yield "NO_DOLLAR", at, _NO_DOLLAR
    if isinstance(state, Pass):
        for at in _read(state.result, "Result"):
            yield "PASS_RESULT_IS_STATIC", at, _STATIC
    if isinstance(state, Fail):
        for field, given in (("Error", state.error), ("Cause", state.cause)):
            if _looks_read(given):
                yield "NO_PATH", field, _NO_PATH
    if isinstance(state, Choice):
        for place, rule in enumerate(state.rules):
            if not isinstance(rule.condition, bool | Expression):
                for at in _compared(rule.condition, f"Choices[{place}]"):
                    yield "NO_PATH", at, _NO_PATH


def _looks_read(value: Any) -> bool:
    return isinstance(value, str) and _LOOKS_READ.match(value) is not None


def _unread(template: Any, location: str) -> Iterator[str]:
    """Yield where a template has a path in a field whose name does not end with `.$`."""
    if isinstance(template, dict):
        for name, value in template.items():
            where = f"{location}/{name}"
            if name.endswith(".$"):
                continue
            if _looks_read(value):
                yield where
            else:
                yield from _unread(value, where)
    elif isinstance(template, list):
        for place, value in enumerate(template):
            yield from _unread(value, f"{location}[{place}]")


def _read(value: Any, location: str) -> Iterator[str]:
    """Yield where a value has a field whose name ends with `.$`, or a path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            where = f"{location}/{name}"
            if name.endswith(".$") or _looks_read(inner):
                yield where
            else:
                yield from _read(inner, where)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _read(inner, f"{location}[{place}]")


def _compared(rule: Rule, location: str) -> Iterator[str]:
    match rule:
        case And() | Or():
            for place, inner in enumerate(rule.rules):
                yield from _compared(inner, f"{location}/{type(rule).__name__}[{place}]")
        case Not():
            yield from _compared(rule.rule, f"{location}/Not")
        case Comparison():
            if not rule.is_path and _looks_read(rule.expected):
                yield f"{location}/{rule.operator}"
