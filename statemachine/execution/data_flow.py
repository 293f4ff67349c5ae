"""How data goes through a state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath.

Source: Amazon States Language specification, "Input and Output Processing".
"""

import random
from typing import Any, Final

from statemachine.definition.states import DataFlow
from statemachine.errors import DATA_LIMIT_EXCEEDED, StateFault
from statemachine.history import json_text
from statemachine.jsonpath.json_path import read, write
from statemachine.jsonpath.payload_template import filled
from statemachine.scope import Scope

MAX_DATA_BYTES: Final = 262_144
"""Input or output of a state, as UTF-8. Source: Step Functions quotas, "Maximum input or output
size"."""


def state_input(flow: DataFlow, data: Any, context: Any) -> Any:
    """Return a state's input after InputPath."""
    return (
        {}
        if flow.input_path is None
        else read(flow.input_path, Scope(data, context), field="InputPath")
    )


def effective_input(flow: DataFlow, selected: Any, context: Any, randomness: random.Random) -> Any:
    """Return what a state works on: its input, or its Parameters filled from that."""
    if not flow.has_parameters:
        return selected
    return filled(flow.parameters, Scope(selected, context), randomness)


def state_output(
    flow: DataFlow, data: Any, result: Any, context: Any, randomness: random.Random
) -> Any:
    """Return a state's output from its raw input and its result.

    Raises
    ------
    StateFault
        Also `States.DataLimitExceeded`.
    """
    if flow.has_result_selector:
        result = filled(flow.result_selector, Scope(result, context), randomness)
    combined = data if flow.result_path is None else write(flow.result_path, data, result)
    output = {}
    if flow.output_path is not None:
        output = read(flow.output_path, Scope(combined, context), field="OutputPath")
    check_size(output)
    return output


def check_size(value: Any) -> None:
    """Refuse what is too large to be passed on.

    Raises
    ------
    StateFault
        `States.DataLimitExceeded`.
    """
    size = len(json_text(value).encode())
    if size > MAX_DATA_BYTES:
        raise StateFault(
            DATA_LIMIT_EXCEEDED,
            f"The data is {size} bytes; a state takes and gives at most {MAX_DATA_BYTES}",
        )
