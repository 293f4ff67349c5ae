"""Carries out tasks by their mocks, and remembers how often each was called."""

from collections import Counter
from typing import Any

from bench.asl.mocks import Mocks
from statemachine import TaskFailed, TaskRequest
from statemachine.clock import Clock

NOT_MOCKED = "Mock.Missing"
"""Error of a call that no mock answers. No state should catch it, but `States.ALL` does."""


class MockedTasks:
    """A task invoker (`statemachine.TaskInvoker`) that answers what the mocks say.

    Parameters
    ----------
    mocks
        By the names of states.
    clock
        Passes while a task works.
    """

    def __init__(self, mocks: Mocks, clock: Clock) -> None:
        self._mocks = mocks
        self._clock = clock
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
        call = self.calls[request.state]
        self.calls[request.state] += 1
        mock = self._mocks.states.get(request.state)
        answer = None if mock is None else mock.answer(call)
        if answer is None:
            raise self._missing(request.state, call)
        if answer.after_s:
            await self._clock.sleep(answer.after_s)
        if answer.kind == "Throw":
            raise TaskFailed(answer.error, answer.cause)
        return answer.value

    def _missing(self, state: str, call: int) -> TaskFailed:
        mock = self._mocks.states.get(state)
        said = f"{state} has no mock"
        if mock is not None:
            said = f"{state} was called {call + 1} times, and its mock has {call} answers"
        self.unanswered.append(said)
        return TaskFailed(NOT_MOCKED, said)
