"""Choice, Wait and Fail: where to go on, how long to wait, what to fail with."""

from statemachine.definition.states import Choice, ChoiceRule, Fail, Wait
from statemachine.errors import (
    RUNTIME,
    ExecutionError,
    QueryEvaluationError,
    StateFault,
)
from statemachine.execution.jsonata_flow import wrong_type
from statemachine.execution.path_value import plain, referenced, whole_number
from statemachine.execution.visit import Visit
from statemachine.jsonata import Expression
from statemachine.jsonpath.choice_rule import holds, timestamp
from statemachine.jsonpath.payload_template import expression_value


def chosen(state: Choice, visit: Visit) -> tuple[ChoiceRule | None, int]:
    """Return the first rule that holds and its place, or None where Default counts.

    Raises
    ------
    StateFault
        `States.Runtime` for a variable that is not there, and, unlike what the specification says
        (`States.NoChoiceMatched`), where nothing holds and there is no Default.
    """
    for place, rule in enumerate(state.rules):
        if _holds(rule, place, visit):
            return rule, place
    if state.default is None:
        raise StateFault(
            RUNTIME,
            "Failed to transition out of the state. The state does not point to a next state.",
        )
    return None, -1


def _holds(rule: ChoiceRule, place: int, visit: Visit) -> bool:
    condition = rule.condition
    if isinstance(condition, bool):
        return condition
    if not isinstance(condition, Expression):
        return holds(condition, visit.scope)
    field = f"Choices[{place}]/Condition"
    value = visit.evaluated(condition, field)
    if not isinstance(value, bool):
        raise wrong_type(value, condition, field, "boolean")
    return value


def wait_s(state: Wait, visit: Visit, now_s: float) -> float:
    """Return how many seconds to wait; below 0 for a time that has passed.

    Raises
    ------
    StateFault
        `States.Runtime` for a path to what is no duration or no time.
    """
    if isinstance(state.seconds, Expression):
        return visit.integer(state.seconds, "Seconds") or 0
    if state.seconds is not None:
        return state.seconds
    if state.seconds_path is not None:
        return whole_number(state.seconds_path, visit.scope, "SecondsPath")
    if isinstance(state.timestamp, Expression):
        return _moment_s(state.timestamp, visit) - now_s
    given, path = state.timestamp, state.timestamp_path
    if path is not None:
        given = referenced(path, visit.scope, "TimestampPath")
    moment = timestamp(given)
    if moment is None:
        raise StateFault(
            RUNTIME,
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset "
            f"date-time format string: {path} == {plain(given)}",
        )
    return moment.timestamp() - now_s


def _moment_s(expression: Expression, visit: Visit) -> float:
    value = visit.evaluated(expression, "Timestamp")
    if not isinstance(value, str):
        raise wrong_type(value, expression, "Timestamp", "string")
    moment = timestamp(value)
    if moment is None:
        raise QueryEvaluationError(
            f"The JSONata expression '{expression.text}' specified for the field 'Timestamp' "
            "returned a value that is not a valid ISO-8601 extended offset date-time format "
            f"string: {value}",
            "Timestamp",
        )
    return moment.timestamp()


def failure(state: Fail, visit: Visit) -> ExecutionError:
    """Return a Fail state's error.

    Raises
    ------
    StateFault
        `States.Runtime` for a path to what is no string.
    """
    return ExecutionError(
        _text(state.error, state.error_path, "Error", visit),
        _text(state.cause, state.cause_path, "Cause", visit),
    )


def _text(given: str | Expression | None, path: str | None, field: str, visit: Visit) -> str:
    if isinstance(given, Expression):
        value = visit.evaluated(given, field)
        if not isinstance(value, str):
            raise wrong_type(value, given, field, "string")
        return value
    if path is None:
        return given or ""
    value = expression_value(path, visit.scope, visit.randomness, RUNTIME, f"{field}Path")
    if not isinstance(value, str):
        raise StateFault(
            RUNTIME,
            f"The value for the field '{field}Path' must be a string: {path} == {plain(value)}",
        )
    return value
