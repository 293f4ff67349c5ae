"""The shape of every integration."""

from collections.abc import Iterator
from typing import Any, Protocol

from statemachine import TaskRequest


class Integration(Protocol):
    """Carries out the tasks of one resource."""

    def parameter_problems(self, request: TaskRequest) -> Iterator[str]:
        """Say in AWS's words why a task cannot be started with its parameters."""

    async def invoke(self, request: TaskRequest) -> Any:
        """Return a task's result, as `statemachine.TaskInvoker` does."""
