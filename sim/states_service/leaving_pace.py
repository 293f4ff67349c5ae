"""What ends the executions of a state machine that is being deleted."""

import asyncio

from sim.states_service.executions import Execution
from statemachine.pace import Pace


class LeavingPace:
    """Lets an execution enter states at another's pace, and none once its machine is to go.

    Source: Step Functions API Reference, DeleteStateMachine: "On the next state transition, the
    state machine's executions are terminated."

    Parameters
    ----------
    execution
        Whose states are entered.
    inner
        Asked for the pace; None enters each state at once.
    """

    __slots__ = ("_execution", "_inner")

    def __init__(self, execution: Execution, inner: Pace | None) -> None:
        self._execution = execution
        self._inner = inner

    async def before_state(self, name: str) -> None:
        """Return when the state *name* may be entered (`Pace`)."""
        execution = self._execution
        if execution.state_machine.deleting and execution.task is not None:
            execution.task.cancel()
            await asyncio.get_running_loop().create_future()  # until the cancellation comes
        if self._inner is not None:
            await self._inner.before_state(name)
