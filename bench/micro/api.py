"""The Step Functions API through boto3 over loopback, as its users call it."""

import json
import statistics
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from bench.benchmark_table import Row
from bench.errors import RunFailure
from bench.micro.machines import ARCHIVE_INPUT, message_archive, waiting
from bench.micro.served import OwnService
from sim.stack.deployment import aws_client

START_TARGET_MS: Final = 3.0
RATE_TARGET_PER_S: Final = 300.0
RUNNING: Final = 100
_ROLE: Final = "arn:aws:iam::000000000000:role/r"
_THREADS: Final = 2
_ENDS_WITHIN_S: Final = 60.0


def client_of(url: str) -> Any:
    """Return a boto3 client of the Step Functions at an address."""
    return aws_client("stepfunctions", "us-east-1", {"AWS_ENDPOINT_URL": url})


def created(client: Any, name: str, definition: str) -> str:
    """Create a state machine and return its ARN."""
    made = client.create_state_machine(name=name, definition=definition, roleArn=_ROLE)
    return str(made["stateMachineArn"])


def start_ms(client: Any, arn: str, execution_input: str = "{}") -> float:
    """Start an execution and return the milliseconds that the call took."""
    name = uuid.uuid4().hex  # moto calls executions without a name all the same
    begun_s = time.perf_counter()
    client.start_execution(stateMachineArn=arn, name=name, input=execution_input)
    return (time.perf_counter() - begun_s) * 1e3


@dataclass(frozen=True, slots=True)
class Ended:
    """An execution: how long its start took, when its end was seen, and its output."""

    arn: str
    start_ms: float
    end_ms: float
    output: str


def to_the_end(client: Any, arn: str, execution_input: str) -> Ended:
    """Start an execution and ask until it has succeeded.

    Raises
    ------
    RunFailure
        When it ends otherwise, or does not end.
    """
    name = uuid.uuid4().hex
    begun_s = time.perf_counter()
    started = client.start_execution(stateMachineArn=arn, name=name, input=execution_input)
    start_s = time.perf_counter() - begun_s
    while True:
        described = client.describe_execution(executionArn=started["executionArn"])
        taken_s = time.perf_counter() - begun_s
        if described["status"] == "SUCCEEDED":
            output = described.get("output", "")
            return Ended(started["executionArn"], start_s * 1e3, taken_s * 1e3, output)
        if described["status"] != "RUNNING" or taken_s > _ENDS_WITHIN_S:
            raise RunFailure(
                f"{started['executionArn']} is {described['status']} after {taken_s:.1f} s"
            )


def api_rows(service: OwnService, starts: int, executions: int) -> Iterable[Row]:
    """Measure starts while executions run, and the rate of executions to their end."""
    client = client_of(service.url)
    lasting = created(client, "lasting", waiting(3_600))
    for _ in range(RUNNING):
        start_ms(client, lasting)
    taken = [start_ms(client, lasting) for _ in range(starts)]
    p50_ms = statistics.median(taken)
    yield Row(
        "API",
        f"StartExecution through boto3, {RUNNING} executions running",
        f"{p50_ms:.2f} ms (p95 {statistics.quantiles(taken, n=20)[-1]:.2f})",
        "p50",
        p50_ms / START_TARGET_MS,
        f"at most {START_TARGET_MS:g} ms",
        p50_ms <= START_TARGET_MS,
    )
    archive = created(client, "archive", message_archive())
    _rate_per_s(service.url, archive, max(_THREADS, executions // 20))
    service_s, own_s = service.cpu_s, time.process_time()
    per_s = _rate_per_s(service.url, archive, executions)
    service_ms = (service.cpu_s - service_s) * 1e3 / executions
    own_ms = (time.process_time() - own_s) * 1e3 / executions
    yield Row(
        "API",
        f"{executions:,} executions of message-archive to the end",
        f"{per_s:,.0f} a second",
        f"processor time of each: service {service_ms:.2f} ms, boto3 {own_ms:.2f} ms; the clients "
        "share the machine with the service",
        per_s / RATE_TARGET_PER_S,
        f"at least {RATE_TARGET_PER_S:g} a second",
        per_s >= RATE_TARGET_PER_S,
    )


def _rate_per_s(url: str, arn: str, executions: int) -> float:
    text = json.dumps(ARCHIVE_INPUT)

    def some(count: int) -> list[str]:
        client = client_of(url)
        return [
            str(client.start_execution(stateMachineArn=arn, input=text)["executionArn"])
            for _ in range(count)
        ]

    begun_s = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as threads:
        started = list(threads.map(some, [executions // _THREADS] * _THREADS))
    client = client_of(url)
    while True:
        running = client.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
        taken_s = time.perf_counter() - begun_s
        if not running:
            break
        if taken_s > _ENDS_WITHIN_S:
            raise RunFailure(f"executions still run after {taken_s:.0f} s")
    last = client.describe_execution(executionArn=started[0][-1])
    if last["status"] != "SUCCEEDED":
        raise RunFailure(f"an execution of message-archive is {last['status']}: {last}")
    return sum(map(len, started)) / taken_s
