"""What a process needs to send a plan's requests, and to show them in Locust's statistics."""

import time
from collections.abc import Callable
from typing import Any

import redis
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment

from bench.load.deployed_system import DeployedSystem, post_url
from bench.load.errors import LoadError
from bench.load.executions_running import executions_running
from bench.load.http_sender import HttpSender
from bench.load.plan import Plan, Strategy
from bench.load.redis_set_sender import RedisSetSender
from bench.load.request_sample import RequestSample
from bench.load.sender import READY_CONNECTIONS, Sender


def senders_of(
    plan: Plan, deployment: DeployedSystem, environment: Environment
) -> dict[Strategy, Sender]:
    """Return one sender for each strategy of the plan."""
    session = FastHttpSession(
        base_url="http://deployment.invalid",  # each request has its whole URL
        request_event=environment.events.request,
        user=None,
        # So many that no request ever waits for a connection: the loop opens one when none is idle.
        # And as many as are opened before a block, which would wait for ever in a smaller pool.
        concurrency=max(READY_CONNECTIONS, plan.in_flight_limit),
        network_timeout=plan.request_timeout_s,
        connection_timeout=plan.request_timeout_s,
    )

    def sender(strategy: Strategy) -> Sender:
        if strategy == "redis-set":
            return RedisSetSender(
                redis.Redis.from_url(
                    str(deployment.redis_url),
                    socket_timeout=plan.request_timeout_s,
                    socket_connect_timeout=plan.request_timeout_s,
                ),
                key_prefix=f"firstwrite-floor:{plan.run_tag}:",
                clock=time.perf_counter,
            )
        return HttpSender(
            session,
            post_url(deployment, strategy),
            deployment.api_key,
            timeout_s=plan.request_timeout_s,
            clock=time.perf_counter,
        )

    return {strategy: sender(strategy) for strategy in {block.strategy for block in plan.blocks}}


def running_question(plan: Plan, deployment: DeployedSystem) -> Callable[[], bool]:
    """Return what tells whether any execution still runs; of a plan without drain, never."""
    if plan.drain is None:
        return lambda: False
    stepfunctions = deployment.client("stepfunctions")
    arn = deployment.outputs["StateMachineArn"]
    return lambda: executions_running(stepfunctions, arn)


def reporter(environment: Environment) -> Callable[[str, RequestSample], None]:
    """Return what puts a finished request into Locust's statistics, charts and failures."""
    finished: Any = environment.events.request  # Locust's own hook has no types

    def report(method: str, sample: RequestSample) -> None:
        finished.fire(
            request_type=method,
            name=f"{sample.strategy} {sample.size}",
            response_time=sample.latency_ms,
            response_length=0,
            exception=None if sample.status == 200 else LoadError(sample.error),
            context={},
            start_time=time.time() - sample.service_ms / 1e3,
            url=sample.strategy,
        )

    return report
