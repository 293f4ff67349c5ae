"""Map states whose iterations are part of the execution itself."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from statemachine.data_limit import check_length
from statemachine.definition.states import Map
from statemachine.errors import ExecutionError, StateFault
from statemachine.execution.map_item import Item
from statemachine.execution.map_items import max_concurrency, selected, state_items
from statemachine.execution.surroundings import Surroundings
from statemachine.execution.together import together
from statemachine.execution.visit import Visit
from statemachine.history import Trail

MAX_CONCURRENCY: Final = 40
"""Iterations at a time. Source: Step Functions Developer Guide, "Using Map state in Inline mode":
up to 40 concurrent iterations."""


async def run_inline_map(runner: Surroundings, state: Map, visit: Visit) -> list[Any]:
    """Run the processor for each item and return the outputs, in the items' order.

    Raises
    ------
    ExecutionError
        Of the iteration that failed first, after the others were stopped.
    """
    at_a_time = max_concurrency(state, visit) or MAX_CONCURRENCY
    items = state_items(state, visit)
    trail = visit.trail
    if not trail.progress.resumes(len(items)):
        trail.add("MapStateStarted", runner.clock.time(), {"length": len(items)})
    results: list[Any] = [None] * len(items)
    # As many workers as may run at a time, and not a task for each of what may be many items.
    turns = iter(items)
    trails = [trail.branch() for _ in range(min(at_a_time, MAX_CONCURRENCY, len(items)))]
    workers = [(_worker(runner, state, visit, turns, results, own), own) for own in trails]
    await together("Map", workers, runner.clock, trail)
    return results


async def _worker(
    runner: Surroundings,
    state: Map,
    visit: Visit,
    turns: Iterator[Item],
    results: list[Any],
    trail: Trail,
) -> None:
    """Run iterations until there is no item left."""
    for item in turns:
        results[item.index] = await _iteration(runner, state, visit, item, trail)
        await asyncio.sleep(0)  # so that every worker has its turn


async def _iteration(
    runner: Surroundings, state: Map, visit: Visit, item: Item, trail: Trail
) -> Any:
    progress = trail.progress = visit.trail.progress.branch(item.index)
    if progress.has_ended:
        return progress.output
    clock, context = runner.clock, {**visit.context, "Map": item.context()}
    details = {"name": visit.name, "index": item.index}
    if progress.is_begun:
        trail.resume_iteration(details)
    else:
        trail.start_iteration(clock.time(), details)
        progress.is_begun = True
    try:
        data = _selected(runner, state, visit, item, trail)
        variables = visit.variables.inner()
        result = await runner.run_states(state.processor, data, context, variables, trail)
    except ExecutionError as error:
        if not error.is_fatal:
            trail.end_iteration("Failed", clock.time())
        raise
    trail.end_iteration("Succeeded", clock.time())
    return result


def _selected(runner: Surroundings, state: Map, visit: Visit, item: Item, trail: Trail) -> Any:
    """Return what the iteration works on; a failed expression is one of its own events."""
    try:
        data = selected(state, visit, item)
    except StateFault as fault:
        raise visit.located(fault, runner.clock.time(), trail) from fault
    check_length(trail.text(data), visit.name)
    return data
