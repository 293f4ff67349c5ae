"""Users at a constant rate each, to look at a system by hand; a closed model."""

import itertools
import secrets
from typing import Any, cast

import gevent
import numpy as np
from locust import FastHttpUser, constant_throughput, task
from locust.env import Environment
from locust.exception import StopUser

from bench.load.deployed_system import DeployedSystem, post_url
from bench.load.errors import LoadError
from bench.load.locust_options import LocustOptions
from bench.load.payloads import BodyFactory
from bench.load.plan import Strategy
from bench.load.schedule import date_times
from bench.load.size_mix import SizeMix
from bench.locust_users.telling import tell
from sim.workload.kind import KINDS

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


def check_options(options: LocustOptions) -> None:
    """Refuse a mix of sizes that cannot be drawn from.

    Raises
    ------
    LoadError
        If it cannot.
    """
    SizeMix.parse(options.size_mix, options.largest_bytes)


def prepare(environment: Environment, **_: Any) -> None:
    """Take the options as the web page has them now, and make the bodies' templates."""
    options = LocustOptions.from_parsed(environment.parsed_options)
    IngestUser.options, IngestUser.prepared = options, False
    try:
        IngestUser.mix = SizeMix.parse(options.size_mix, options.largest_bytes)
        IngestUser.factory = BodyFactory(options.seed, run_tag=secrets.token_hex(4))
        for kind, body_bytes in itertools.product(KINDS, IngestUser.mix.body_bytes):
            IngestUser.factory.prepare(kind, body_bytes)
        IngestUser.prepared = True
    except LoadError as error:
        tell(str(error))
        runner = environment.runner
        if runner is not None:
            # Later, since the runner is about to start; the web page stays, for another try.
            if environment.web_ui is None:
                environment.process_exit_code = 2
                gevent.spawn(runner.quit)
            else:
                gevent.spawn(runner.stop)
