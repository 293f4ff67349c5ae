"""What an EXPRESS state machine does not have.

Source: Step Functions Developer Guide, "Choosing workflow type in Step Functions", service
integrations and activities; "Using Map state in Distributed mode".
"""

import contextlib
from collections.abc import Iterator
from typing import Final

from statemachine.definition.findings import SCHEMA, Findings
from statemachine.definition.states import Map, State, StatesMap, Task
from statemachine.definition.walk import walk
from statemachine.execution.resource import resource_of

_NOT: Final = "Express state machine does not support {}"


def check_express(top: StatesMap, findings: Findings, location: str = "") -> None:
    """Report what only a STANDARD state machine can run."""
    for where, _, state in walk(top, location):
        for field, problem in _problems(state):
            findings.add(SCHEMA, f"{where}/{field}", problem)


def check_children(top: StatesMap, findings: Findings) -> None:
    """Report the same of what distributed maps run as EXPRESS executions."""
    for where, _, state in walk(top):
        if isinstance(state, Map) and state.distributed and state.distributed.express:
            check_express(state.processor, findings, f"{where}/ItemProcessor")


def _problems(state: State) -> Iterator[tuple[str, str]]:
    if isinstance(state, Map) and state.distributed:
        yield "ItemProcessor/ProcessorConfig/Mode", _NOT.format("Distributed Map")
    if not isinstance(state, Task):
        return
    with contextlib.suppress(ValueError):  # which is reported already
        resource = resource_of(state.resource)
        if resource.events == "Activity":
            yield "Resource", _NOT.format("an activity")
        elif resource.pattern:
            pattern = resource.pattern.split(":")[0]
            yield "Resource", _NOT.format(f"'.{pattern}' service integration")
