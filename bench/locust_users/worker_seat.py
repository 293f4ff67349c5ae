"""A Locust worker's place in runs: it takes the master's plans, one after the other."""

import time
from typing import Any, Final

import gevent
from locust.env import Environment
from locust.runners import WorkerRunner

from bench.errors import MendableError
from bench.load.deployed_system import DeployedSystem
from bench.load.distributed import messages
from bench.load.distributed.deal import deal
from bench.load.distributed.worker_run import WorkerRun
from bench.load.plan import Plan
from bench.locust_users.plan_source import check_deployed
from bench.locust_users.sending import reporter, senders_of
from bench.locust_users.telling import tell

_SILENCE_S: Final = 10.0
"""Without a heartbeat of the master for so long a run is abandoned; Locust itself waits a minute,
and would go on sending meanwhile."""


class WorkerSeat:
    """Carries out a share of each plan that the master sends."""

    def __init__(
        self, environment: Environment, runner: WorkerRunner, deployment: DeployedSystem
    ) -> None:
        self._environment = environment
        self._runner = runner
        self._deployment = deployment
        self._name = ""
        self._run: WorkerRun | None = None
        for kind in messages.TO_WORKERS:
            runner.register_message(kind, self._take)

    def stop(self, **_: Any) -> None:
        """End what is on its way: Locust's `test_stopping`."""
        if self._run is not None:
            self._run.interrupt("the worker was told to stop")

    def _take(self, msg: Any, **_: Any) -> None:
        at_s = time.perf_counter()
        if msg.type == messages.CLOCK:
            self._send(
                messages.CLOCK,
                {**msg.data, "received_s": at_s, "answered_s": time.perf_counter()},
            )
        elif msg.type == messages.PLAN:
            self.stop()
            gevent.spawn(self._carry_out, msg.data)
        elif self._run is not None and msg.data["run"] == self._name:
            self._run.take(messages.Message(msg.type, msg.node_id, msg.data, at_s))

    def _carry_out(self, data: dict[str, Any]) -> None:
        self._environment.process_exit_code = 1
        self._name = data["run"]
        try:
            plan = Plan.from_json(data["plan"])
            check_deployed(plan, self._deployment)
            share = deal(plan, data["of"])[data["number"]]
            run = WorkerRun(
                share,
                run=data["run"],
                send=self._send,
                senders=senders_of(share.plan, self._deployment, self._environment),
                report=reporter(self._environment),
                clock=time.perf_counter,
                cpu_clock=time.process_time,
            )
        except (MendableError, OSError) as error:
            tell(str(error))
            ended = {"run": data["run"], "outcome": "failed", "problem": str(error)}
            self._send(messages.ENDED, ended)
            return
        self._run = run
        watching = gevent.spawn(self._watch_master, run)
        try:
            run.run()
            self._environment.process_exit_code = 0
        except MendableError as error:
            tell(str(error))
        finally:
            watching.kill()
            if self._run is run:
                self._run = None

    def _watch_master(self, run: WorkerRun) -> None:
        while True:
            gevent.sleep(1.0)
            heard_s = self._runner.last_heartbeat_timestamp
            if heard_s is not None and time.time() - heard_s > _SILENCE_S:
                run.interrupt(f"the master has not been heard of for {_SILENCE_S:g} s")
                return

    def _send(self, kind: str, data: dict[str, Any]) -> None:
        self._runner.send_message(kind, data)
