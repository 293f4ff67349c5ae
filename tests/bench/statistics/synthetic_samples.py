"""A samples table with the shape, the proportions and the flaws of a real run, from a seed.

Blocks of each strategy alternate ABBA, each round drifts, requests are skewed, the first of a
strategy's requests are warm-up and start environments. Latencies are made so that the truth is
known: see `TRUE_P50_MS`.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

SIZES = {"256 KB": 262_144, "1 MB": 1_048_576, "3 MB": 3_145_728, "largest": 6_291_000}
KINDS = ("image", "json", "binary")
TRUE_P50_MS = {"redis-first": 4.1, "s3-first": 8.9}
"""Milliseconds of a request without bytes; each megabyte adds `PER_MB_MS`, and the client-wait and
the remainder some tenths of one."""
PER_MB_MS = {"redis-first": 3.0, "s3-first": 5.6}
SERVER_STAGES = {
    "gateway-receive": 0.22,
    "gateway-event": 0.11,
    "environment-wait": 0.01,
    "runtime": 0.20,
    "handler-parse": 0.06,
    "handler-validate": 0.005,
    "handler-decode": 0.05,
    "handler-hash": 0.04,
    "payload-store": 0.20,
    "start-execution": 0.07,
    "handler-rest": 0.005,
    "gateway-respond": 0.01,
}
"""Proportions of the server's part of the latency."""
S3_SHARES = SERVER_STAGES | {"payload-store": 0.55, "gateway-receive": 0.10, "runtime": 0.07}
ASYNCHRONOUS = {
    "start": 3.0,
    "branches": 33.0,
    "aggregate": 12.0,
    "final_publish": 7.0,
    "remainder": 0.4,
    "total": 55.4,
    "branch_announce": 9.0,
    "branch_archive": 31.0,
    "branch_metadata": 14.0,
}
FLOOR_MS = {"floor": (1.0, 1.3), "redis-set": (0.25, 0.8)}


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of what the table holds."""

    rounds: int = 4
    requests_in_block: int = 12
    strategies: tuple[str, ...] = ("redis-first", "s3-first")
    sizes: tuple[str, ...] = tuple(SIZES)
    warm_up_requests: int = 3
    cold_share: float = 0.02
    failed_share: float = 0.01
    floors: tuple[str, ...] = ("floor", "redis-set")
    seed: int = 20_250_713


def synthetic_samples(shape: Shape | None = None) -> pd.DataFrame:
    """Make the table: one row a request, columns of the contract."""
    shape = shape or Shape()
    random = np.random.default_rng(shape.seed)
    rows: list[dict[str, object]] = []
    clock_s, block = 0.0, 0
    drift = random.normal(1.0, 0.04, shape.rounds)
    for size in shape.sizes:
        for strategy in shape.strategies:
            for _ in range(shape.warm_up_requests):
                clock_s += 0.12
                rows.append(
                    _request(random, shape, strategy, size, block, 0, clock_s, 1.6, warm_up=True)
                )
    for number in range(shape.rounds):
        order = (*shape.strategies, *reversed(shape.strategies))
        for size in shape.sizes:
            for strategy in (*order, *shape.floors):
                block += 1
                factor = drift[number] * random.normal(1.0, 0.02)
                for _ in range(shape.requests_in_block):
                    clock_s += float(random.exponential(0.08))
                    rows.append(
                        _request(random, shape, strategy, size, block, number, clock_s, factor)
                    )
    return pd.DataFrame(rows)


def _request(random, shape, strategy, size, block, number, clock_s, factor, *, warm_up=False):
    kind = KINDS[int(random.integers(3))]
    body_bytes = SIZES[size] - int(random.integers(3))
    megabytes = body_bytes / 1_048_576
    base, slope = FLOOR_MS.get(
        strategy, (TRUE_P50_MS.get(strategy, 0.0), PER_MB_MS.get(strategy, 0.0))
    )
    skew = float(
        np.exp(random.normal(0.0, 0.16)) + (random.random() < 0.03) * random.exponential(1.2)
    )
    latency_ms = (base + slope * megabytes) * factor * skew
    lag_ms = float(random.exponential(0.25))
    row = {
        "block": block,
        "round": number,
        "strategy": strategy,
        "kind": kind,
        "size": size,
        "body_bytes": body_bytes,
        "payload_bytes": (body_bytes - 240) * 3 // 4,
        "payload_sha256": hashlib.sha256(str(clock_s).encode()).hexdigest(),
        "date_time": "2025-07-13T09:00:00Z",
        "warm_up": warm_up,
        "due_s": clock_s,
        "status": 200,
        "error": "",
        "message_id": "",
        "server_timing": "",
        "trace_id": "",
        "tenant": "",
    }
    if strategy in FLOOR_MS:
        row |= {"sent_s": clock_s, "latency_ms": latency_ms, "service_ms": latency_ms}
        row["done_s"] = clock_s + latency_ms / 1000
        return row
    shares = SERVER_STAGES if strategy == "redis-first" else S3_SHARES
    stages = {name: latency_ms * share / sum(shares.values()) for name, share in shares.items()}
    if warm_up or random.random() < shape.cold_share:
        stages["init"] = float(random.uniform(180, 260))
    stages["client-wait"] = lag_ms
    stages["request-transit"], stages["response-transit"] = 0.05, 0.03
    remainder = float(random.uniform(0.05, 0.3))
    total = sum(stages.values()) + remainder
    row |= {f"stage_{name.replace('-', '_')}_ms": value for name, value in stages.items()}
    row |= {
        "stage_remainder_ms": remainder,
        "sent_s": clock_s + lag_ms / 1000,
        "done_s": clock_s + total / 1000,
        "latency_ms": total,
        "service_ms": total - lag_ms,
        "trace_id": f"1-00000000-{hashlib.sha1(str(clock_s).encode()).hexdigest()[:24]}",  # noqa: S324
        "message_id": str(hashlib.md5(str(clock_s).encode()).hexdigest()),  # noqa: S324 - an id
    }
    for name, mean_ms in ASYNCHRONOUS.items():
        scale = 0.5 if name == "branch_archive" and strategy == "s3-first" else 1.0
        row[f"async_{name}_ms"] = mean_ms * scale * float(np.exp(random.normal(0.0, 0.2)))
    if not warm_up and random.random() < shape.failed_share:
        blank = [name for name in row if name.startswith(("stage_", "async_"))]
        row |= dict.fromkeys(blank, np.nan)
        row |= {"status": 503, "error": "Service Unavailable", "message_id": ""}
    return row
