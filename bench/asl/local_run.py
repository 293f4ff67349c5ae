"""An execution in this process: mocked tasks, and time that jumps to what is due next."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bench.asl.mocked_tasks import MockedActivities, MockedTasks, task_resources
from bench.asl.mocks import Mocks
from statemachine import History, Interpreter, StateMachine
from statemachine.clock import AsyncioClock, Clock, VirtualClock
from statemachine.storage import ObjectStorage

START_S: Final = 1_767_225_600.0
"""When virtual time starts, 2026-01-01T00:00:00Z: the same at each run, so that histories are."""

_LOOK_S: Final = 0.1

Watch = Callable[[list[dict[str, Any]], float], None]
"""Is told the events so far and the time, now and then while an execution goes on."""


@dataclass(frozen=True, slots=True)
class Ran:
    """An execution that has ended."""

    status: str
    output: Any
    error: str | None
    cause: str | None
    events: list[dict[str, Any]]
    calls: Mapping[str, int]
    """How often each Task state was called."""
    unanswered: tuple[str, ...] = ()
    """Calls that no mock answers, in words."""


def run_locally(
    machine: StateMachine,
    execution_input: Any,
    mocks: Mocks,
    *,
    seed: int = 0,
    real_time: bool = False,
    start_s: float = START_S,
    watch: Watch | None = None,
    storage: ObjectStorage | None = None,
) -> Ran:
    """Run an execution to its end.

    Parameters
    ----------
    seed
        Of jitter, random numbers and UUIDs.
    real_time
        By the machine's clock, where Wait states wait; else by virtual time from *start_s* on,
        seconds since the epoch.
    storage
        Where distributed maps read items and write results.
    """
    clock = AsyncioClock() if real_time else VirtualClock(start_s)
    running = _run(machine, execution_input, mocks, seed, clock, watch, storage)
    return asyncio.run(running)


async def _run(
    machine: StateMachine,
    execution_input: Any,
    mocks: Mocks,
    seed: int,
    clock: Clock,
    watch: Watch | None,
    storage: ObjectStorage | None,
) -> Ran:
    tasks, history = MockedTasks(mocks, clock), History()
    randomness = random.Random(seed)  # noqa: S311 - the same seed has to give the same history
    interpreter = Interpreter(
        machine,
        tasks,
        clock,
        randomness=randomness,
        callbacks=tasks.callbacks,
        activities=MockedActivities(tasks, task_resources(machine)),
        storage=storage,
    )
    running = asyncio.ensure_future(interpreter.run(execution_input, history=history))
    try:
        while watch is not None and not running.done():
            await asyncio.wait([running], timeout=_LOOK_S)
            watch(history.events, clock.time())
        result = await running
    finally:
        running.cancel()
    return Ran(
        result.status,
        result.output,
        result.error,
        result.cause,
        history.events,
        dict(tasks.calls),
        tuple(tasks.unanswered),
    )
