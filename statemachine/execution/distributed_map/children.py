"""Runs the child executions of a distributed map, as many at a time as its Map Run allows."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from statemachine.history import History, json_text
from statemachine.map_run import ChildExecution, MapRun

EXPRESS_TIMEOUT_S: Final = 300
"""Source: Step Functions quotas, "Maximum execution time" of an Express workflow."""

RunChild = Callable[[ChildExecution, Any], Awaitable[None]]
"""Runs a child execution on an input and notes in it how it ended."""

Ended = Callable[[ChildExecution], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ChildInput:
    """The input of a child execution, and how many items are in it."""

    value: Any
    items: int


class Children:
    """Starts child executions and hands over each that has ended.

    Parameters
    ----------
    run
        The Map Run that they belong to; its concurrency may change meanwhile.
    run_child
        Runs one.
    ended
        Called with each that has ended, one call at a time.
    """

    def __init__(
        self,
        run: MapRun,
        run_child: RunChild,
        ended: Ended,
        *,
        now: Callable[[], float],
        randomness: random.Random,
    ) -> None:
        self._run = run
        self._run_child = run_child
        self._ended = ended
        self._now = now
        self._randomness = randomness
        self._tasks: dict[asyncio.Task[None], ChildExecution] = {}

    async def work(self, inputs: AsyncIterator[ChildInput]) -> None:
        """Start a child for each input, until more items have failed than the Map Run bears.

        Raises
        ------
        ExecutionError
            Of the inputs, or of what is done with the results.
        """
        started = 0
        try:
            async for given in inputs:
                await self._wait_below(self._run.concurrency)
                if self._run.exceeded:
                    return
                self._start(given, started)
                started += 1
                await asyncio.sleep(0)  # so that children end while others are still read
                await self._take_ended()
            self._run.all_read = True
            while self._tasks and not self._run.exceeded:
                await self._wait_below(len(self._tasks))
        finally:
            await self._abort()

    def _start(self, given: ChildInput, index: int) -> None:
        run, name = self._run, random_uuid(self._randomness)
        run.expect(given.items)
        child = ChildExecution(
            arn=f"{run.state_machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}",
            name=name,
            state_machine_arn=run.state_machine_arn,
            map_run_arn=run.arn,
            index=index,
            items=given.items,
            input=json_text(given.value),
            started_at=self._now(),
            history=History(),
        )
        run.start(child)
        task = asyncio.ensure_future(self._run_child(child, given.value))
        self._tasks[task] = child

    async def _wait_below(self, limit: int) -> None:
        """Return when fewer than *limit* run, or at once when the Map Run has failed."""
        while len(self._tasks) >= limit and not self._run.exceeded:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            await self._take_ended()

    async def _take_ended(self) -> None:
        done = [task for task in self._tasks if task.done()]
        for task in done:
            child = self._tasks.pop(task)
            self._run.end(child)
            await self._ended(child)
            task.result()

    async def _abort(self) -> None:
        """Stop what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        tasks, self._tasks = self._tasks, {}
        for child in tasks.values():
            self._run.end(child)
            await self._ended(child)


def random_uuid(randomness: random.Random) -> str:
    """Return a random UUID (RFC 4122, version 4) that follows from *randomness*."""
    return str(uuid.UUID(int=randomness.getrandbits(128), version=4))
