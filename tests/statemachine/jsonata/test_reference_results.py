"""The engine gives what JSONata's reference implementation gives, which AWS evaluates by.

`reference_results.jsonl` holds what the npm package `jsonata` 2.0.6 made of each expression, with
`$states` bound to what stands below. It has no cases in which the engine is known to differ:
functions where a value is needed, functions handed on by name whose argument is wrong (the name in
the text), numbers of more than 15 digits, NaN, and strings made of infinity.
"""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from statemachine.errors import QueryEvaluationError
from statemachine.jsonata import JsonataSyntaxError, compile_expression

ITEMS = [
    {"n": 3, "status": "OPEN", "amount": 5, "tags": ["a", "b"]},
    {"n": 9, "status": "SHUT", "amount": 7, "tags": ["c"]},
    {"n": 4, "status": "OPEN", "amount": 2, "tags": []},
]
INPUT = {"items": ITEMS, "one": [1], "quoted name": 7, "s": "x", "nul": None}
STATES = {"input": INPUT, "context": {"Execution": {"Name": "run"}}}
RESULTS = [
    json.loads(line)
    for line in (Path(__file__).parent / "reference_results.jsonl").read_text().splitlines()
]
PARTS = 8


def outcome(text: str) -> dict[str, Any]:
    """What an expression gives, in the file's shape; a fault of its text has no code."""
    try:
        value = compile_expression("{%" + text + "%}").evaluate(
            {"states": STATES}, random.Random(1), location="F", state="S"
        )
    except JsonataSyntaxError as error:
        return {"message": str(error)}
    except QueryEvaluationError as failure:
        problem = failure.cause.split("specified for the field 'F' ", 1)[1]
        if problem == "returned nothing (undefined).":
            return {"undefined": True}
        if problem == "returned an unsupported result type.":
            return {"function": True}
        code, message = problem.removeprefix("threw an error during evaluation. ").split(": ", 1)
        return {"error": code, "message": message}
    return {"value": value}


@pytest.mark.parametrize("part", range(PARTS))
def test_results_are_those_of_the_reference_implementation(part: int) -> None:
    cases = RESULTS[part::PARTS]
    assert len(cases) > 100
    for expected in cases:
        text = expected.pop("expression")
        found = outcome(text)
        if "error" not in found:
            expected.pop("error", None)
        assert found == expected, text
