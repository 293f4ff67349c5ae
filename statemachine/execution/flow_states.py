"""Choice, Wait and Fail: where to go on, how long to wait, what to fail with."""

import random
from collections.abc import Mapping
from typing import Any, NoReturn

from statemachine.definition.states import Choice, Fail, Wait
from statemachine.errors import NO_CHOICE_MATCHED, RUNTIME, ExecutionError, StateFault
from statemachine.jsonpath.choice_rule import holds, timestamp
from statemachine.jsonpath.json_path import read
from statemachine.jsonpath.payload_template import expression_value
from statemachine.scope import Scope

Context = Mapping[str, Any]


def chosen(state: Choice, data: Any, context: Context) -> str:
    """Return the state that the first rule which holds leads to.

    Raises
    ------
    StateFault
        `States.NoChoiceMatched`; `States.Runtime` for a variable that is not there.
    """
    scope = Scope(data, context)
    for rule, target in state.rules:
        if holds(rule, scope):
            return target
    if state.default is None:
        raise StateFault(NO_CHOICE_MATCHED, "No rule matched and there is no Default")
    return state.default


def wait_s(state: Wait, data: Any, context: Context, now_s: float) -> float:
    """Return how many seconds to wait; below 0 for a time that has passed.

    Raises
    ------
    StateFault
        `States.Runtime` for a path to what is no duration or no time.
    """
    if state.seconds is not None:
        return state.seconds
    if state.seconds_path is not None:
        seconds = read(state.seconds_path, Scope(data, context), field="SecondsPath")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise StateFault(
                RUNTIME, f"{state.seconds_path} is {seconds!r}, not a number of seconds"
            )
        return seconds
    given = state.timestamp or read(
        state.timestamp_path or "$", Scope(data, context), field="TimestampPath"
    )
    moment = timestamp(given)
    if moment is None:
        raise StateFault(RUNTIME, f"{given!r} is not a time such as 2026-01-31T12:00:00Z")
    return moment.timestamp() - now_s


def fail(state: Fail, data: Any, context: Context, randomness: random.Random) -> NoReturn:
    """Raise a Fail state's error.

    Raises
    ------
    ExecutionError
        With its words; `States.Runtime` for a path to what is no string.
    """
    scope = Scope(data, context)

    def text(fixed: str | None, path: str | None, field: str) -> str:
        if path is None:
            return fixed or ""
        value = expression_value(path, scope, randomness, RUNTIME, field)
        if not isinstance(value, str):
            raise StateFault(RUNTIME, f"{path} is {value!r}, not a string")
        return value

    raise ExecutionError(
        text(state.error, state.error_path, "ErrorPath"),
        text(state.cause, state.cause_path, "CausePath"),
    )
