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

    def start(self, worker_name: str | None) -> None:
        """Note which worker has it; its time begins."""
        self.started.set_result(worker_name)


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
        if not self._handed_over(arn, scheduled):
            self._tasks.setdefault(arn, deque()).append(scheduled)
        return scheduled

    def put_back(self, arn: str, scheduled: ActivityTask) -> None:
        """Put a task that was taken but not started before all others again."""
        if not scheduled.started.done() and not self._handed_over(arn, scheduled):
            self._tasks.setdefault(arn, deque()).appendleft(scheduled)

    def _handed_over(self, arn: str, scheduled: ActivityTask) -> bool:
        waiting = self._workers.get(arn, ())
        while waiting:
            worker = waiting.popleft()
            if not worker.done():
                worker.set_result(scheduled)
                return True
        return False

    def withdraw(self, arn: str, scheduled: ActivityTask) -> None:
        """Take a task out of the queue, if no worker has it."""
        scheduled.started.cancel()
        queue = self._tasks.get(arn)
        if queue and scheduled in queue:
            queue.remove(scheduled)

    async def next_task(self, arn: str, worker_name: str | None = None) -> ActivityTask:
        """Return the oldest task of an activity, when there is one, as started by this worker."""
        scheduled = await self.take(arn)
        scheduled.start(worker_name)
        return scheduled

    async def take(self, arn: str) -> ActivityTask:
        """Return the oldest task, when there is one, for the caller to start or to put back."""
        while True:
            queue = self._tasks.get(arn)
            scheduled = queue.popleft() if queue else await self._next_scheduled(arn)
            if not scheduled.started.done():  # else it was withdrawn meanwhile
                return scheduled

    async def _next_scheduled(self, arn: str) -> ActivityTask:
        turn: asyncio.Future[ActivityTask] = asyncio.get_running_loop().create_future()
        waiting = self._workers.setdefault(arn, deque())
        waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.put_back(arn, turn.result())  # given in the very moment of giving up
            raise
        finally:
            if turn in waiting:
                waiting.remove(turn)
