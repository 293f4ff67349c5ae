"""What a definition of an EXPRESS state machine may not have.

Source: Step Functions Developer Guide, "Choosing workflow type in Step Functions": no Run a Job or
Wait for Callback patterns, no activities, no distributed maps.
"""

from collections.abc import Iterator

from statemachine import Diagnostic, StateMachine
from statemachine.definition.findings import SCHEMA
from statemachine.definition.states import Map, Parallel, StatesMap, Task
from statemachine.execution.resource import resource_of


def express_faults(machine: StateMachine) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each state that only a STANDARD state machine can have."""
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
                if state.distributed is not None:
                    message = "Express state machine does not support Distributed Map"
                    yield Diagnostic(SCHEMA, f"{where}/ItemProcessor/ProcessorConfig/Mode", message)
                yield from _faults(state.processor, f"{where}/ItemProcessor")


def _task_faults(state: Task, where: str) -> Iterator[Diagnostic]:
    try:
        resource = resource_of(state.resource)
    except ValueError:
        return  # refused for any type of state machine
    what = "an activity" if resource.events == "Activity" else None
    if resource.pattern:
        what = f"'.{resource.pattern.split(':')[0]}' service integration"
    if what is not None:
        message = f"Express state machine does not support {what}"
        yield Diagnostic(SCHEMA, f"{where}/Resource", message)
