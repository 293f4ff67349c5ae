"""How data goes through a JSONata state: Arguments, Output, Assign.

Source: Step Functions Developer Guide, "Transforming data with JSONata in Step Functions".
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from statemachine.definition.states import JsonataFlow
from statemachine.errors import QueryEvaluationError
from statemachine.history import json_text
from statemachine.jsonata import Expression
from statemachine.scope import ABSENT, Fill, Scope


def left(
    flow: JsonataFlow,
    scope: Scope,
    result: Any,
    prefix: str,
    fill: Fill,
) -> tuple[Any, Mapping[str, Any]]:
    """Return the output and the variables that a state leaves with.

    Both are evaluated with the variables as they were before the state.

    Parameters
    ----------
    prefix
        Where the fields stand: `Choices[0]/`.
    """
    output = scope.data if result is ABSENT else result
    if result is not ABSENT:
        scope = replace(scope, result=result)
    assigned: Mapping[str, Any] = {}
    if flow.assign is not ABSENT:
        assigned = fill(flow.assign, scope, f"{prefix}Assign")
    if flow.output is not ABSENT:
        output = fill(flow.output, scope, f"{prefix}Output")
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
        expected = "integer" if isinstance(value, float) else "number"
        raise wrong_type(value, expression, field, expected)
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
