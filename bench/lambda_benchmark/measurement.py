"""The sections of the benchmark; each returns rows with a value, what it is held against, a ratio.

What is compared is measured in turns, A B B A, so that a drift of the machine falls on both.
"""

import json
import math
import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import psutil

from bench.benchmark_table import Row
from bench.lambda_benchmark.bare_runtime import BareRuntime
from bench.lambda_benchmark.served import (
    FLOOR_PATH,
    GATEWAY_PATH,
    INVOKE_PATH,
    Connection,
    Served,
)

LARGEST_BODY_BYTES: Final = 6_288_384
"""The largest body of the pipeline in whole KiB; see `bench.run.largest_body`."""

SIZES_BYTES: Final = {
    "1 KB": 1024,
    "256 KB": 262_144,
    "1 MB": 1_048_576,
    "3 MB": 3_145_728,
    "6 MB": LARGEST_BODY_BYTES,
}

PEER_TINY_MS: Final = 57.0
PEER_5_MB_MS: Final = 128.0
"""A warm tiny invocation and one of 5 MB of ministack 1.5, a Lambda without Docker, as measured on
a machine of this kind in November 2026. Quoted where the peer is not run too (`--peer`)."""

Report = Callable[[str], None]


def path_rows(served: Served, bare: BareRuntime, repeats: int, report: Report) -> Iterable[Row]:
    """Measure client → gateway → Runtime API → handler → client against its two floors."""
    connection = Connection(served.port)
    for name, size in SIZES_BYTES.items():
        report(f"the path at {name}")
        body = b'{"messagePayload":"' + b"x" * (size - 21) + b'"}'
        event = json.dumps({"body": body.decode()}).encode()
        calls: dict[str, Callable[[], float]] = {
            "path": lambda body=body: connection.post_ms(GATEWAY_PATH, body),  # type: ignore[misc]
            "floor": lambda body=body: connection.post_ms(FLOOR_PATH, body),  # type: ignore[misc]
            "bare": lambda event=event: bare.round_trip_ms(event),  # type: ignore[misc]
        }
        taken = in_turns(calls, repeats)
        path_ms, floor_ms, bare_ms = (statistics.median(taken[key]) for key in calls)
        ratio = path_ms / (floor_ms + bare_ms)
        limited = name == "6 MB"
        tiny = name == "1 KB"
        yield Row(
            "path",
            f"p50 at {name}",
            f"{path_ms:.2f} ms (p95 {_p95(taken['path']):.2f})",
            f"read and acknowledge {floor_ms:.2f} ms + awslambdaric alone {bare_ms:.2f} ms",
            ratio,
            "at most 1.25" if limited else "at most 3 ms" if tiny else "",
            ratio <= 1.25 if limited else path_ms <= 3 if tiny else None,
        )
    connection.close()


def in_turns(
    calls: dict[str, Callable[[], float]], repeats: int, block: int = 1
) -> dict[str, list[float]]:
    """Return at least *repeats* times of each call, made in turns of *block* calls."""
    for call in calls.values():
        for _ in range(3):
            call()
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(math.ceil(repeats / block)):
        order = list(calls) if turn % 2 == 0 else list(reversed(calls))
        for name in order:
            taken[name] += [calls[name]() for _ in range(block)]
    return taken


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def invoke_rows(
    served: Served, peer_port: int | None, repeats: int, report: Report
) -> Iterable[Row]:
    """Measure the Invoke API in turns with a peer's, or against what that was measured at."""
    connection = Connection(served.port)
    peer = None if peer_port is None else Connection(peer_port)
    cases = (
        ("tiny", b"{}", PEER_TINY_MS, 10),
        ("5 MB", b'"%b"' % (b"x" * 5_242_880), PEER_5_MB_MS, 5),
    )
    for name, payload, peer_ms, times in cases:
        report(f"Invoke, {name}")
        calls: dict[str, Callable[[], float]] = {
            "own": lambda payload=payload: connection.post_ms(INVOKE_PATH, payload)  # type: ignore[misc]
        }
        if peer is not None:
            calls["peer"] = lambda payload=payload: peer.post_ms(INVOKE_PATH, payload)  # type: ignore[misc]
        # In blocks: after every 50 ms of a peer's own waiting neither would be warm.
        taken = in_turns(calls, repeats, block=10)
        own_ms = statistics.median(taken["own"])
        if "peer" in taken:
            peer_ms = statistics.median(taken["peer"])
        ratio = peer_ms / own_ms
        yield Row(
            "invoke",
            f"warm, {name}",
            f"{own_ms:.2f} ms",
            f"ministack 1.5, {'in this run' if peer else 'quoted'}: {peer_ms:.1f} ms",
            ratio,
            f"at least {times}",
            ratio >= times,
        )
    connection.close()
    if peer is not None:
        peer.close()


def throughput_rows(served: Served, seconds: float, report: Report) -> Iterable[Row]:
    """Search the concurrency that carries most invocations a second, this process included."""
    for name, size, target in (("1 KB", 1024, 400), ("1 MB", 1_048_576, 60)):
        best, best_at = 0.0, 0
        for concurrency in (1, 2, 4, 8):
            report(f"throughput at {name}, concurrency {concurrency}")
            rate = _rate_per_s(served.port, b"x" * size, concurrency, seconds)
            if rate > best:
                best, best_at = rate, concurrency
        yield Row(
            "throughput",
            f"{name} through the gateway",
            f"{best:.0f} a second",
            f"best of 1, 2, 4, 8 at a time: {best_at}",
            best / target,
            f"at least {target} a second",
            best >= target,
        )


def _rate_per_s(port: int, body: bytes, concurrency: int, seconds: float) -> float:
    def work(ends_s: float) -> int:
        connection, done = Connection(port), 0
        while time.perf_counter() < ends_s:
            connection.post_ms(GATEWAY_PATH, body)
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(concurrency) as threads:
        # So many environments have to be there before the clock starts.
        list(threads.map(work, [time.perf_counter() + 0.5] * concurrency))
        began = time.perf_counter()
        done = sum(threads.map(work, [began + seconds] * concurrency))
        return done / (time.perf_counter() - began)


def memory_rows(served: Served, invocations: int, report: Report) -> Iterable[Row]:
    """Compare the server's memory late and early in a long row of invocations of 1 MB."""
    connection, body = Connection(served.port), b"x" * 1_048_576
    process = psutil.Process(served.pid)
    used_mb = []
    for number in range(invocations):
        connection.post_ms(GATEWAY_PATH, body)
        if number % 50 == 0:
            report(f"memory: {number} of {invocations} invocations of 1 MB")
            used_mb.append(process.memory_info().rss / 1_048_576)
    connection.close()
    quarter = max(1, len(used_mb) // 4)
    # The first quarter fills what the process keeps; growth is what comes after it.
    early = statistics.mean(used_mb[quarter : 2 * quarter] or used_mb)
    late = statistics.mean(used_mb[-quarter:])
    yield Row(
        "memory",
        f"resident after {invocations} invocations of 1 MB",
        f"{late:.0f} MB",
        f"second quarter {early:.0f} MB",
        late / early,
        "at most 1.10",
        late / early <= 1.10,
    )
