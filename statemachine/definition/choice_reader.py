"""Reads the rules of a Choice state."""

from typing import Any, Final

from statemachine.definition.fields import INPUT, Fields
from statemachine.definition.flow_reader import read_assign
from statemachine.definition.states import ChoiceRule
from statemachine.jsonata import Expression, is_expression
from statemachine.jsonpath.choice_rule import (
    COMPARISONS,
    TYPE_TESTS,
    And,
    Comparison,
    Not,
    Or,
    Rule,
    is_boolean,
    timestamp,
)
from statemachine.jsonpath.json_path import PathSyntaxError, check_path
from statemachine.scope import ABSENT

_NO_PATH: Final = "StringMatches"


def read_choice_rule(fields: Fields) -> ChoiceRule | None:
    """Read an entry of Choices; None if it cannot be, which is reported."""
    target = fields.text("Next", required=True) or ""
    assign = read_assign(fields, INPUT)
    condition: Rule | Expression | bool | None
    output = ABSENT
    if fields.is_jsonata:
        output = fields.template("Output", ABSENT)
        condition = _condition(fields)
        fields.text("Comment")
        fields.unread()
    else:
        condition = read_rule(fields)
    if condition is None:
        return None
    return ChoiceRule(condition, target, output, assign)


def _condition(fields: Fields) -> Expression | bool | None:
    fields.required("Condition")
    given = fields.raw("Condition")
    if isinstance(given, bool):
        return given
    if is_expression(given):
        found: Expression | None = fields.jsonata("Condition")
        return found
    if fields.has("Condition"):
        fields.report("Value must be a boolean or a JSONata expression.", "Condition")
    return None


def read_rule(fields: Fields) -> Rule | None:
    """Read a rule; None if it cannot be, which is reported."""
    fields.text("Comment")
    for name in ("And", "Or"):
        if fields.has(name):
            rules = [read_rule(entry) for entry in fields.items(name, required=True)]
            fields.unread()
            found = tuple(rule for rule in rules if rule is not None)
            return And(found) if name == "And" else Or(found)
    if fields.has("Not"):
        rule = read_rule(fields.object("Not"))
        fields.unread()
        return None if rule is None else Not(rule)
    return _comparison(fields)


def _comparison(fields: Fields) -> Comparison | None:
    fields.required("Variable")
    variable = fields.path("Variable")
    operators = [name for name in fields.keys() if _is_operator(name)]  # noqa: SIM118
    if len(operators) != 1:
        fields.report("A rule must have exactly one comparison operator.")
        for name in operators:
            fields.raw(name)
        fields.unread()
        return None
    (name,) = operators
    expected = fields.raw(name)
    fields.unread()
    is_path = name not in COMPARISONS and name.endswith("Path")
    problem = _problem(name, expected, is_path=is_path)
    if problem:
        fields.report(f"{name} {problem}", name)
    if problem or variable is None:
        return None
    return Comparison(variable, name.removesuffix("Path") if is_path else name, expected, is_path)


def _is_operator(name: str) -> bool:
    return (
        name == "IsPresent"
        or name in TYPE_TESTS
        or name in COMPARISONS
        or (name.removesuffix("Path") in COMPARISONS and name.removesuffix("Path") != _NO_PATH)
    )


def _problem(name: str, expected: Any, *, is_path: bool) -> str | None:
    if is_path:
        try:
            check_path(expected if isinstance(expected, str) else "")
        except PathSyntaxError as error:
            return f"has to be a path: {error}"
        return None
    if name == "IsPresent" or name in TYPE_TESTS:
        return None if is_boolean(expected) else "has to be true or false"
    is_of_type, _ = COMPARISONS[name]
    if name.startswith("Timestamp"):
        return None if timestamp(expected) else "has to be a time such as 2026-01-31T12:00:00Z"
    return None if is_of_type(expected) else "has a value of the wrong type"
