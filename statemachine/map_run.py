"""Map Runs: the child executions of a distributed Map state, and how many of them ended how."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from statemachine.history import History

MapRunStatus = Literal["RUNNING", "SUCCEEDED", "FAILED", "ABORTED"]
ChildStatus = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]

KEPT_CHILDREN: Final = 1_000
"""Ended child executions of a Map Run that are kept, the latest; and as many that did not succeed.
A Map Run over millions of items would fill the memory with histories that nobody asks for."""

MAX_CONCURRENCY: Final = 10_000
"""Child executions at a time. Source: Step Functions quotas, "Maximum number of parallel child
executions" of a distributed Map."""


@dataclass(slots=True)
class ChildExecution:
    """One child execution; times in seconds since the epoch, `input` and `output` are JSON text.

    `items` is how many items it works on: one, or a batch's. `history` is None for what has none:
    an EXPRESS execution.
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
        changed while it runs (UpdateMapRun).
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
    _running: dict[str, ChildExecution] = field(default_factory=dict)
    _ended: deque[ChildExecution] = field(default_factory=lambda: deque(maxlen=KEPT_CHILDREN))
    _unsuccessful: deque[ChildExecution] = field(
        default_factory=lambda: deque(maxlen=KEPT_CHILDREN)
    )

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

    def expect(self, items: int, *, executions: int = 1) -> None:
        """Note children that are still to start, and how many items they have in all."""
        self.item_counts.add("PENDING", items)
        self.execution_counts.add("PENDING", executions)

    def start(self, child: ChildExecution) -> None:
        """Note that a child that was expected has started."""
        self._running[child.arn] = child
        self._move(child, "PENDING", "RUNNING")

    def end(self, child: ChildExecution) -> None:
        """Note that a child has ended with the status that it has."""
        del self._running[child.arn]
        self._move(child, "RUNNING", child.status)
        kept = self._ended if child.status == "SUCCEEDED" else self._unsuccessful
        kept.append(child)

    def _move(self, child: ChildExecution, before: ChildStatus, after: ChildStatus) -> None:
        self.item_counts.move(before, after, child.items)
        self.execution_counts.move(before, after, 1)

    def children(self) -> Iterator[ChildExecution]:
        """Give the children that are kept, the latest first."""
        everyone = [*self._running.values(), *self._ended, *self._unsuccessful]
        yield from sorted(everyone, key=lambda child: child.index, reverse=True)

    def child(self, arn: str) -> ChildExecution | None:
        """Return a child by its ARN, if it is kept."""
        return next((each for each in self.children() if each.arn == arn), None)


class MapRuns(Protocol):
    """Is told of Map Runs, to answer for them."""

    def started(self, run: MapRun) -> None:
        """Take note of a Map Run that starts; it changes while it goes on."""


class NoMapRuns:
    """Takes note of none."""

    def started(self, run: MapRun) -> None:
        """Forget it."""


def described(counts: Counts, *, redrivable: bool) -> dict[str, Any]:
    """Return counts as DescribeMapRun gives them.

    Parameters
    ----------
    redrivable
        Whether what did not succeed could be run again.
    """
    unsuccessful = counts.failed + counts.timed_out + counts.aborted
    return {
        "pending": counts.pending,
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": counts.timed_out,
        "aborted": counts.aborted,
        "total": counts.total,
        "resultsWritten": counts.results_written,
        "failuresNotRedrivable": 0 if redrivable else unsuccessful,
        "pendingRedrive": 0,
    }
