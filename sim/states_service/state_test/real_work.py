"""The work of a Task state that belongs to no execution."""

import random
from dataclasses import dataclass
from typing import Any

from sim.states_service.service import StatesService
from statemachine import Callbacks, TaskInvoker
from statemachine.activities import Activities
from statemachine.clock import Clock
from statemachine.definition.states import Task
from statemachine.execution.task_state import run_task
from statemachine.execution.visit import Visit


@dataclass(slots=True)
class _Surroundings:
    """What a task needs of whoever runs it, without an execution."""

    invoker: TaskInvoker
    clock: Clock
    randomness: random.Random
    callbacks: Callbacks
    activities: Activities
    trace_header: str = ""


async def carried_out(service: StatesService, visit: Visit) -> Any:
    """Carry out one attempt of a Task state and return its result.

    Raises
    ------
    ExecutionError
        As the state of an execution does.
    """
    if not isinstance(visit.state, Task):
        raise TypeError(f"{visit.name} is no Task state")
    surroundings = _Surroundings(
        service.invoker, service.clock, visit.randomness, service.callbacks, service.activities
    )
    return await run_task(surroundings, visit.state, visit)
