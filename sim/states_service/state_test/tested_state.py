"""Which state is tested, and the Context object that it can read."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.states_service.definitions import invalid_definition
from sim.states_service.execution_input import checked_input
from sim.states_service.refusal import Refusal
from statemachine import Diagnostic, ExecutionContext
from statemachine.definition.parse import examine, examine_state
from statemachine.definition.states import Map, Parallel, State, StatesMap, Task
from statemachine.execution.context import iso_time
from statemachine.execution.optimised_integrations import WAIT_FOR_TASK_TOKEN
from statemachine.execution.resource import resource_of

UNNAMED: Final = "StateName"
"""What a state is called whose definition stands alone."""

_CONTEXT_FIELDS: Final = ("Execution", "Map", "State", "StateMachine", "Task")
"""Source: Step Functions Developer Guide, "Accessing execution data from the Context object"."""


@dataclass(frozen=True, slots=True)
class TestedState:
    """A state, its name, and what it works on."""

    __test__ = False

    name: str
    state: State
    input: Any
    context: Mapping[str, Any]
    variables: Mapping[str, Any]


def tested_state(given: Mapping[str, Any], prefix: str) -> TestedState:
    """Return the state that a call of TestState names.

    *prefix* is what the ARNs in the Context object begin with.

    Raises
    ------
    Refusal
        `InvalidDefinition`, `InvalidExecutionInput`, `ValidationException`.
    """
    name, state = _state(given["definition"], given.get("stateName"))
    text = given.get("input")
    data = {} if text is None else checked_input(text)
    context = {
        **_default_context(name, data, given.get("roleArn") or "", prefix),
        **_task_context(state),
        **_given_context(given.get("context")),
    }
    return TestedState(name, state, data, context, _variables(given.get("variables")))


def _state(definition: str, name: str | None) -> tuple[str, State]:
    diagnostics: tuple[Diagnostic, ...]
    if name is None:
        state, diagnostics = examine_state(definition)
    else:
        machine, diagnostics = examine(definition)
        state = None if machine is None else _found(machine.top, name)
    faults = tuple(each for each in diagnostics if each.severity == "ERROR")
    if faults:
        raise invalid_definition(faults)
    if state is None:
        raise Refusal("ValidationException", "State not found in definition")
    return name or UNNAMED, state


def _found(states: StatesMap, name: str) -> State | None:
    """Return a state by name, wherever it stands: names are unique within a state machine."""
    if name in states.states:
        return states.states[name]
    for state in states.states.values():
        inner: tuple[StatesMap, ...] = ()
        if isinstance(state, Parallel):
            inner = state.branches
        elif isinstance(state, Map):
            inner = (state.processor,)
        for each in inner:
            if (found := _found(each, name)) is not None:
                return found
    return None


def _default_context(name: str, data: Any, role_arn: str, prefix: str) -> dict[str, Any]:
    machine, execution = f"TestState-{uuid.uuid4()}", str(uuid.uuid4())
    now_s = time.time()
    named = ExecutionContext(
        execution_arn=f"{prefix}:express:{machine}:{execution}:{uuid.uuid4()}",
        execution_name=execution,
        role_arn=role_arn,
        start_time=now_s,
        state_machine_arn=f"{prefix}:stateMachine:{machine}",
        state_machine_name=machine,
    )
    own = {"Name": name, "EnteredTime": iso_time(now_s), "RetryCount": 0}
    return {**named.context_object(data), "State": own}


def _task_context(state: State) -> dict[str, Any]:
    waits = isinstance(state, Task) and resource_of(state.resource).pattern == WAIT_FOR_TASK_TOKEN
    return {"Task": {"Token": str(uuid.uuid4())}} if waits else {}


def _given_context(text: str | None) -> Mapping[str, Any]:
    if text is None:
        return {}
    complaint = "Invalid Context object provided: "
    try:
        context = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("ValidationException", f"{complaint}Invalid JSON: {error}") from error
    if not isinstance(context, dict):
        raise Refusal("ValidationException", f"{complaint}it must be a object")
    for name, value in context.items():
        if name not in _CONTEXT_FIELDS:
            raise Refusal("ValidationException", f"{complaint}Field '{name}' is not allowed")
        if not isinstance(value, dict):
            raise Refusal("ValidationException", f"{complaint}{name} must be a object")
    return context


def _variables(text: str | None) -> Mapping[str, Any]:
    if text is None:
        return {}
    try:
        variables = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("ValidationException", f"variables: {error}") from error
    if not isinstance(variables, dict):
        raise Refusal("ValidationException", "variables: the value has to be a JSON object")
    return variables
