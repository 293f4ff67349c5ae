"""Locust scenario: by hand with Locust's web page, or carrying out a plan.

By hand, against what `firstwrite up` started::

    locust -f bench/locustfile.py

`RedisFirstUser` and `S3FirstUser` post at a constant rate each. That is a closed model: a user
waits for its answer before it sends again, so a slow system is sent less. It is for looking at a
system, not for comparing; what `make bench` compares comes from the second use, an open model::

    locust -f bench/locustfile.py PlannedUser --headless --plan plan.json --samples samples.jsonl

which ends with 0 if the whole plan was carried out, whatever the answers were, else with 1; with 2
if it could not start.
"""

import itertools
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from typing import Any, cast

# Locust puts this folder at the front of the path while it loads this file, and takes the first
# entry away afterwards. Our package `statistics` would stand before Python's own there; the folder
# above is the one that imports count from, also after the loading: hence twice.
if sys.path and Path(sys.path[0]).resolve() == Path(__file__).resolve().parent:
    sys.path[:1] = [str(Path(__file__).resolve().parent.parent)] * 2

import gevent
import numpy as np
import psutil
import redis
from locust import FastHttpUser, constant_throughput, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.exception import StopUser

from bench.load.deployed_system import (
    DeployedSystem,
    deployment_file,
    post_url,
    read_deployment,
)
from bench.load.errors import LoadError, PlanError, PlanNotCarriedOutError
from bench.load.executions_running import executions_running
from bench.load.http_sender import HttpSender
from bench.load.locust_options import LocustOptions, add_arguments
from bench.load.payloads import BodyFactory
from bench.load.plan import Plan, Strategy
from bench.load.planned_run import PlannedRun
from bench.load.redis_set_sender import RedisSetSender
from bench.load.request_sample import RequestSample, SamplesFile
from bench.load.schedule import date_times
from bench.load.sender import READY_CONNECTIONS, Sender
from bench.load.size_mix import SizeMix
from sim.workload.kind import KINDS

_PARENT_POLL_S = 1.0
_DAY_S = 86_400


class IngestUser(FastHttpUser):
    """Posts messages of one strategy, each with its own payload, at `--rate-per-user`."""

    abstract = True
    host = "http://deployment.invalid"  # each request has its whole URL, from the deployment
    strategy: Strategy
    deployment: DeployedSystem
    mix: SizeMix
    factory: BodyFactory
    options: LocustOptions
    numbers = itertools.count()
    prepared = False

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._url = post_url(self.deployment, self.strategy)
        self._rng = np.random.default_rng([self.options.seed, next(self.numbers)])

    def wait_time(self) -> float:
        """Wait so long that `--rate-per-user` is kept, if answers come in time."""
        return constant_throughput(self.options.rate_per_user)(self)

    @task
    def ingest(self) -> None:
        """Post one message and check that the receipt names it."""
        if not self.prepared:
            raise StopUser
        size, body_bytes = self.mix.draw(self._rng)
        kind = KINDS[int(self._rng.integers(len(KINDS)))]
        date_time = date_times(1, _DAY_S, self._rng)[0]
        body = self.factory.body(kind, body_bytes, next(self.numbers), date_time)
        with self.client.post(
            self._url,
            data=cast("str", body.content),  # Locust's annotation forgets bytes
            headers={"x-api-key": self.deployment.api_key, "Content-Type": "application/json"},
            name=f"{self.strategy} {size}",
            catch_response=True,
        ) as response:
            if response.status_code == 200 and "messageID" not in (response.text or ""):
                response.failure("answered 200 without a messageID")


class RedisFirstUser(IngestUser):
    """Sends to the function that writes to Redis first."""

    strategy = "redis-first"


class S3FirstUser(IngestUser):
    """Sends to the function that writes to S3 first."""

    strategy = "s3-first"


class PlannedUser(FastHttpUser):
    """Carries out the plan of `--plan` by itself; one is enough."""

    fixed_count = 1
    host = "http://deployment.invalid"
    plan: Plan
    deployment: DeployedSystem
    samples: Path

    @task
    def carry_out(self) -> None:
        """Run the plan, then end Locust, whatever came of the plan."""
        try:
            self._run_plan()
        except PlanNotCarriedOutError as error:
            sys.stderr.write(f"firstwrite: {error}\n")
        finally:
            gevent.spawn(self.environment.runner.quit)
        raise StopUser

    def _run_plan(self) -> None:
        with self.samples.open("x", encoding="utf-8") as out:
            run = PlannedRun(
                self.plan,
                senders=self._senders(),
                samples=SamplesFile(out),
                report=self._report,
                executions_running=self._executions_running(),
                clock=time.perf_counter,
                cpu_clock=time.process_time,
            )

            def interrupt(**_: Any) -> None:
                run.interrupt("the load generator was told to stop")

            self.environment.events.quitting.add_listener(interrupt)
            try:
                run.run()
                self.environment.process_exit_code = 0
            finally:
                self.environment.events.quitting.remove_listener(interrupt)

    def _senders(self) -> dict[Strategy, Sender]:
        senders: dict[Strategy, Sender] = {}
        for strategy in {block.strategy for block in self.plan.blocks}:
            if strategy == "redis-set":
                senders[strategy] = RedisSetSender(
                    redis.Redis.from_url(
                        str(self.deployment.redis_url),
                        socket_timeout=self.plan.request_timeout_s,
                        socket_connect_timeout=self.plan.request_timeout_s,
                    ),
                    key_prefix=f"firstwrite-floor:{self.plan.run_tag}:",
                    clock=time.perf_counter,
                )
            else:
                senders[strategy] = HttpSender(
                    self.client,
                    post_url(self.deployment, strategy),
                    self.deployment.api_key,
                    timeout_s=self.plan.request_timeout_s,
                    clock=time.perf_counter,
                )
        return senders

    def _executions_running(self) -> Any:
        if self.plan.drain is None:
            return lambda: False
        stepfunctions = self.deployment.client("stepfunctions")
        arn = self.deployment.outputs["StateMachineArn"]
        return lambda: executions_running(stepfunctions, arn)

    def _report(self, method: str, sample: RequestSample) -> None:
        self.environment.events.request.fire(
            request_type=method,
            name=f"{sample.strategy} {sample.size}",
            response_time=sample.latency_ms,
            response_length=0,
            exception=None if sample.status == 200 else LoadError(sample.error),
            context={},
            start_time=time.time() - sample.service_ms / 1e3,
            url=sample.strategy,
        )


def _add_arguments(parser: LocustArgumentParser) -> None:
    add_arguments(parser)


def _choose_use(environment: Environment, **_: Any) -> None:
    """Leave the users of one use, and stop at once if there is nothing to send to."""
    options = LocustOptions.from_parsed(environment.parsed_options)
    try:
        deployment = read_deployment(options.deployment or deployment_file(os.environ))
        if options.plan:
            _set_up_planned(options, deployment)
            environment.user_classes = [PlannedUser]
            environment.process_exit_code = 1  # until the plan has been carried out
            # Locust would log an unforeseen error and start the plan over; it has to end the load.
            environment.catch_exceptions = False
        else:
            SizeMix.parse(options.size_mix, options.largest_bytes)
            IngestUser.deployment = deployment
            environment.user_classes = [
                user for user in environment.user_classes if user is not PlannedUser
            ]
            (environment.available_user_classes or {}).pop(PlannedUser.__name__, None)
            if not environment.user_classes:
                raise PlanError("PlannedUser needs --plan and --samples")
    except (LoadError, OSError) as error:
        sys.stderr.write(f"firstwrite: {error}\n")
        raise SystemExit(2) from error
    if options.exit_with_parent:
        gevent.spawn(_end_with, options.exit_with_parent)


def _set_up_planned(options: LocustOptions, deployment: DeployedSystem) -> None:
    if options.plan is None or options.samples is None:
        raise PlanError("--plan needs --samples, the file to write one line a request to")
    if options.samples.exists():
        raise PlanError(f"--samples {options.samples} exists; name a new file")
    plan = Plan.from_json(options.plan.read_text(encoding="utf-8"))
    strategies = {block.strategy for block in plan.blocks}
    for strategy in strategies - {"redis-set"}:
        post_url(deployment, strategy)
    if "redis-set" in strategies and not deployment.redis_url:
        raise PlanError("the plan has redis-set blocks, but the deployment has no redis_url")
    PlannedUser.plan = plan
    PlannedUser.deployment = deployment
    PlannedUser.samples = options.samples
    # So many that no request ever waits for a connection: the loop opens one when none is idle.
    # And as many as are opened before a block, which would wait for ever in a smaller pool.
    PlannedUser.concurrency = max(READY_CONNECTIONS, plan.in_flight_limit)
    PlannedUser.network_timeout = plan.request_timeout_s
    PlannedUser.connection_timeout = plan.request_timeout_s


def _prepare_by_hand(environment: Environment, **_: Any) -> None:
    """Take the options as the web page has them now, and make the bodies' templates."""
    options = LocustOptions.from_parsed(environment.parsed_options)
    if options.plan:
        return
    IngestUser.options, IngestUser.prepared = options, False
    try:
        IngestUser.mix = SizeMix.parse(options.size_mix, options.largest_bytes)
        IngestUser.factory = BodyFactory(options.seed, run_tag=secrets.token_hex(4))
        for kind, body_bytes in itertools.product(KINDS, IngestUser.mix.body_bytes):
            IngestUser.factory.prepare(kind, body_bytes)
        IngestUser.prepared = True
    except LoadError as error:
        sys.stderr.write(f"firstwrite: {error}\n")
        runner = environment.runner
        if runner is not None:
            # Later, since the runner is about to start; the web page stays, for another try.
            if environment.web_ui is None:
                environment.process_exit_code = 2
                gevent.spawn(runner.quit)
            else:
                gevent.spawn(runner.stop)


def _end_with(parent: int) -> None:
    """End this process when its parent has gone, so that a killed run leaves no load behind."""
    while os.getppid() == parent and psutil.pid_exists(parent):
        gevent.sleep(_PARENT_POLL_S)
    os.kill(os.getpid(), signal.SIGTERM)


for _hook, _listener in (
    (events.init_command_line_parser, _add_arguments),
    (events.init, _choose_use),
    (events.test_start, _prepare_by_hand),
):
    _hook.add_listener(_listener)  # type: ignore[no-untyped-call]  # Locust's own has no types
