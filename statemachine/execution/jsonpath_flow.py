"""How data goes through a JSONPath state: InputPath, Parameters, ResultSelector and so on.

Source: Amazon States Language specification, "Input and Output Processing".
"""

import random
from collections.abc import Mapping
from typing import Any

from statemachine.definition.states import ROOT, Catcher, JsonPathFlow
from statemachine.jsonpath.json_path import read, write
from statemachine.jsonpath.payload_template import filled
from statemachine.scope import ABSENT, Scope


def selected(flow: JsonPathFlow, scope: Scope) -> Any:
    """Return a state's input after InputPath."""
    return {} if flow.input_path is None else read(flow.input_path, scope, field="InputPath")


def left(
    flow: JsonPathFlow, data: Any, scope: Scope, result: Any, randomness: random.Random
) -> tuple[Any, Mapping[str, Any]]:
    """Return the output and the variables that a state leaves with.

    Parameters
    ----------
    data
        The raw input.
    scope
        On the input after InputPath. What variables are assigned from is the result as it was
        before ResultSelector, or this input where the state has none.
    """
    if result is ABSENT:
        result = combined = scope.data
    else:
        chosen = result
        if flow.has_result_selector:
            chosen = filled(flow.result_selector, scope.of(result), randomness)
        combined = data if flow.result_path is None else write(flow.result_path, data, chosen)
    output = combined
    if flow.output_path is None:
        output = {}
    elif flow.output_path != ROOT:
        output = read(flow.output_path, scope.of(combined), field="OutputPath")
    assigned: Mapping[str, Any] = {}
    if flow.assign is not ABSENT:
        assigned = filled(flow.assign, scope.of(result), randomness)
    return output, assigned


def caught(
    catcher: Catcher,
    data: Any,
    error_output: Mapping[str, Any],
    scope: Scope,
    randomness: random.Random,
) -> tuple[Any, Mapping[str, Any]]:
    """Return what a catcher makes of an error: output and variables."""
    output = data
    if catcher.result_path is not None:
        output = write(catcher.result_path, data, error_output)
    assigned: Mapping[str, Any] = {}
    if catcher.assign is not ABSENT:
        assigned = filled(catcher.assign, scope.of(error_output), randomness)
    return output, assigned
