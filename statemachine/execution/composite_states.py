"""Parallel and Map: states within states, which run at the same time."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from statemachine.clock import Clock
from statemachine.data_limit import check_length
from statemachine.definition.states import JsonPathFlow, Map, Parallel, StatesMap
from statemachine.errors import RUNTIME, ExecutionError, StateFault
from statemachine.execution.variables import Variables
from statemachine.execution.visit import Visit
from statemachine.history import Trail


class Surroundings(Protocol):
    """What a composite state needs of whoever runs it."""

    clock: Clock

    async def run_states(
        self,
        states: StatesMap,
        data: Any,
        context: Mapping[str, Any],
        variables: Variables,
        trail: Trail,
    ) -> Any:
        """Run states and return the last one's output."""


async def run_parallel(surroundings: Surroundings, state: Parallel, visit: Visit) -> list[Any]:
    """Run the branches and return their outputs, in the order of the definition."""
    trail, data = visit.trail, visit.arguments()
    check_length(trail.text(data), visit.name)
    trail.add("ParallelStateStarted", surroundings.clock.time())
    work = [
        surroundings.run_states(
            branch, data, visit.context, visit.variables.inner(), trail.branch()
        )
        for branch in state.branches
    ]
    return await _joined("Parallel", work, surroundings.clock, trail)


async def run_map(surroundings: Surroundings, state: Map, visit: Visit) -> list[Any]:
    """Run the processor for each item and return the outputs, in the items' order."""
    clock, trail, flow = surroundings.clock, visit.trail, visit.flow
    items = visit.evaluated(state.items_path, "Items")
    if not isinstance(items, list):
        raise StateFault(RUNTIME, f"The ItemsPath {state.items_path} does not lead to an array")
    trail.add("MapStateStarted", clock.time(), {"length": len(items)})
    turns = asyncio.Semaphore(state.max_concurrency or max(1, len(items)))

    async def iteration(index: int, item: Any, own: Trail) -> Any:
        within = {**visit.context, "Map": {"Item": {"Index": index, "Value": item}}}
        async with turns:
            own.start_iteration(clock.time(), {"name": visit.name, "index": index})
            try:
                data = item
                if isinstance(flow, JsonPathFlow) and flow.has_parameters:
                    scope = replace(visit.scope, context=within)
                    data = visit.filled(flow.parameters, scope, "ItemSelector")
                    check_length(own.text(data), visit.name)
                result = await surroundings.run_states(
                    state.processor, data, within, visit.variables.inner(), own
                )
            except ExecutionError as error:
                if not error.is_fatal:
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
    except ExecutionError as error:
        if not error.is_fatal:
            trail.abort_branches(clock.time())
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
