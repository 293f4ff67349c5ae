"""What states within states need of whoever runs them."""

import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from statemachine.clock import Clock
from statemachine.definition.states import StateMachine, StatesMap
from statemachine.execution.context import ExecutionContext, ExecutionResult
from statemachine.execution.variables import Variables
from statemachine.history import History, Trail
from statemachine.map_run import MapRuns
from statemachine.storage import ObjectStorage

RunChild = Callable[[StateMachine, Any, ExecutionContext, History], Awaitable[ExecutionResult]]
"""Runs an execution of its own on an input."""


class Surroundings(Protocol):
    """What a composite state needs of whoever runs it.

    `execution` names the execution that the state belongs to.
    """

    clock: Clock
    randomness: random.Random
    storage: ObjectStorage
    map_runs: MapRuns
    execution: ExecutionContext
    run_child: RunChild

    async def run_states(
        self,
        states: StatesMap,
        data: Any,
        context: Mapping[str, Any],
        variables: Variables,
        trail: Trail,
    ) -> Any:
        """Run states and return the last one's output."""
