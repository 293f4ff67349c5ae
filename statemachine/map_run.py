"""Map Runs: the child executions of a distributed Map state, and how many of them ended how."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from statemachine.history import History

MapRunStatus = Literal["RUNNING", "SUCCEEDED", "FAILED", "ABORTED"]
ChildStatus = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]

MAX_CONCURRENCY: Final = 10_000
"""Child executions at a time. Source: Step Functions quotas, "Maximum number of parallel child
executions" of a distributed Map."""


@dataclass(slots=True)
class ChildExecution:
    """One child execution; times in seconds since the epoch, `input` and `output` are JSON text.

    Parameters
    ----------
    index
        Its place among the Map Run's children.
    items
        How many items it works on: one, or a batch's.
    history
        Filled while it runs; None before that, and of an EXPRESS execution, which has none on AWS.
    task
        By which it can be stopped while it runs.
    """

    arn: str
    name: str
    state_machine_arn: str
    map_run_arn: str
    index: int
    items: int
    input: str
    started_at: float
    history: History | None = None
    status: ChildStatus = "RUNNING"
    stopped_at: float | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)


@dataclass(slots=True)
class Counts:
    """How many items, or executions, are where. Named as in DescribeMapRun."""

    pending: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    timed_out: int = 0
    aborted: int = 0
    results_written: int = 0

    @property
    def total(self) -> int:
        """All of them, wherever they are."""
        ended = self.succeeded + self.failed + self.timed_out + self.aborted
        return self.pending + self.running + ended

    def move(self, before: ChildStatus, after: ChildStatus, number: int) -> None:
        """Note that some went from one status to another."""
        self.add(before, -number)
        self.add(after, number)

    def add(self, status: ChildStatus, number: int) -> None:
        """Note some more of a status."""
        name = status.lower()
        setattr(self, name, getattr(self, name) + number)


@dataclass(slots=True)
class MapRun:
    """One run of a distributed Map state.

    Parameters
    ----------
    execution_arn
        The execution whose state it is.
    state_machine_arn
        Of its children: the state machine's, a slash and the label.
    express
        Whether its children are EXPRESS executions.
    max_concurrency
        Children at a time; 0 for as many as the service allows. It and the two tolerances can be
        changed while it runs, by `update`.
    tolerated_failure_count, tolerated_failure_percentage
        Failed items that it bears; None for what the state does not say. The state fails when
        either is exceeded, and at the first failed item if there is neither.
    """

    arn: str
    execution_arn: str
    state_machine_arn: str
    state_name: str
    express: bool
    started_at: float
    max_concurrency: int = 0
    tolerated_failure_count: int | None = None
    tolerated_failure_percentage: float | None = None
    status: MapRunStatus = "RUNNING"
    stopped_at: float | None = None
    redrive_count: int = 0
    redriven_at: float | None = None
    all_read: bool = False
    item_counts: Counts = field(default_factory=Counts)
    execution_counts: Counts = field(default_factory=Counts)
    updated: Callable[[], None] | None = field(default=None, repr=False)

    @property
    def concurrency(self) -> int:
        """Children that may run at a time."""
        return min(self.max_concurrency or MAX_CONCURRENCY, MAX_CONCURRENCY)

    @property
    def exceeded(self) -> bool:
        """Whether more items failed than it bears.

        A percentage is of all items, so it counts once they have all been read.
        """
        failed = self.item_counts.failed + self.item_counts.timed_out
        count, percentage = self.tolerated_failure_count, self.tolerated_failure_percentage
        if count is None and percentage is None:
            return failed > 0
        if count is not None and failed > count:
            return True
        if percentage is None or not self.all_read or not failed:
            return False
        return failed * 100 > percentage * self.item_counts.total

    def update(
        self,
        *,
        max_concurrency: int | None = None,
        tolerated_failure_count: int | None = None,
        tolerated_failure_percentage: float | None = None,
    ) -> None:
        """Change what is given, and let the children that run know it (UpdateMapRun)."""
        if max_concurrency is not None:
            self.max_concurrency = max_concurrency
        if tolerated_failure_count is not None:
            self.tolerated_failure_count = tolerated_failure_count
        if tolerated_failure_percentage is not None:
            self.tolerated_failure_percentage = tolerated_failure_percentage
        if self.updated is not None:
            self.updated()

    def expect(self, items: int, *, executions: int = 1) -> None:
        """Note children that are still to start, and how many items they have in all."""
        self.item_counts.add("PENDING", items)
        self.execution_counts.add("PENDING", executions)

    def move(self, child: ChildExecution, before: ChildStatus, after: ChildStatus) -> None:
        """Note that a child has gone from one status to another."""
        self.item_counts.move(before, after, child.items)
        self.execution_counts.move(before, after, 1)


class MapRuns(Protocol):
    """Is told of Map Runs and their children, to answer for them.

    Nothing else remembers a child that has ended: how many are kept is up to this.
    """

    def started(self, run: MapRun) -> None:
        """Take note of a Map Run that starts; it changes while it goes on."""

    def child_started(self, run: MapRun, child: ChildExecution) -> None:
        """Take note of a child that starts; it changes while it goes on."""

    def child_ended(self, run: MapRun, child: ChildExecution) -> None:
        """Take note of a child that has ended."""


class NoMapRuns:
    """Takes note of none."""

    def started(self, run: MapRun) -> None:
        """Forget it."""

    def child_started(self, run: MapRun, child: ChildExecution) -> None:
        """Forget it."""

    def child_ended(self, run: MapRun, child: ChildExecution) -> None:
        """Forget it."""


def described(counts: Counts) -> dict[str, Any]:
    """Return counts as DescribeMapRun gives them."""
    return {
        "pending": counts.pending,
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": counts.timed_out,
        "aborted": counts.aborted,
        "total": counts.total,
        "resultsWritten": counts.results_written,
        "failuresNotRedrivable": 0,
        "pendingRedrive": 0,
    }
