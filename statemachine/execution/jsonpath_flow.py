"""How data goes through a JSONPath state: InputPath, Parameters, ResultSelector and so on.

Source: Amazon States Language specification, "Input and Output Processing".
"""

from collections.abc import Mapping
from typing import Any

from statemachine.definition.states import ROOT, Catcher, JsonPathFlow
from statemachine.jsonpath.json_path import read, write
from statemachine.scope import ABSENT, Fill, Scope


def selected(flow: JsonPathFlow, scope: Scope) -> Any:
    """Return a state's input after InputPath."""
    return {} if flow.input_path is None else read(flow.input_path, scope, field="InputPath")


def left(
    flow: JsonPathFlow, data: Any, scope: Scope, result: Any, fill: Fill
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
            chosen = fill(flow.result_selector, scope.of(result), "ResultSelector")
        combined = data if flow.result_path is None else write(flow.result_path, data, chosen)
    output = combined
    if flow.output_path is None:
        output = {}
    elif flow.output_path != ROOT:
        output = read(flow.output_path, scope.of(combined), field="OutputPath")
    assigned: Mapping[str, Any] = {}
    if flow.assign is not ABSENT:
        assigned = fill(flow.assign, scope.of(result), "Assign")
    return output, assigned


def caught(
    catcher: Catcher,
    data: Any,
    error_output: Mapping[str, Any],
    scope: Scope,
    fill: Fill,
) -> tuple[Any, Mapping[str, Any]]:
    """Return what a catcher makes of an error: output and variables."""
    output = data
    if catcher.result_path is not None:
        output = write(catcher.result_path, data, error_output)
    assigned: Mapping[str, Any] = {}
    if catcher.assign is not ABSENT:
        assigned = fill(catcher.assign, scope.of(error_output), "Assign")
    return output, assigned
