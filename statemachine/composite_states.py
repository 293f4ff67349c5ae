"""Parallel and Map: states within states, which run at the same time."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from statemachine.clock import Clock
from statemachine.data_flow import effective_input
from statemachine.errors import RUNTIME, ExecutionError
from statemachine.history import Trail
from statemachine.json_path import read
from statemachine.payload_template import filled
from statemachine.states import Map, Parallel, StatesMap


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
    clock = surroundings.clock
    data = effective_input(state.flow, selected, context, surroundings.randomness)
    trail.add("ParallelStateStarted", clock.time())
    trails = [trail.branch() for _ in state.branches]
    try:
        results = await _together(
            [
                surroundings.run_states(branch, data, context, own)
                for branch, own in zip(state.branches, trails, strict=True)
            ]
        )
    except ExecutionError:
        trail.last = max(own.last for own in trails)
        trail.add("ParallelStateFailed", clock.time())
        raise
    trail.last = max(own.last for own in trails)
    trail.add("ParallelStateSucceeded", clock.time())
    return results


async def run_map(
    surroundings: Surroundings, state: Map, selected: Any, context: Any, trail: Trail
) -> list[Any]:
    """Run the processor for each item and return the outputs, in the items' order."""
    clock = surroundings.clock
    items = read(state.items_path, selected, context)
    if not isinstance(items, list):
        raise ExecutionError(RUNTIME, f"{state.items_path} is not an array")
    name = context["State"]["Name"]
    trail.add("MapStateStarted", clock.time(), {"length": len(items)})
    trails = [trail.branch() for _ in items]
    turns = asyncio.Semaphore(state.max_concurrency or max(1, len(items)))

    async def iteration(index: int, item: Any) -> Any:
        own, details = trails[index], {"name": name, "index": index}
        within = {**context, "Map": {"Item": {"Index": index, "Value": item}}}
        async with turns:
            own.add("MapIterationStarted", clock.time(), details)
            try:
                data = item
                if state.flow.has_parameters:
                    data = filled(state.flow.parameters, selected, within, surroundings.randomness)
                result = await surroundings.run_states(state.processor, data, within, own)
            except ExecutionError:
                own.add("MapIterationFailed", clock.time(), details)
                raise
            own.add("MapIterationSucceeded", clock.time(), details)
            return result

    try:
        results = await _together([iteration(index, item) for index, item in enumerate(items)])
    except ExecutionError:
        trail.last = max(own.last for own in trails)
        trail.add("MapStateFailed", clock.time())
        raise
    trail.last = max((own.last for own in trails), default=trail.last)
    trail.add("MapStateSucceeded", clock.time())
    return results


async def _together(work: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Run all, return all results; the first failure ends the others and is raised."""
    tasks = [asyncio.ensure_future(each) for each in work]
    if not tasks:
        return []
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            if task.exception() is not None:
                raise task.exception()  # type: ignore[misc]  # checked on the line above
        return [task.result() for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
