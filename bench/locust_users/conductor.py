"""Carries a plan out between Locust's Start and Stop: in this process, or by Locust's workers."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, cast

import gevent
from locust.env import Environment
from locust.runners import (
    STATE_MISSING,
    STATE_RUNNING,
    MasterRunner,
    Runner,
)

from bench.errors import MendableError
from bench.load.deployed_system import DeployedSystem
from bench.load.distributed import messages
from bench.load.distributed.master_run import MasterRun
from bench.load.errors import PlanNotCarriedOutError
from bench.load.pace import OwnPace
from bench.load.plan import Plan
from bench.load.planned_run import PlannedRun
from bench.load.request_sample import Records, SamplesFile, Unkept
from bench.locust_users.plan_source import PlanSource, ToCarryOut
from bench.locust_users.sending import reporter, running_question, senders_of
from bench.locust_users.telling import tell

_POLL_S: Final = 0.02
_STOPPED: Final = "the load generator was told to stop"
_log = logging.getLogger("firstwrite")


class Run(Protocol):
    """A plan on its way: `PlannedRun`, or `MasterRun`."""

    def run(self) -> None:
        """Carry it out."""

    def interrupt(self, reason: str) -> None:
        """Have `run` end, its records written."""


MakeRun = Callable[[Plan, Records], Run]


class Conductor:
    """Starts a plan when Locust starts, and ends Locust's run when the plan has ended.

    Without a web page the process ends as well: with code 0 if the whole plan was carried out,
    whatever the answers were, else with 1; with 2 if it could not start.
    """

    def __init__(self, environment: Environment, source: PlanSource, make_run: MakeRun) -> None:
        self._environment = environment
        self._source = source
        self._make_run = make_run
        self._run: Run | None = None
        self._working: gevent.Greenlet | None = None
        self._stopping = False
        if environment.web_ui is None:
            environment.process_exit_code = 1  # until the plan has been carried out

    def start(self, **_: Any) -> None:
        """Begin with a new plan: Locust's `test_start`."""
        self._stopping = False
        try:
            todo = self._source.next()
        except (MendableError, OSError) as error:
            self._tell(str(error))
            self._exit_code(2)
            gevent.spawn(self._end_locust)
            return
        plan, samples = todo
        _log.info(
            "run %s: %d requests in %d blocks; samples: %s",
            plan.run_tag, plan.requests, len(plan.blocks), samples or "not kept (--samples)",
        )  # fmt: skip
        self._working = gevent.spawn(self._carry_out, todo)

    def stop(self, **_: Any) -> None:
        """End what is on its way: Locust's `test_stopping` and `test_stop`."""
        self._stopping = True
        if self._run is not None:
            self._run.interrupt(_STOPPED)
        if self._working is not None:
            self._working.kill(block=False)

    def _carry_out(self, todo: ToCarryOut) -> None:
        try:
            self._wait_until_running()
            with _records(todo.samples) as records:
                self._run = self._make_run(todo.plan, records)
                self._run.run()
            self._exit_code(0)
        except (MendableError, OSError) as error:
            self._tell(str(error))
            if not isinstance(error, PlanNotCarriedOutError):
                self._exit_code(2)
        finally:
            self._run = None
            gevent.spawn(self._end_locust)

    def _wait_until_running(self) -> None:
        # Workers forget their statistics when they start; none may come before.
        while self._runner.state != STATE_RUNNING:
            gevent.sleep(_POLL_S)

    def _end_locust(self) -> None:
        # A stop would be overtaken by the start that is under way.
        while self._runner.state != STATE_RUNNING and not self._stopping:
            gevent.sleep(_POLL_S)
        if self._stopping:
            return
        if self._environment.web_ui is None:
            self._runner.quit()
        else:
            self._runner.stop()

    def _exit_code(self, code: int) -> None:
        if self._environment.web_ui is None:
            self._environment.process_exit_code = code

    def _tell(self, text: str) -> None:
        tell(text)
        if self._environment.web_ui is not None:
            _log.error(text)  # the page shows the log

    @property
    def _runner(self) -> Runner:
        return cast("Runner", self._environment.runner)  # there is one since `init`


def in_this_process(environment: Environment, deployment: DeployedSystem) -> MakeRun:
    """Return what carries a plan out here."""

    def make(plan: Plan, records: Records) -> Run:
        clock = time.perf_counter
        return PlannedRun(
            plan,
            senders=senders_of(plan, deployment, environment),
            samples=records,
            report=reporter(environment),
            pace=OwnPace(plan.drain, running_question(plan, deployment), clock),
            clock=clock,
            cpu_clock=time.process_time,
        )

    return make


def by_workers(runner: MasterRunner, deployment: DeployedSystem) -> MakeRun:
    """Return what has a plan carried out by the workers that are connected then."""
    current: dict[str, MasterRun] = {}

    def take(msg: Any, **_: Any) -> None:
        at_s = time.perf_counter()
        run = current.get(msg.data["run"])
        if run is not None:
            run.take(messages.Message(msg.type, msg.node_id, msg.data, at_s))

    for kind in messages.TO_MASTER:
        runner.register_message(kind, take)

    def lost(workers: list[str]) -> list[str]:
        there = {w for w, node in runner.clients.items() if node.state != STATE_MISSING}
        return [worker for worker in workers if worker not in there]

    def make(plan: Plan, records: Records) -> Run:
        current.clear()
        workers = [w for w, node in runner.clients.items() if node.state != STATE_MISSING]
        current[plan.run_tag] = run = MasterRun(
            plan,
            run=plan.run_tag,
            workers=sorted(workers, key=runner.get_worker_index),
            channel=messages.MasterChannel(runner.send_message, lost),
            samples=records,
            executions_running=running_question(plan, deployment),
            clock=time.perf_counter,
        )
        return run

    return make


@contextmanager
def _records(path: Path | None) -> Iterator[Records]:
    if path is None:
        yield Unkept()
        return
    with path.open("x", encoding="utf-8") as out:
        yield SamplesFile(out)
