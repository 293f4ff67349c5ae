"""Parallel and Map: states within states, which run at the same time."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from statemachine.clock import Clock
from statemachine.definition.states import Map, Parallel, StatesMap
from statemachine.errors import RUNTIME, ExecutionError, StateFault
from statemachine.execution.data_flow import check_size, effective_input
from statemachine.history import Trail
from statemachine.jsonpath.json_path import read
from statemachine.jsonpath.payload_template import filled
from statemachine.scope import Scope


class Surroundings(Protocol):
    """What a composite state needs of whoever runs it."""

    clock: Clock
    randomness: Any

    async def run_states(
        self, states: StatesMap, data: Any, context: Mapping[str, Any], trail: Trail
    ) -> Any:
        """Run states and return the last one's output."""


async def run_parallel(
    surroundings: Surroundings, state: Parallel, selected: Any, context: Any, trail: Trail
) -> list[Any]:
    """Run the branches and return their outputs, in the order of the definition."""
    data = effective_input(state.flow, selected, context, surroundings.randomness)
    check_size(data)
    trail.add("ParallelStateStarted", surroundings.clock.time())
    work = [
        surroundings.run_states(branch, data, context, trail.branch()) for branch in state.branches
    ]
    return await _joined("Parallel", work, surroundings.clock, trail)


async def run_map(
    surroundings: Surroundings, state: Map, selected: Any, context: Any, trail: Trail
) -> list[Any]:
    """Run the processor for each item and return the outputs, in the items' order."""
    clock = surroundings.clock
    items = read(state.items_path, Scope(selected, context), field="ItemsPath")
    if not isinstance(items, list):
        raise StateFault(RUNTIME, f"The ItemsPath {state.items_path} does not lead to an array")
    name = context["State"]["Name"]
    trail.add("MapStateStarted", clock.time(), {"length": len(items)})
    turns = asyncio.Semaphore(state.max_concurrency or max(1, len(items)))

    async def iteration(index: int, item: Any, own: Trail) -> Any:
        within = {**context, "Map": {"Item": {"Index": index, "Value": item}}}
        async with turns:
            own.start_iteration(clock.time(), {"name": name, "index": index})
            try:
                data = item
                if state.flow.has_parameters:
                    scope = Scope(selected, within)
                    data = filled(state.flow.parameters, scope, surroundings.randomness)
                    check_size(data)
                result = await surroundings.run_states(state.processor, data, within, own)
            except ExecutionError:
                own.end_iteration("Failed", clock.time())
                raise
            own.end_iteration("Succeeded", clock.time())
            return result

    work = [iteration(index, item, trail.branch()) for index, item in enumerate(items)]
    return await _joined("Map", work, clock, trail)


async def _joined(
    kind: str, work: Sequence[Coroutine[Any, Any, Any]], clock: Clock, trail: Trail
) -> list[Any]:
    """Run all to their end and write how they ended."""
    try:
        results = await _together(work)
    except ExecutionError:
        trail.abort_branches(clock.time())
        trail.add(f"{kind}StateFailed", clock.time())
        raise
    trail.join()
    trail.add(f"{kind}StateSucceeded", clock.time())
    return results


async def _together(work: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Run all, return all results; the first failure ends the others and is raised."""
    tasks = [asyncio.ensure_future(each) for each in work]
    if not tasks:
        return []
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        failed = [task for task in tasks if task.done() and task.exception() is not None]
        return [task.result() for task in failed or tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
