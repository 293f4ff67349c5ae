"""Locust scenarios: by hand with Locust's web page, or carrying out plans.

By hand, against what `firstwrite up` started::

    locust -f bench/locustfile.py

`RedisFirstUser` and `S3FirstUser` post at a constant rate each. That is a closed model: a user
waits for its answer before it sends again, so a slow system is sent less. It is for looking at a
system, not for comparing. A scenario of `firstwrite scenarios list` is an open model; each Start on
the web page makes a new plan of it and carries it out::

    locust -f bench/locustfile.py ScenarioUser --scenario steady

`make bench` has Locust carry out the one plan of a file::

    locust -f bench/locustfile.py PlannedUser --headless --plan plan.json --samples samples.jsonl

Both go with `--master` and `--worker`: each worker then carries out its share of the plan (see
`docs/several-machines.md`). With `--headless` the process ends with 0 if the whole plan was carried
out, whatever the answers were, else with 1; with 2 if it could not start.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

# Locust puts this folder at the front of the path while it loads this file, and takes the first
# entry away afterwards. Our package `statistics` would stand before Python's own there; the folder
# above is the one that imports count from, also after the loading: hence twice.
if sys.path and Path(sys.path[0]).resolve() == Path(__file__).resolve().parent:
    sys.path[:1] = [str(Path(__file__).resolve().parent.parent)] * 2

import gevent
import psutil
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from bench.errors import MendableError
from bench.load.deployed_system import DeployedSystem, deployment_file, read_deployment
from bench.load.errors import PlanError
from bench.load.locust_options import LocustOptions, add_arguments
from bench.locust_users import by_hand
from bench.locust_users.by_hand import IngestUser, RedisFirstUser, S3FirstUser
from bench.locust_users.conductor import Conductor, by_workers, in_this_process
from bench.locust_users.plan_source import PlanFile, ScenarioPlans
from bench.locust_users.planned import PlannedUser, ScenarioUser
from bench.locust_users.telling import tell
from bench.locust_users.worker_seat import WorkerSeat

__all__ = ["PlannedUser", "RedisFirstUser", "S3FirstUser", "ScenarioUser"]

_PLAN_USERS = (PlannedUser, ScenarioUser)
_PARENT_POLL_S = 1.0


def _add_arguments(parser: LocustArgumentParser) -> None:
    add_arguments(parser)


def _choose_use(environment: Environment, **_: Any) -> None:
    """Leave the users of one use, and stop at once if there is nothing to send to."""
    options = LocustOptions.from_parsed(environment.parsed_options)
    try:
        deployment = read_deployment(options.deployment or deployment_file(os.environ))
        named = set(environment.parsed_options.user_classes if environment.parsed_options else ())
        if options.plan or options.scenario or named & {user.__name__ for user in _PLAN_USERS}:
            _set_up_planned(environment, options, deployment, named)
        else:
            _set_up_by_hand(environment, options, deployment)
    except (MendableError, OSError) as error:
        tell(str(error))
        raise SystemExit(2) from error
    if options.exit_with_parent:
        gevent.spawn(_end_with, options.exit_with_parent)


def _set_up_planned(
    environment: Environment, options: LocustOptions, deployment: DeployedSystem, named: set[str]
) -> None:
    runner = environment.runner
    if isinstance(runner, WorkerRunner):
        environment.user_classes = list(_PLAN_USERS)  # it is the master's, which is meant
        _listen(events.test_stopping, WorkerSeat(environment, runner, deployment).stop)
        return
    if options.plan or PlannedUser.__name__ in named:
        environment.user_classes = [PlannedUser]
        source: PlanFile | ScenarioPlans = PlanFile(options, deployment)
    else:
        environment.user_classes = [ScenarioUser]
        source = ScenarioPlans(
            lambda: LocustOptions.from_parsed(environment.parsed_options), deployment
        )
    make_run = (
        by_workers(runner, deployment)
        if isinstance(runner, MasterRunner)
        else in_this_process(environment, deployment)
    )
    conductor = Conductor(environment, source, make_run)
    _listen(events.test_start, conductor.start)
    _listen(events.test_stopping, conductor.stop)
    _listen(events.test_stop, conductor.stop)  # of a start that came while Locust was stopping


def _set_up_by_hand(
    environment: Environment, options: LocustOptions, deployment: DeployedSystem
) -> None:
    by_hand.check_options(options)
    IngestUser.deployment = deployment
    environment.user_classes = [
        user for user in environment.user_classes if user not in _PLAN_USERS
    ]
    for user in _PLAN_USERS:
        (environment.available_user_classes or {}).pop(user.__name__, None)
    if not environment.user_classes:
        raise PlanError("no user is left; name RedisFirstUser, S3FirstUser or ScenarioUser")
    _listen(events.test_start, by_hand.prepare)


def _end_with(parent: int) -> None:
    """End this process when its parent has gone, so that a killed run leaves no load behind."""
    while os.getppid() == parent and psutil.pid_exists(parent):
        gevent.sleep(_PARENT_POLL_S)
    os.kill(os.getpid(), signal.SIGTERM)


def _listen(hook: Any, listener: Any) -> None:
    hook.add_listener(listener)


_listen(events.init_command_line_parser, _add_arguments)
_listen(events.init, _choose_use)
