"""Branches that go on at the same time: all of them, or until the first of them fails."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from statemachine.clock import Clock
from statemachine.errors import ExecutionError
from statemachine.history import Trail

Branch = tuple[Coroutine[Any, Any, Any], Trail]
"""A branch's work and its events."""


async def together(kind: str, branches: Sequence[Branch], clock: Clock, trail: Trail) -> list[Any]:
    """Run the branches of a composite state and return their results.

    The first failure ends the others and is raised. One that ends the whole execution leaves no
    word of the branches.

    Parameters
    ----------
    kind
        `Parallel` or `Map`.
    trail
        The state's own, which goes on behind the branches.
    """
    tasks = [asyncio.ensure_future(work) for work, _ in branches]
    try:
        if tasks:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        failed = [
            place
            for place, task in enumerate(tasks)
            if task.done() and task.exception() is not None
        ]
        results = [tasks[place].result() for place in failed or range(len(tasks))]
    except ExecutionError as error:
        await _end(tasks)
        if not error.is_fatal:
            trail.abort_branches(clock.time(), branches[failed[0]][1])
        raise
    finally:
        await _end(tasks)
    trail.join()
    succeed(kind, clock, trail)
    return results


def succeed(kind: str, clock: Clock, trail: Trail) -> None:
    """Write that a composite state has its result; what fails then is not its branches' fault."""
    trail.has_branches = False
    trail.add_aside(f"{kind}StateSucceeded", clock.time())


async def _end(tasks: Sequence[asyncio.Future[Any]]) -> None:
    going_on = []
    for task in tasks:
        if not task.done():
            task.cancel()
            going_on.append(task)
        elif not task.cancelled():
            task.exception()  # has been seen, be it by nobody who wants to know
    if going_on:
        await asyncio.gather(*going_on, return_exceptions=True)
