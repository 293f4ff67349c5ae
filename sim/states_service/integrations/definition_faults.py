"""What a definition may not have that only the services' models tell: actions and parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import OperationModel

from sim.states_service.integrations.sdk_names import (
    OPTIMISED_SERVICES,
    capitalised,
    member_name,
    operation_model,
)
from sim.states_service.integrations.sdk_values import Spelling, field_problems
from statemachine import Diagnostic, StateMachine
from statemachine.definition.findings import SCHEMA
from statemachine.definition.states import JsonPathFlow, Map, Parallel, StatesMap, Task
from statemachine.execution.resource import Resource, not_recognized, resource_of
from statemachine.scope import ABSENT


def integration_faults(machine: StateMachine) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each action that there is not and each parameter that is not right.

    Values that are known only at run time are checked then.
    """
    return tuple(_faults(machine.top, ""))


def _faults(states: StatesMap, location: str) -> Iterator[Diagnostic]:
    for name, state in states.states.items():
        where = f"{location}/States/{name}"
        match state:
            case Task():
                yield from _task_faults(state, where)
            case Parallel():
                for place, branch in enumerate(state.branches):
                    yield from _faults(branch, f"{where}/Branches[{place}]")
            case Map():
                yield from _faults(state.processor, f"{where}/ItemProcessor")


def _task_faults(state: Task, where: str) -> Iterator[Diagnostic]:
    try:
        resource = resource_of(state.resource)
    except ValueError:
        return  # is a fault of the language already
    try:
        model = _model(resource)
    except ValueError:
        yield Diagnostic(SCHEMA, f"{where}/Resource", not_recognized(state.resource))
        return
    if model is None:
        return
    operation, spelled = model
    field, template = _parameters(state)
    if isinstance(template, Mapping):
        for problem in field_problems(operation.input_shape, template, spelled):
            yield Diagnostic(SCHEMA, f"{where}/{field}", problem)


def _model(resource: Resource) -> tuple[OperationModel, Spelling] | None:
    if resource.service.startswith("aws-sdk:"):
        service = resource.service.removeprefix("aws-sdk:")
        return operation_model(service, resource.action), member_name
    known = OPTIMISED_SERVICES.get(resource.service)
    return (operation_model(known, resource.action), capitalised) if known else None


def _parameters(state: Task) -> tuple[str, Any]:
    """Return the field that holds the parameters, and its template by the names they will have."""
    flow = state.flow
    if not isinstance(flow, JsonPathFlow):
        return "Arguments", flow.arguments
    if not flow.has_parameters or not isinstance(flow.parameters, Mapping):
        return "Parameters", ABSENT
    return "Parameters", {name.removesuffix(".$"): each for name, each in flow.parameters.items()}
