"""The input that an execution is started with."""

import json
from typing import Any, Final

from sim.states_service.refusal import Refusal

MAX_INPUT_BYTES: Final = 262_144
"""Input of an execution, as UTF-8. Source: Step Functions quotas, task executions."""


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def checked_input(text: str) -> Any:
    """Return the JSON value of an input, or refuse it with `InvalidExecutionInput`."""
    if len(text.encode()) > MAX_INPUT_BYTES:
        raise Refusal(
            "InvalidExecutionInput",
            f"Invalid State Machine Execution Input: the input is over {MAX_INPUT_BYTES} bytes",
        )
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal(
            "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'"
        ) from error
