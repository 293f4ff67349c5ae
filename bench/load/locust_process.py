"""Starts Locust on a plan in a process of its own, follows it, and ends it.

A process of its own, because Locust patches the standard library for gevent, and because the load
generator must not share an interpreter lock with anything else.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.load.errors import PlanNotCarriedOutError
from bench.load.plan import Plan

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""

_REPOSITORY = Path(__file__).resolve().parents[2]
_LOCUSTFILE = _REPOSITORY / "bench" / "locustfile.py"
_STOP_GRACE_S = 5.0
_LOG_LINES = 5


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


class PlannedLoad:
    """A Locust process that carries out a plan; use it in a with-block, which ends it.

    Examples
    --------
    ::

        with PlannedLoad(plan, Path(".firstwrite/deployment.json"), LoadFiles.within(run)) as load:
            load.follow(progress)
        samples = read_samples(run / "samples.jsonl")
    """

    def __init__(self, plan: Plan, deployment: Path, files: LoadFiles) -> None:
        """Write the plan to its file and start Locust on it.

        Parameters
        ----------
        deployment
            The deployment file.

        Raises
        ------
        OSError
            If a file cannot be written.
        """
        self._plan = plan
        self._files = files
        files.plan.write_text(plan.to_json(), encoding="utf-8")
        # Locust also reads LOCUST_* variables; a plan must not depend on the caller's.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOCUST_")}
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, (str(_REPOSITORY), environment.get("PYTHONPATH")))
        )
        command = [
            sys.executable, "-m", "locust", "-f", str(_LOCUSTFILE), "PlannedUser", "--headless",
            "--only-summary", "--plan", str(files.plan), "--samples", str(files.samples),
            "--deployment", str(deployment), "--exit-with-parent", str(os.getpid()),
        ]  # fmt: skip
        with files.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                # Ctrl-C reaches the parent alone, which then ends the load in an orderly way.
                start_new_session=True,
            )

    @property
    def process_id(self) -> int:
        """Process id of Locust."""
        return self._process.pid

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
            ended = self._process.poll() is not None  # before reading, so that nothing is missed
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
            if ended:
                break
            time.sleep(poll_s)
        if self._process.returncode:
            if watch is not None:
                watch()  # a dead system is the cause, and the load's own end but its consequence
            raise PlanNotCarriedOutError(
                f"the load ended with code {self._process.returncode} after {done} of"
                f" {self._plan.requests} requests: {problem or self._last_words()}"
                f" (log: {self._files.log})"
            )

    def stop(self) -> None:
        """End Locust if it still runs: asked first, killed after a grace of 5 s."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_STOP_GRACE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

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

    def _last_words(self) -> str:
        lines = self._files.log.read_text(encoding="utf-8", errors="replace").splitlines()
        ours = [line for line in lines if line.startswith("firstwrite: ")]
        return " / ".join(ours or lines[-_LOG_LINES:])
