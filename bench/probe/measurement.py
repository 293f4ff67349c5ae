"""The probe: each service in turn is tried, timed, loaded, and left as it was found."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from bench.probe.aws_services import DynamoDbTable, S3Bucket, SnsTopic, SqsQueue
from bench.probe.back_end import CONCURRENCY, BackEnd, aws_client, redis_client
from bench.probe.call_timing import REPEATS, call_rate, timing
from bench.probe.client_overhead import acknowledging_back_end, sha256_ms
from bench.probe.errors import CallRefused, ProbeError
from bench.probe.redis_keys import RedisKeys
from bench.probe.result import CallLatency, Probe, ServiceProbe, Throughput
from bench.probe.service import Service
from bench.probe.size_limits import size_limits

Progress = Callable[[int, int, str], None]
"""Is told how many of how many steps are done, and what comes next."""

WHOLE_S: Final = 8.0
"""After so many seconds each size is called twice more at most, and nothing is loaded."""

CELL_S: Final = 0.7
"""The most that one size's repeats take; seen here: as long for 20 of S3's largest, else 0.2 s."""

CLIENT_REPEATS: Final = 9
"""The client's cost varies by less than a server's."""

WINDOW_S: Final = 0.2
"""How long calls are counted: of the slowest, some 20, so that the rate is known to about 10 %."""

CLIENT_WINDOW_S: Final = 0.1
"""The same for the client alone, which gets through several times as many."""

_STEPS_A_SERVICE: Final = 5
"""Limits, three sizes, throughput."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A service and its twin, which only acknowledges."""

    service: Service
    twin: Service
    hashes_body: bool
    plain_http: bool


class _Steps:
    """Counts the steps, and what is left of the whole time."""

    def __init__(self, total: int, progress: Progress, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.began_s = clock()
        self._total = total
        self._progress = progress
        self._done = 0

    @property
    def left_s(self) -> float:
        """Seconds that are left of the whole; below 0 when it is over."""
        return self.began_s + WHOLE_S - self.clock()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Tell of a step while the block runs."""
        self._progress(self._done, self._total, name)
        yield
        self._done += 1
        self._progress(self._done, self._total, name)


def probe(
    back_end: BackEnd,
    progress: Progress = lambda _done, _total, _step: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Probe:
    """Measure what answers at *back_end*; what is made for that is removed again, come what may.

    Parameters
    ----------
    back_end
        Where the services answer.
    progress
        Is told of each step.
    clock
        Monotonic seconds.

    Raises
    ------
    ProbeError
        When a service does not answer, or what was made there could not be removed.
    """
    name = f"firstwrite-probe-{secrets.token_hex(6)}"
    with acknowledging_back_end(back_end.region) as acknowledging, ExitStack() as clients:
        twins = _services(acknowledging, name, clients)
        pairs = [
            _Pair(
                service=service,
                twin=twins[kind],
                hashes_body=kind == "s3",
                plain_http=urlsplit(back_end.endpoint_urls.get(kind, "")).scheme == "http",
            )
            for kind, service in _services(back_end, name, clients).items()
        ]
        steps = _Steps(_STEPS_A_SERVICE * len(pairs), progress, clock)
        found = []
        for pair in pairs:
            with _made(pair.service):
                found.append(_probed(pair, steps))
    return Probe(tuple(found), took_s=clock() - steps.began_s)


def _services(back_end: BackEnd, name: str, clients: ExitStack) -> dict[str, Service]:
    """Return the services that are called *name*; *clients* closes their connections."""

    def client(service: str) -> Any:
        url = back_end.endpoint_urls[service]
        return clients.enter_context(closing(aws_client(service, url, back_end.region)))

    services: dict[str, Service] = {"s3": S3Bucket(client("s3"), name)}
    if back_end.redis_url is not None:
        cache = clients.enter_context(closing(redis_client(back_end.redis_url)))
        services["redis"] = RedisKeys(cache, name)
    services["sqs"] = SqsQueue(client("sqs"), name)
    services["sns"] = SnsTopic(client("sns"), name)
    services["dynamodb"] = DynamoDbTable(client("dynamodb"), name)
    return services


@contextmanager
def _made(service: Service) -> Iterator[None]:
    """Make what *service* works on, and remove it after the block, also after Ctrl-C in it."""
    name = service.traits.name
    ended_well = False
    try:
        try:
            service.make()
        except CallRefused as refusal:
            raise ProbeError(
                f"{name} cannot be probed ({refusal.answer}): see that it runs where the "
                "deployment says"
            ) from refusal
        yield
        ended_well = True
    finally:
        try:
            service.remove()
        except CallRefused as refusal:
            # What went wrong first is what the user has to mend.
            if ended_well:
                raise ProbeError(
                    f"what the probe made in {name} cannot be removed ({refusal.answer}): remove "
                    "what is called firstwrite-probe-… there"
                ) from refusal


def _probed(pair: _Pair, steps: _Steps) -> ServiceProbe:
    traits = pair.service.traits
    with steps.step(f"{traits.name}: size limits"):
        limits = size_limits(pair.service, steps.clock)
    latencies = []
    for size in traits.latency_bytes:
        with steps.step(f"{traits.name}: latency at {size:,} bytes"):
            if size <= limits.largest_taken_bytes:
                latencies.append(_latency(pair, size, steps))
    with steps.step(f"{traits.name}: throughput"):
        middle = traits.latency_bytes[1]
        loadable = middle <= limits.largest_taken_bytes and steps.left_s > 0
        throughput = _throughput(pair, middle, steps) if loadable else None
    return ServiceProbe(traits, limits, tuple(latencies), throughput)


def _latency(pair: _Pair, size_bytes: int, steps: _Steps) -> CallLatency:
    limit_s = min(CELL_S, steps.left_s)
    try:
        measured = timing(
            pair.service.prepared(size_bytes), repeats=REPEATS, limit_s=limit_s, clock=steps.clock
        )
    except CallRefused as refusal:
        raise ProbeError(
            f"{pair.service.traits.name} took {size_bytes:,} bytes at first and refused them later "
            f"({refusal.answer}): see that it runs and has memory left, then probe again"
        ) from refusal
    client = timing(
        pair.twin.prepared(size_bytes), repeats=CLIENT_REPEATS, limit_s=limit_s, clock=steps.clock
    )
    client_ms, hash_ms = client.median_ms, None
    if pair.hashes_body:
        hash_ms = sha256_ms(size_bytes, steps.clock)
        if not pair.plain_http:
            # The acknowledging server speaks plain HTTP, for which the body was hashed.
            client_ms, hash_ms = max(0.0, client_ms - hash_ms), None
    return CallLatency(
        size_bytes, measured.repeats, measured.median_ms, measured.p95_ms, client_ms, hash_ms
    )


def _throughput(pair: _Pair, size_bytes: int, steps: _Steps) -> Throughput:
    call, twin = pair.service.prepared(size_bytes), pair.twin.prepared(size_bytes)
    clock = steps.clock
    alone = call_rate(call, threads=1, window_s=WINDOW_S, clock=clock)
    together = call_rate(call, threads=CONCURRENCY, window_s=WINDOW_S, clock=clock)
    client = call_rate(twin, threads=CONCURRENCY, window_s=CLIENT_WINDOW_S, clock=clock)
    return Throughput(size_bytes, alone.per_s, together.per_s, client.per_s, together.failed_calls)
