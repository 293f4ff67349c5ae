"""Parallel states: branches that run at the same time."""

from typing import Any

from statemachine.data_limit import check_length
from statemachine.definition.states import Parallel, StatesMap
from statemachine.execution.surroundings import Surroundings
from statemachine.execution.together import Branch, together
from statemachine.execution.visit import Visit


async def run_parallel(runner: Surroundings, state: Parallel, visit: Visit) -> list[Any]:
    """Run the branches and return their outputs, in the order of the definition.

    Raises
    ------
    ExecutionError
        Of the branch that failed first, after the others were stopped.
    """
    trail, data = visit.trail, visit.arguments()
    check_length(trail.text(data), visit.name)
    trail.has_branches = True
    progress = trail.progress
    if not progress.resumes(len(state.branches)):
        trail.add("ParallelStateStarted", runner.clock.time())

    def begun(place: int, branch: StatesMap) -> Branch:
        own = trail.branch()
        own.progress = progress.branch(place)
        variables = visit.variables.inner()
        return runner.run_states(branch, data, visit.context, variables, own), own

    branches = [begun(place, branch) for place, branch in enumerate(state.branches)]
    return await together("Parallel", branches, runner.clock, trail)
