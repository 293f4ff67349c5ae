"""Carries out tasks by their mocks, and remembers how often each was called."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from bench.asl.mocks import Answer, Mocks
from statemachine import StateMachine, TaskFailed, TaskRequest
from statemachine.activities import Activities, ActivityTask
from statemachine.callbacks import Callbacks, OpenTask, TaskClosed
from statemachine.clock import Clock
from statemachine.definition.states import Map, Parallel, StatesMap, Task

NOT_MOCKED: Final = "Mock.Missing"
"""Error of a call that no mock answers. No state should catch it, but `States.ALL` does."""


def task_resources(machine: StateMachine) -> dict[str, str]:
    """Return the resource of each Task state, those within other states too."""
    found: dict[str, str] = {}
    ahead: list[StatesMap] = [machine.top]
    while ahead:
        for name, state in ahead.pop().states.items():
            if isinstance(state, Task):
                found[name] = state.resource
            elif isinstance(state, Parallel):
                ahead += state.branches
            elif isinstance(state, Map):
                ahead.append(state.processor)
    return found


class MockedTasks:
    """A task invoker (`statemachine.TaskInvoker`) that answers what the mocks say.

    Where a task waits for its token, the mock is what comes by the token.

    Parameters
    ----------
    mocks
        By the names of states, or by resources for all states that have one.
    clock
        Passes while a task works.
    """

    def __init__(self, mocks: Mocks, clock: Clock) -> None:
        self._mocks = mocks
        self._clock = clock
        self._workers: set[asyncio.Task[None]] = set()
        self.callbacks = Callbacks()
        self.calls: Counter[str] = Counter()
        self.unanswered: list[str] = []
        """What was called and is not in the mocks, in words."""

    async def invoke(self, request: TaskRequest) -> Any:
        """Answer a call: its result after the mock's seconds.

        Raises
        ------
        TaskFailed
            With the mock's error, or `Mock.Missing` where there is no answer.
        """
        answer = self.answer(request.state, request.resource)
        if request.pattern == "waitForTaskToken":
            self.end_later(request.token, answer)
            return {}
        return await self._given(answer)

    def answer(self, state: str, resource: str) -> Answer:
        """Return what a state's next call is answered."""
        call = self.calls[state]
        self.calls[state] += 1
        mock = self._mocks.states.get(state) or self._mocks.states.get(resource)
        found = None if mock is None else mock.answer(call)
        if found is not None:
            return found
        said = f"{state} has no mock"
        if mock is not None:
            said = f"{state} was called {call + 1} times, and its mock has {call} answers"
        self.unanswered.append(said)
        return Answer("Throw", error=NOT_MOCKED, cause=said)

    def end_later(self, token: str, answer: Answer) -> None:
        """End the task of a token as the answer says, after its seconds."""
        worker = asyncio.create_task(self._end(token, answer))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _end(self, token: str, answer: Answer) -> None:
        # Whoever comes too late finds the task closed, as a worker on AWS does.
        with contextlib.suppress(TaskClosed):
            try:
                self.callbacks.succeed(token, await self._given(answer))
            except TaskFailed as failure:
                self.callbacks.fail(token, failure.error, failure.cause)

    async def _given(self, answer: Answer) -> Any:
        if answer.after_s:
            await self._clock.sleep(answer.after_s)
        if answer.kind == "Throw":
            raise TaskFailed(answer.error, answer.cause)
        return answer.value


class MockedActivities(Activities):
    """Activities whose workers take each task at once and answer as the mocks say.

    Parameters
    ----------
    resources
        The resource of each Task state. A queue does not know which state a task is of: where
        several states have one activity, its mock is named by its ARN.
    """

    def __init__(self, tasks: MockedTasks, resources: Mapping[str, str]) -> None:
        super().__init__()
        self._mocked = tasks
        self._states: dict[str, list[str]] = {}
        for name, arn in resources.items():
            self._states.setdefault(arn, []).append(name)

    def schedule(self, arn: str, task: OpenTask, parameters: Any) -> ActivityTask:
        """Put a task into an activity's queue, and let a worker take it."""
        scheduled = super().schedule(arn, task, parameters)
        names = self._states.get(arn, [])
        state = names[0] if len(names) == 1 else arn
        scheduled.started.set_result("mock")
        self.withdraw(arn, scheduled)
        self._mocked.end_later(task.token, self._mocked.answer(state, arn))
        return scheduled
