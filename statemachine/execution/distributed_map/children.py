"""Runs the child executions of a distributed map, as many at a time as its Map Run allows."""

import asyncio
import random
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from statemachine.execution.distributed_map.child_inputs import ChildInput
from statemachine.execution.distributed_map.redrive import Indexes
from statemachine.history import History
from statemachine.map_run import ChildExecution, MapRun, MapRuns

EXPRESS_TIMEOUT_S: Final = 300
"""Source: Step Functions quotas, "Maximum execution time" of an Express workflow."""

RunChild = Callable[[ChildExecution, Any], Awaitable[None]]
"""Runs a child execution on an input and notes in it how it ended."""

Ended = Callable[[ChildExecution], Awaitable[None]]


class Children:
    """Starts child executions and hands over each that has ended.

    Parameters
    ----------
    run
        The Map Run that they belong to; its concurrency may change meanwhile.
    run_child
        Runs one.
    map_runs
        Is told of the children.
    succeeded
        Places of those that have succeeded: they are not run again, and new ones are put in.
    ended
        Called with each that has ended, or that never started since the Map Run failed before; one
        call at a time.
    """

    def __init__(
        self,
        run: MapRun,
        run_child: RunChild,
        ended: Ended,
        *,
        map_runs: MapRuns,
        now: Callable[[], float],
        randomness: random.Random,
        succeeded: Indexes,
    ) -> None:
        self._run = run
        self._run_child = run_child
        self._ended = ended
        self._map_runs = map_runs
        self._now = now
        self._randomness = randomness
        self._succeeded = succeeded
        self._tasks: dict[asyncio.Task[None], ChildExecution] = {}
        self._done: deque[asyncio.Task[None]] = deque()
        self._news = asyncio.Event()
        run.updated = self._news.set
        self._are_expected = run.all_read
        self._number = 0

    async def work(self, inputs: AsyncIterator[ChildInput]) -> None:
        """Start a child for each input, until more items have failed than the Map Run bears.

        Raises
        ------
        ExecutionError
            Of the inputs, or of what is done with the results.
        """
        try:
            async for given in inputs:
                child = self._child(given)
                if child.index in self._succeeded:
                    self._run.move(child, "PENDING", "SUCCEEDED")
                    continue
                await self._wait_below(lambda: self._run.concurrency)
                if self._run.exceeded:
                    await self._abort()
                    await self._ended(child)
                else:
                    self._start(child, given.value)
                    await asyncio.sleep(0)  # so that children end while others are still read
                    await self._take_ended()
            self._run.all_read = True
            await self._wait_below(lambda: 1)
        finally:
            self._run.updated = None
            await self._abort()

    def _child(self, given: ChildInput) -> ChildExecution:
        run, name = self._run, random_uuid(self._randomness)
        if not self._are_expected:
            run.expect(given.items)
        self._number += 1
        return ChildExecution(
            arn=f"{run.state_machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}",
            name=name,
            state_machine_arn=run.state_machine_arn,
            map_run_arn=run.arn,
            index=self._number - 1,
            items=given.items,
            input=given.text,
            started_at=self._now(),
            status="PENDING",
        )

    def _start(self, child: ChildExecution, value: Any) -> None:
        child.status, child.started_at, child.history = "RUNNING", self._now(), History()
        self._run.move(child, "PENDING", "RUNNING")
        child.task = asyncio.ensure_future(self._run_child(child, value))
        self._tasks[child.task] = child
        child.task.add_done_callback(self._note_done)
        self._map_runs.child_started(self._run, child)

    def _note_done(self, task: asyncio.Task[None]) -> None:
        self._done.append(task)
        self._news.set()

    async def _wait_below(self, limit: Callable[[], int]) -> None:
        """Return when fewer than *limit* run, or at once when the Map Run has failed.

        The limit may change, and the Map Run bear less, while this waits.
        """
        while len(self._tasks) >= limit() and not self._run.exceeded:
            await self._news.wait()
            await self._take_ended()

    async def _take_ended(self) -> None:
        self._news.clear()
        while self._done:
            task = self._done.popleft()
            child = self._tasks.pop(task, None)
            if child is not None:
                if not task.cancelled():
                    task.result()
                await self._end(child)

    async def _abort(self) -> None:
        """Stop what still runs."""
        tasks, self._tasks = self._tasks, {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for child in tasks.values():
            await self._end(child)

    async def _end(self, child: ChildExecution) -> None:
        if child.status == "RUNNING":  # it was stopped before it had begun
            child.status, child.stopped_at = "ABORTED", self._now()
        child.task = None
        if child.status == "SUCCEEDED":
            self._succeeded.add(child.index)
        self._run.move(child, "RUNNING", child.status)
        self._map_runs.child_ended(self._run, child)
        await self._ended(child)


def random_uuid(randomness: random.Random) -> str:
    """Return a random UUID (RFC 4122, version 4) that follows from *randomness*."""
    return str(uuid.UUID(int=randomness.getrandbits(128), version=4))
