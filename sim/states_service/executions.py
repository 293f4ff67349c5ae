"""An execution: what it was given, how it stands, how it ended."""

import asyncio
from dataclasses import dataclass, field

from sim.states_service.state_machines import DeployedStateMachine
from statemachine import History


@dataclass(slots=True)
class Execution:
    """One execution; times are in seconds since the epoch, `input` and `output` are JSON text."""

    arn: str
    name: str
    state_machine: DeployedStateMachine
    input: str
    started_at: float
    history: History
    status: str = "RUNNING"
    stopped_at: float | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)
    stop_reason: tuple[str | None, str | None] = (None, None)
