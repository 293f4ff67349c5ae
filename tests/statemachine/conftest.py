"""Runs definitions with a scripted task invoker on a virtual clock."""

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from statemachine import (
    ExecutionContext,
    ExecutionResult,
    History,
    Interpreter,
    TaskRequest,
    parse,
)
from statemachine.clock import VirtualClock

START_S = 1_700_000_000.0
CONTEXT = ExecutionContext(
    execution_arn="arn:aws:states:us-east-1:000000000000:execution:machine:run",
    execution_name="run",
    role_arn="arn:aws:iam::000000000000:role/machine",
    start_time=START_S,
    state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:machine",
    state_machine_name="machine",
)

Answer = Callable[[TaskRequest, VirtualClock], Any]


@dataclass
class Ran:
    """An execution that has ended."""

    result: ExecutionResult
    events: list[dict[str, Any]]
    lasted_s: float
    requests: list[TaskRequest] = field(default_factory=list)
    request_times_s: list[float] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


def echo(request: TaskRequest, _clock: VirtualClock) -> Any:
    return request.parameters


class ScriptedInvoker:
    """Answers tasks by a function, which may be a coroutine and may raise."""

    def __init__(self, answer: Answer, clock: VirtualClock) -> None:
        self._answer = answer
        self._clock = clock
        self.requests: list[TaskRequest] = []
        self.times_s: list[float] = []

    async def invoke(self, request: TaskRequest) -> Any:
        self.requests.append(request)
        self.times_s.append(self._clock.time() - START_S)
        answer = self._answer(request, self._clock)
        return await answer if asyncio.iscoroutine(answer) else answer


def run_definition(
    definition: dict[str, Any] | str,
    execution_input: Any = None,
    answer: Answer = echo,
    seed: int = 1,
    **options: Any,
) -> Ran:
    text = definition if isinstance(definition, str) else json.dumps(definition)

    async def run() -> Ran:
        clock, history = VirtualClock(START_S), History()
        invoker = ScriptedInvoker(answer, clock)
        interpreter = Interpreter(
            parse(text), invoker, clock, randomness=random.Random(seed), **options
        )
        result = await interpreter.run(
            {} if execution_input is None else execution_input, context=CONTEXT, history=history
        )
        lasted_s = clock.time() - START_S
        return Ran(result, history.events, lasted_s, invoker.requests, invoker.times_s)

    return asyncio.run(run())


@pytest.fixture
def execute() -> Callable[..., Ran]:
    return run_definition


@pytest.fixture
def one_state() -> Callable[..., dict[str, Any]]:
    """A definition of one state, `S` or as named, which ends unless told otherwise."""

    def definition(kind: str, name: str = "S", /, **fields: Any) -> dict[str, Any]:
        ending = {} if kind in {"Choice", "Succeed", "Fail"} or "Next" in fields else {"End": True}
        return {"StartAt": name, "States": {name: {"Type": kind, **ending, **fields}}}

    return definition


@pytest.fixture
def context() -> ExecutionContext:
    return CONTEXT
