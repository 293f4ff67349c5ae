"""How data goes through a JSONata state: Arguments, Output, Assign.

Source: Step Functions Developer Guide, "Transforming data with JSONata in Step Functions".
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from statemachine import jsonata
from statemachine.definition.states import JsonataFlow
from statemachine.errors import QueryEvaluationError
from statemachine.history import json_text
from statemachine.jsonata import Expression
from statemachine.scope import ABSENT, Scope


def filled(
    template: Any, scope: Scope, randomness: random.Random, field: str, state_name: str
) -> Any:
    """Return a template with its expressions evaluated."""
    return jsonata.filled(template, scope.bindings(), randomness, location=field, state=state_name)


def evaluated(
    expression: Expression, scope: Scope, randomness: random.Random, field: str, state_name: str
) -> Any:
    """Return an expression's value."""
    return expression.evaluate(scope.bindings(), randomness, location=field, state=state_name)


def left(
    flow: JsonataFlow,
    scope: Scope,
    result: Any,
    randomness: random.Random,
    prefix: str,
    state_name: str,
) -> tuple[Any, Mapping[str, Any]]:
    """Return the output and the variables that a state leaves with.

    Both are evaluated with the variables as they were before the state.
    """
    scope = replace(scope, result=result)
    output = scope.data if result is ABSENT else result
    if flow.output is not ABSENT:
        output = filled(flow.output, scope, randomness, f"{prefix}Output", state_name)
    assigned: Mapping[str, Any] = {}
    if flow.assign is not ABSENT:
        assigned = filled(flow.assign, scope, randomness, f"{prefix}Assign", state_name)
    return output, assigned


def integer(value: Any, expression: Expression, field: str, least: int) -> int:
    """Return an expression's value, which has to be a whole number.

    Raises
    ------
    QueryEvaluationError
        For anything else.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(value, expression, field, "integer")
    if value < least:
        raise QueryEvaluationError(
            f"The JSONata expression '{expression.text}' specified for the field '{field}' "
            f"returned a value that is out of range: {value}",
            field,
        )
    return value


def wrong_type(
    value: Any, expression: Expression, field: str, expected: str
) -> QueryEvaluationError:
    """Return the error for an expression whose value is of another type than is needed."""
    return QueryEvaluationError(
        f"The JSONata expression '{expression.text}' specified for the field '{field}' returned an "
        f"unexpected result type. Expected '{expected}', but was '{type_name(value)}' for value: "
        f"{json_text(value)}",
        field,
    )


def type_name(value: Any) -> str:
    """Return what AWS calls the type of a JSON value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
