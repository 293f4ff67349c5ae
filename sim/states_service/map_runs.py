"""Map Runs: which there are, whose they are, and their children among the executions."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sim.states_service.executions import Execution, Executions
from sim.states_service.refusal import Refusal
from sim.states_service.state_machines import DeployedStateMachine
from statemachine.map_run import ChildExecution, MapRun

KEPT_RUNS: Final = 10_000
"""Map Runs that have ended are forgotten beyond it, the oldest first."""


@dataclass(frozen=True, slots=True)
class RecordedMapRun:
    """A Map Run, its place among all, and what its children are executions of."""

    number: int
    run: MapRun
    machine: DeployedStateMachine


class RecordedMapRuns:
    """All Map Runs; their children go among the executions (`MapRuns`).

    Parameters
    ----------
    executions
        Where the children are remembered, within the bounds that all executions have. Those of an
        EXPRESS Map Run are not, as on AWS.
    """

    def __init__(self, executions: Executions) -> None:
        self._executions = executions
        self._numbers = itertools.count(1)
        self._by_arn: dict[str, RecordedMapRun] = {}

    def of(self, parent: Execution) -> "MapRunsOfExecution":
        """Return what an execution's interpreter tells of its Map Runs."""
        return MapRunsOfExecution(self, parent)

    def get(self, arn: str) -> RecordedMapRun:
        """Return a Map Run by ARN, or refuse with `ResourceNotFound`."""
        recorded = self._by_arn.get(arn)
        if recorded is None:
            raise Refusal("ResourceNotFound", f"Resource not found: '{arn}'")
        return recorded

    def of_execution(self, arn: str) -> Iterator[RecordedMapRun]:
        """Yield an execution's Map Runs, the latest first."""
        found = [each for each in self._by_arn.values() if each.run.execution_arn == arn]
        yield from reversed(found)

    def record(self, parent: Execution, run: MapRun) -> None:
        """Remember a Map Run that starts."""
        of = parent.state_machine
        machine = DeployedStateMachine(
            arn=run.state_machine_arn,
            name=run.state_machine_arn.rpartition(":")[2],
            kind="EXPRESS" if run.express else "STANDARD",
            created_at=of.created_at,
            number=of.number,
            revision=parent.revision,
        )
        self._by_arn[run.arn] = RecordedMapRun(next(self._numbers), run, machine)
        self._forget_old()

    def child_started(self, parent: Execution, run: MapRun, child: ChildExecution) -> None:
        """Put a child among the executions."""
        if run.express or child.history is None:
            return
        execution = Execution(
            child.arn,
            child.name,
            self._by_arn[run.arn].machine,
            parent.revision,
            child.input,
            child.started_at,
            parent.trace_header,
            map_run_arn=run.arn,
            _history=child.history,
        )
        execution.task = child.task
        self._executions.add(execution)
        if child.task is not None:
            # As soon as it has: whoever stops it waits for the task.
            child.task.add_done_callback(lambda _: self._end(execution, child))

    def _end(self, execution: Execution, child: ChildExecution) -> None:
        """Note how a child has ended; one that was stopped before it had begun does not know."""
        execution.status = "ABORTED" if child.status == "RUNNING" else child.status
        execution.stopped_at = child.stopped_at or time.time()
        execution.output, execution.error, execution.cause = child.output, child.error, child.cause
        self._executions.end(execution)

    def _forget_old(self) -> None:
        while len(self._by_arn) > KEPT_RUNS:
            ended = (arn for arn, each in self._by_arn.items() if each.run.status != "RUNNING")
            oldest = next(ended, None)
            if oldest is None:
                return
            del self._by_arn[oldest]


class MapRunsOfExecution:
    """What one execution's interpreter tells of its Map Runs (`MapRuns`)."""

    def __init__(self, runs: RecordedMapRuns, parent: Execution) -> None:
        self._runs = runs
        self._parent = parent

    def started(self, run: MapRun) -> None:
        """Remember a Map Run that starts."""
        self._runs.record(self._parent, run)

    def child_started(self, run: MapRun, child: ChildExecution) -> None:
        """Put a child among the executions."""
        self._runs.child_started(self._parent, run, child)

    def child_ended(self, run: MapRun, child: ChildExecution) -> None:
        """Do nothing: the end of a child's task tells it."""
