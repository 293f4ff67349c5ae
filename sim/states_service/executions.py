"""Executions: what they were given, how they stand, how they ended; and which are remembered."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sim.states_service.archive import packed, put_away, taken_out, unpacked
from sim.states_service.refusal import Refusal
from sim.states_service.state_machines import DeployedStateMachine, Revision
from statemachine import History
from statemachine.history import json_text
from statemachine.progress import Progress

KEPT_S: Final = 90 * 24 * 3600.0
"""How long an execution that has ended is remembered. Source: Step Functions quotas, "Execution
history retention time"."""

KEPT_BYTES: Final = 256 * 1024 * 1024
"""How much of executions that have ended is remembered: the oldest are forgotten beyond it."""

_EXECUTION_BYTES: Final = 2_048
"""What an ended execution takes beside its history, input and output: measured, rounded up."""


@dataclass(slots=True, eq=False)
class Execution:
    """One execution; times are in seconds since the epoch, `input` and `output` are JSON text.

    `changed` orders executions by when they last were started, redriven or ended.
    """

    arn: str
    name: str
    state_machine: DeployedStateMachine
    revision: Revision
    input: str
    started_at: float
    trace_header: str = ""
    status: str = "RUNNING"
    stopped_at: float | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    task: asyncio.Task[Any] | None = field(default=None, repr=False)
    stop_reason: tuple[str | None, str | None] = (None, None)
    changed: int = 0
    redrives: "Redrives | None" = None
    map_run_arn: str | None = None
    progress: Progress | None = field(default_factory=Progress, repr=False)
    _history: History | None = field(default_factory=History, repr=False)
    _archived: bytes = field(default=b"", repr=False)
    _archived_progress: bytes = field(default=b"", repr=False)

    @property
    def history(self) -> History:
        """The history, to be written on: of an execution that has ended, a copy."""
        return self._history if self._history is not None else History(self.events)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The history's events, oldest first."""
        if self._history is not None:
            return self._history.events
        return taken_out(self._archived)

    @property
    def kept_bytes(self) -> int:
        """About how much memory it takes once it has ended."""
        texts = len(self.input) + len(self.output or "") + len(self.cause or "")
        return _EXECUTION_BYTES + texts + len(self._archived) + len(self._archived_progress)

    def archive(self) -> None:
        """Put the history away as bytes, a tenth of what its objects take."""
        if self._history is not None:
            self._archived = put_away(self._history.events)
            self._history = None
        if self.progress is not None and self.status != "SUCCEEDED":
            self._archived_progress = packed(json_text(self.progress.to_json()).encode())
        self.task = self.progress = None

    def reopen(self) -> None:
        """Take the history and the progress out again, to go on with them."""
        self._history = self.history
        self.progress = Progress.from_json(json.loads(unpacked(self._archived_progress)))
        self._archived = self._archived_progress = b""


@dataclass(slots=True)
class Redrives:
    """The redrives of an execution: how many, when the last, and by which client tokens."""

    count: int = 0
    last_at: float | None = None
    tokens: dict[str, float] = field(default_factory=dict)


class Executions:
    """All executions, those that have ended within bounds of time and memory.

    Parameters
    ----------
    kept_bytes, kept_s
        How much and for how long: `KEPT_BYTES`, `KEPT_S`.
    """

    def __init__(self, *, kept_bytes: int = KEPT_BYTES, kept_s: float = KEPT_S) -> None:
        self._kept_bytes = kept_bytes
        self._kept_s = kept_s
        self._by_arn: dict[str, Execution] = {}
        self._of_machine: dict[str, dict[str, Execution]] = {}
        self._ended: dict[str, int] = {}
        self._ended_bytes = 0
        self._changes = itertools.count(1)

    def add(self, execution: Execution) -> None:
        """Remember an execution that was started."""
        self._by_arn[execution.arn] = execution
        self._move_to_front(execution)

    def end(self, execution: Execution) -> None:
        """Note that an execution has ended, and forget old ones that are too many."""
        execution.archive()
        self._move_to_front(execution)
        self._ended[execution.arn] = execution.kept_bytes
        self._ended_bytes += execution.kept_bytes
        self._forget_old()

    def reopen(self, execution: Execution) -> None:
        """Note that an execution that had ended goes on."""
        self._ended_bytes -= self._ended.pop(execution.arn)
        execution.reopen()
        self._move_to_front(execution)

    def find(self, arn: str) -> Execution | None:
        """Return an execution by ARN, if it is remembered."""
        self._forget_old()
        return self._by_arn.get(arn)

    def get(self, arn: str) -> Execution:
        """Return an execution by ARN, or refuse with `ExecutionDoesNotExist`."""
        execution = self.find(arn)
        if execution is None:
            raise Refusal("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return execution

    def of_machine(self, arn: str) -> Iterator[Execution]:
        """Yield a state machine's executions, the last one started, redriven or ended first.

        Source of the order: API Reference, ListExecutions.
        """
        self._forget_old()
        yield from reversed(self._of_machine.get(arn, {}).values())

    def of_map_run(self, arn: str) -> Iterator[Execution]:
        """Yield the executions that a Map Run has started, in the same order."""
        self._forget_old()
        found = [each for each in self._by_arn.values() if each.map_run_arn == arn]
        yield from sorted(found, key=lambda each: each.changed, reverse=True)

    def running(self) -> list[Execution]:
        """Return those that have not ended."""
        return [each for each in self._by_arn.values() if each.task is not None]

    def _move_to_front(self, execution: Execution) -> None:
        execution.changed = next(self._changes)
        others = self._of_machine.setdefault(execution.state_machine.arn, {})
        others.pop(execution.arn, None)
        others[execution.arn] = execution

    def _forget_old(self) -> None:
        oldest_s = time.time() - self._kept_s
        while self._ended:
            arn, size = next(iter(self._ended.items()))
            execution = self._by_arn[arn]
            if self._ended_bytes <= self._kept_bytes and (execution.stopped_at or 0.0) >= oldest_s:
                return
            del self._ended[arn], self._by_arn[arn]
            self._ended_bytes -= size
            others = self._of_machine[execution.state_machine.arn]
            del others[arn]
            if not others:
                del self._of_machine[execution.state_machine.arn]
