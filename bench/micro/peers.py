"""Others that run state machines without AWS, asked the same through boto3 in the same run."""

import contextlib
import json
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.benchmark_table import Row
from bench.errors import RunFailure
from bench.lambda_benchmark.measurement import in_turns
from bench.micro.api import client_of, created, start_ms, to_the_end_ms
from bench.micro.machines import three_branches
from bench.micro.served import kind_of, localstack_service, ministack_service, moto_service

TO_THE_END_TARGET_MS: Final = 4.0
TIMES_TARGET: Final = 25.0

_EXPECTED: Final = [
    {name: {"branch": branch} for name in ("a", "b", "c")} for branch in range(1, 4)
]

Service = Callable[[], contextlib.AbstractContextManager[str]]


def peers_of(environments: Sequence[Path]) -> tuple[dict[str, Service], list[str]]:
    """Return the peers that are there, by name, and a word about each that cannot run.

    Raises
    ------
    MendableError
        When a named environment holds none.
    """
    found: dict[str, Service] = {"moto": moto_service}
    words = []
    for environment in environments:
        kind = kind_of(environment)
        if kind == "localstack":
            found["LocalStack"] = lambda at=environment: localstack_service(at)  # type: ignore[misc]
        elif kind == "ministack":
            found["ministack"] = lambda at=environment: ministack_service(at)  # type: ignore[misc]
        else:
            words.append(f"LocalStack in {environment} needs Python 3.13: it is left out")
    return found, words


def peer_rows(own_url: str, peers: Mapping[str, Service], repeats: int) -> Iterable[Row]:
    """Measure a Parallel of three branches from start to end, and StartExecution alone."""
    with contextlib.ExitStack() as running:
        urls = {"firstwrite": own_url}
        for name, service in peers.items():
            urls[name] = running.enter_context(service())
        machines = {name: _machine(url) for name, url in urls.items()}
        wrong = {name: _wrong(client, arn) for name, (client, arn) in machines.items()}
        whole = in_turns(_calls(machines, to_the_end_ms), repeats)
        starts = in_turns(_calls(machines, start_ms), repeats)
    yield from _rows(
        "start to SUCCEEDED, Parallel of 3 x 3 Pass", whole, wrong, TO_THE_END_TARGET_MS
    )
    yield from _rows("StartExecution alone", starts, {}, None)


def _machine(url: str) -> tuple[Any, str]:
    client = client_of(url)
    return client, created(client, "fan", three_branches())


def _calls(
    machines: Mapping[str, tuple[Any, str]], call: Callable[[Any, str], float]
) -> dict[str, Callable[[], float]]:
    return {
        name: lambda client=client, arn=arn: call(client, arn)  # type: ignore[misc]
        for name, (client, arn) in machines.items()
    }


def _wrong(client: Any, arn: str) -> str:
    """Say what is wrong with a peer's output, or nothing: speed counts for right answers."""
    to_the_end_ms(client, arn)
    listed = client.list_executions(stateMachineArn=arn, statusFilter="SUCCEEDED")["executions"]
    if not listed:
        raise RunFailure(f"{arn}: an execution succeeded and is not listed")
    described = client.describe_execution(executionArn=listed[0]["executionArn"])
    output = described.get("output", "null")
    return "" if json.loads(output) == _EXPECTED else f", but a wrong output: {output[:60]}"


def _rows(
    what: str,
    taken: Mapping[str, Sequence[float]],
    wrong: Mapping[str, str],
    target_ms: float | None,
) -> Iterator[Row]:
    own_ms = statistics.median(taken["firstwrite"])
    yield Row(
        "peers",
        what,
        f"{own_ms:.2f} ms (p95 {statistics.quantiles(taken['firstwrite'], n=20)[-1]:.2f})",
        "through boto3, p50",
        None if target_ms is None else own_ms / target_ms,
        "" if target_ms is None else f"at most {target_ms:g} ms",
        None if target_ms is None else own_ms <= target_ms and not wrong["firstwrite"],
    )
    for name, times in taken.items():
        if name == "firstwrite":
            continue
        peer_ms = statistics.median(times)
        bound = target_ms is not None
        yield Row(
            "peers",
            f"{what}: {name}",
            f"{peer_ms:.1f} ms{wrong.get(name, '')}",
            f"{1e3 / peer_ms:,.1f} executions/s, ours {1e3 / own_ms:,.0f}" if bound else "",
            peer_ms / own_ms,
            f"at least {TIMES_TARGET:g} times ours" if bound else "",
            peer_ms / own_ms >= TIMES_TARGET if bound else None,
        )
