"""Map states of either mode."""

from typing import Any

from statemachine.definition.states import Map
from statemachine.execution.distributed_map.map_run_state import run_distributed_map
from statemachine.execution.inline_map import run_inline_map
from statemachine.execution.surroundings import Surroundings
from statemachine.execution.visit import Visit


async def run_map(runner: Surroundings, state: Map, visit: Visit) -> Any:
    """Run the processor for each item and return the state's result.

    Raises
    ------
    ExecutionError
        Of what ended it.
    """
    visit.trail.has_branches = True
    if state.distributed is None:
        return await run_inline_map(runner, state, visit)
    return await run_distributed_map(runner, state, state.distributed, visit)
