"""Activities: queues of tasks that workers ask for."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from statemachine.callbacks import OpenTask


@dataclass(slots=True, eq=False)
class ActivityTask:
    """A task in an activity's queue.

    Parameters
    ----------
    task
        Whose token the worker gets.
    parameters
        The worker's input, a JSON value.
    started
        Done with the worker's name (None without one) when a worker takes it.
    """

    task: OpenTask
    parameters: Any
    started: asyncio.Future[str | None]


class Activities:
    """The queues, by the activities' ARNs.

    Any ARN is an activity here, unless `exists` says otherwise.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, deque[ActivityTask]] = {}
        self._workers: dict[str, deque[asyncio.Future[ActivityTask]]] = {}

    def exists(self, arn: str) -> bool:
        """Return whether tasks can be scheduled for an activity."""
        return arn.startswith("arn:")

    def schedule(self, arn: str, task: OpenTask, parameters: Any) -> ActivityTask:
        """Put a task into an activity's queue, or give it to a worker that waits."""
        started = asyncio.get_running_loop().create_future()
        scheduled = ActivityTask(task, parameters, started)
        waiting = self._workers.get(arn, ())
        while waiting:
            worker = waiting.popleft()
            if not worker.done():
                worker.set_result(scheduled)
                return scheduled
        self._tasks.setdefault(arn, deque()).append(scheduled)
        return scheduled

    def withdraw(self, arn: str, scheduled: ActivityTask) -> None:
        """Take a task out of the queue, if no worker has it."""
        scheduled.started.cancel()
        queue = self._tasks.get(arn)
        if queue and scheduled in queue:
            queue.remove(scheduled)

    async def next_task(self, arn: str, worker_name: str | None = None) -> ActivityTask:
        """Return the oldest task of an activity, when there is one, as started by this worker."""
        scheduled: ActivityTask | None = None
        while scheduled is None or scheduled.started.done():
            scheduled = await self._next(arn)
        scheduled.started.set_result(worker_name)
        return scheduled

    async def _next(self, arn: str) -> ActivityTask:
        queue = self._tasks.get(arn)
        if queue:
            return queue.popleft()
        turn: asyncio.Future[ActivityTask] = asyncio.get_running_loop().create_future()
        self._workers.setdefault(arn, deque()).append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # It was given a task in the very moment in which it gave up.
                self._tasks.setdefault(arn, deque()).appendleft(turn.result())
            raise
        finally:
            waiting = self._workers[arn]
            if turn in waiting:
                waiting.remove(turn)
