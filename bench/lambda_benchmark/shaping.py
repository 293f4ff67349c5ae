"""What shaping costs, and how late its waits are: a section of the benchmark.

Costs are those of a profile that adds nothing, against none, in turns of one run.
"""

import asyncio
import io
import random
import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Final

import boto3
from botocore.config import Config

from bench.benchmark_table import Row
from bench.lambda_benchmark.measurement import Report, in_turns
from bench.lambda_benchmark.served import GATEWAY_PATH, Connection, Served
from bench.probe.client_overhead import acknowledging_back_end
from sim.latency.precise_timer import PreciseTimer
from sim.latency.shaping import Shaping
from sim.latency.worker.botocore_calls import watch_botocore
from sim.latency.worker.calls import Calls

CONCURRENT: Final = 20
"""Calls at a time, whose timer error is held against the targets."""

P50_TARGET_MS: Final = 0.3
P99_TARGET_MS: Final = 2.0


def shaping_rows(plain: Served, shaped: Served, repeats: int, report: Report) -> Iterable[Row]:
    """Measure a path and a boto3 call with and without shaping, and the waits' lateness."""
    report("what shaping costs the path")
    yield _path_row(plain, shaped, repeats)
    report("what shaping costs a call of boto3")
    yield from _call_rows(repeats)
    for where, lateness_ms in (
        ("in the server's event loop", _loop_lateness_ms),
        ("in handlers' threads", _thread_lateness_ms),
    ):
        report(f"how late waits are {where}")
        yield from _lateness_rows(where, lateness_ms(max(5, repeats)))


def _path_row(plain: Served, shaped: Served, repeats: int) -> Row:
    with closing(Connection(plain.port)) as without, closing(Connection(shaped.port)) as with_it:
        body = b"x" * 1024
        calls: dict[str, Callable[[], float]] = {
            "plain": lambda: without.post_ms(GATEWAY_PATH, body),
            "shaped": lambda: with_it.post_ms(GATEWAY_PATH, body),
        }
        taken = in_turns(calls, 5 * repeats)
    plain_ms, shaped_ms = (statistics.median(taken[name]) for name in calls)
    return Row(
        "shaping",
        "path at 1 KB, under a profile that adds nothing",
        f"{shaped_ms:.2f} ms",
        f"without shaping {plain_ms:.2f} ms",
        shaped_ms / plain_ms,
        "",
        None,
    )


def _call_rows(repeats: int) -> Iterable[Row]:
    with acknowledging_back_end("us-east-1") as server:
        url = server.endpoint_urls["s3"]
        plain = _s3(url)
        out = io.StringIO()
        watch_botocore(Calls(Shaping("raw"), lambda record: _kept(out, record)))
        watched = _s3(url)
        body = b"x" * 262_144
        calls = {
            "plain": lambda: _put_ms(plain, body),
            "watched": lambda: _put_ms(watched, body),
        }
        taken = in_turns(calls, 5 * repeats)
    plain_ms, watched_ms = (statistics.median(taken[name]) for name in calls)
    yield Row(
        "shaping",
        "PutObject of 256 KB, under a profile that adds nothing",
        f"{watched_ms:.2f} ms",
        f"without shaping {plain_ms:.2f} ms, of a server that does nothing",
        watched_ms / plain_ms,
        "",
        None,
    )


def _kept(out: io.StringIO, record: dict[str, Any]) -> None:
    out.write(str(record))


def _s3(url: str) -> Any:
    # A session of its own: its events are those of the moment at which it is made.
    return boto3.session.Session().client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - what emulators take
        config=Config(s3={"addressing_style": "path"}),
    )


def _put_ms(s3: Any, body: bytes) -> float:
    began_s = time.perf_counter()
    s3.put_object(Bucket="bucket", Key="key", Body=body)
    return (time.perf_counter() - began_s) * 1e3


def _waits_s(count: int, seed: int) -> list[float]:
    seeded = random.Random(seed)  # noqa: S311 - not for secrets
    return [seeded.uniform(0.002, 0.05) for _ in range(count)]


def _loop_lateness_ms(waits: int) -> list[float]:
    async def run() -> list[float]:
        timer, late_ms = PreciseTimer(), []

        async def one(number: int) -> None:
            for wait_s in _waits_s(waits, number):
                due_s = time.perf_counter() + wait_s
                await timer.until(due_s)
                late_ms.append((time.perf_counter() - due_s) * 1e3)

        await asyncio.gather(*(one(number) for number in range(CONCURRENT)))
        timer.close()
        return late_ms

    return asyncio.run(run())


def _thread_lateness_ms(waits: int) -> list[float]:
    calls = Calls(Shaping("raw"), lambda _: None)

    def one(number: int) -> list[float]:
        late_ms = []
        for wait_s in _waits_s(waits, number):
            due_s = time.perf_counter() + wait_s
            calls.wait_until(due_s)
            late_ms.append((time.perf_counter() - due_s) * 1e3)
        return late_ms

    with ThreadPoolExecutor(CONCURRENT) as threads:
        return [late_ms for found in threads.map(one, range(CONCURRENT)) for late_ms in found]


def _lateness_rows(where: str, late_ms: list[float]) -> Iterable[Row]:
    ordered = sorted(abs(each) for each in late_ms)
    for name, share, target_ms in (("p50", 0.5, P50_TARGET_MS), ("p99", 0.99, P99_TARGET_MS)):
        error_ms = ordered[min(len(ordered) - 1, int(share * len(ordered)))]
        yield Row(
            "shaping",
            f"error of waits {where}, {name}",
            f"{error_ms:.3f} ms",
            f"{CONCURRENT} at a time",
            error_ms / target_ms,
            f"below {target_ms:g} ms",
            error_ms < target_ms,
        )
