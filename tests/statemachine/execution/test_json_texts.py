"""A text that nothing takes apart stands in the history as it came."""

import asyncio
from typing import Any

import pytest

from statemachine import Interpreter, JsonAnswer, VirtualClock

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
TEXT = '{"b": 1.0,\n "a": [1, 2]}'
VALUE = {"b": 1.0, "a": [1, 2]}


class Function:
    async def invoke(self, _request: Any) -> JsonAnswer:
        return JsonAnswer(VALUE, TEXT)


def texts(state: dict[str, Any], value: Any = VALUE, text: str = TEXT) -> list[str]:
    definition = {"StartAt": "S", "States": {"S": {"End": True, **state}}}
    running = Interpreter(definition, Function(), VirtualClock()).run(value, input_text=text)
    found = []
    for event in asyncio.run(running).history:
        details = next((each for name, each in event.items() if name.endswith("Details")), {})
        found += [details[name] for name in ("input", "output") if name in details]
    return found


def test_an_input_that_is_passed_on_keeps_its_text():
    assert texts({"Type": "Pass"}) == [TEXT] * 4
    assert texts({"Type": "Wait", "Seconds": 1, "InputPath": "$.a"}) == [
        TEXT,
        TEXT,
        "[1,2]",
        "[1,2]",
    ]


def test_a_function_s_answer_keeps_its_text_until_it_is_taken_apart():
    task = {"Type": "Task", "Resource": FUNCTION}
    assert texts(task, {}, "{ }") == ["{ }", "{ }", "{ }", TEXT, TEXT, TEXT]
    assert texts({**task, "ResultPath": "$.r"}, {}, "{}")[-1] == '{"r":{"b":1.0,"a":[1,2]}}'


@pytest.mark.parametrize(
    ("value", "text"), [(None, " null"), (True, "true "), (1, " 1"), ("x", ' "x"')]
)
def test_the_text_of_a_value_that_may_come_up_again_is_kept_for_the_start_only(value, text):
    plain = text.strip()
    assert texts({"Type": "Pass"}, value, text) == [text, plain, plain, plain]
