"""Starts Locust on a plan in processes of its own, follows them, and ends them.

Processes of its own, because Locust patches the standard library for gevent, and because the load
generator must not share an interpreter lock with anything else.
"""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from bench.load.errors import PlanNotCarriedOutError
from bench.load.locust_start import LocustProcess
from bench.load.plan import Plan
from sim.stack.ports import LOOPBACK, free_port

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""

_WORKER_GRACE_S: Final = 10.0
"""How long the master has to say that a worker has ended; Locust notices within 4 s."""
_CONNECT_LIMIT_S: Final = 60
"""How long the master waits for all workers to connect."""


@dataclass(frozen=True, slots=True)
class LoadFiles:
    """Where a load's plan, samples and log are: in one folder, the run's own."""

    plan: Path
    samples: Path
    log: Path

    @classmethod
    def within(cls, folder: Path) -> Self:
        """Return the usual names within `folder`."""
        return cls(folder / "plan.json", folder / "samples.jsonl", folder / "locust.log")

    def worker_log(self, number: int) -> Path:
        """Return the log of one of several workers."""
        return self.log.with_stem(f"{self.log.stem}-worker-{number}")


class PlannedLoad:
    """Locust carrying out a plan; use it in a with-block, which ends it.

    Examples
    --------
    ::

        with PlannedLoad(plan, Path(".firstwrite/deployment.json"), LoadFiles.within(run)) as load:
            load.follow(progress)
        samples = read_samples(run / "samples.jsonl")
    """

    def __init__(self, plan: Plan, deployment: Path, files: LoadFiles, *, workers: int = 0) -> None:
        """Write the plan to its file and start Locust on it.

        Parameters
        ----------
        deployment
            The deployment file.
        workers
            So many processes share the plan, under a master; 0 or 1: one process, no master.

        Raises
        ------
        OSError
            If a file cannot be written.
        """
        self._plan = plan
        self._files = files
        self._workers: list[LocustProcess] = []
        self._worker_missed_s: float | None = None
        files.plan.write_text(plan.to_json(), encoding="utf-8")
        common = ["PlannedUser", "--headless", "--only-summary", "--deployment", str(deployment)]
        planning = [*common, "--plan", str(files.plan), "--samples", str(files.samples)]
        with ExitStack() as started:
            if workers <= 1:
                self._process = LocustProcess(planning, files.log)
                return
            port = str(free_port())
            self._process = LocustProcess(
                [
                    *planning, "--master", "--master-bind-host", LOOPBACK,
                    "--master-bind-port", port, "--expect-workers", str(workers),
                    "--expect-workers-max-wait", str(_CONNECT_LIMIT_S),
                ],
                files.log,
            )  # fmt: skip
            started.callback(self.stop)
            for number in range(workers):
                self._workers.append(
                    LocustProcess(
                        [*common, "--worker", "--master-host", LOOPBACK, "--master-port", port],
                        files.worker_log(number),
                    )
                )
            started.pop_all()

    @property
    def process_id(self) -> int:
        """Process id of Locust: the master's, if there are workers."""
        return self._process.id

    @property
    def worker_ids(self) -> list[int]:
        """Process ids of the workers; none if one process does everything."""
        return [worker.id for worker in self._workers]

    def follow(
        self,
        progress: Progress,
        *,
        block_started: Callable[[dict[str, Any]], None] | None = None,
        watch: Callable[[], None] | None = None,
        poll_s: float = 0.1,
    ) -> None:
        """Wait until the plan has been carried out.

        Parameters
        ----------
        progress
            Called with the number of finished requests and that of the plan.
        block_started
            Called with each block's record: block, round, strategy, label, requests.
        watch
            Called on each poll, and before a failed load is told of: whatever it raises comes out
            of here, and leaving the with-block then ends the load. It is how a load notices that
            what it is sent to has died.

        Raises
        ------
        PlanNotCarriedOutError
            If Locust ended before the plan, with its reason.
        """
        position, done, problem = 0, 0, ""
        progress(done, self._plan.requests)
        while True:
            if watch is not None:
                watch()
            code = self._process.ended_with()  # before reading, so that nothing is missed
            position, records = self._new_records(position)
            for record in records:
                match record["record"]:
                    case "request":
                        done += 1
                    case "block" if block_started is not None:
                        block_started(record)
                    case "end":
                        problem = record["problem"]
            if any(record["record"] == "request" for record in records):
                progress(done, self._plan.requests)
            if code is not None:
                break
            self._check_workers()
            time.sleep(poll_s)
        if code:
            if watch is not None:
                watch()  # a dead system is the cause, and the load's own end but its consequence
            raise PlanNotCarriedOutError(
                f"the load ended with code {code} after {done} of"
                f" {self._plan.requests} requests: {problem or self._process.last_words()}"
                f" (log: {self._files.log})"
            )

    def stop(self) -> None:
        """End Locust if it still runs: asked first, killed after a grace of 5 s."""
        # The master first: it has the workers tell what is in flight, and writes that down.
        for process in (self._process, *self._workers):
            process.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _new_records(self, position: int) -> tuple[int, list[dict[str, Any]]]:
        if not self._files.samples.exists():
            return position, []
        with self._files.samples.open("rb") as lines:
            lines.seek(position)
            text = lines.read()
        whole = text[: text.rfind(b"\n") + 1]
        return position + len(whole), [json.loads(line) for line in whole.splitlines()]

    def _check_workers(self) -> None:
        """Notice a worker that has ended, if the master does not do so in time.

        Raises
        ------
        PlanNotCarriedOutError
            If one has.
        """
        ended = [worker for worker in self._workers if worker.ended_with() is not None]
        if not ended:
            return
        now_s = time.monotonic()
        if self._worker_missed_s is None:
            self._worker_missed_s = now_s
        # A master that has not begun waits for all workers.
        if not self._files.samples.exists() or now_s - self._worker_missed_s > _WORKER_GRACE_S:
            raise PlanNotCarriedOutError(
                f"a worker of the load ended with code {ended[0].ended_with()}:"
                f" {ended[0].last_words()} (log: {ended[0].log})"
            )
