"""Samples and calls of a run under a profile, whose latencies are their calls' and 5 ms besides."""

from dataclasses import asdict

import pandas as pd

from bench.collect import CALL_COLUMNS
from sim.latency.luck import luck_from, trace_id
from sim.latency.shaping import Call, Shaping

OWN_MS = 5.0
"""What a request takes beside its calls."""

HASHING_MS = 2.0
"""Of them, the one stage that the handler reports beside its calls."""

FIRST_WRITES = {"redis-first": "elasticache.SET", "s3-first": "s3.PutObject"}
SIZES = {"256 KB": 262_144, "largest": 6_291_000}
APART_S = 0.25
"""Between two requests of a block."""

LATE_MS = 0.1
"""How late each timer is."""


def shaped_run(
    shaping: Shaping, *, blocks: int = 4, requests: int = 12, emulator_ms: float = 1.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the samples and the calls; both strategies' n-th requests share their luck."""
    samples, calls = [], []
    for size, body_bytes in SIZES.items():
        for block in range(blocks):
            for strategy, epoch_s in (("redis-first", 1_000 + block), ("s3-first", 2_000 + block)):
                for number in range(requests):
                    trace = trace_id(epoch_s, luck_from(size, block, number))
                    made = [
                        _record(shaping, call, emulator_ms)
                        for call in _calls(strategy, trace, body_bytes)
                    ]
                    calls += made
                    latency_ms = OWN_MS + sum(record["total_ms"] for record in made[:-1])
                    samples.append(
                        {
                            "block": 2 * block + (strategy == "s3-first"),
                            "round": block,
                            "strategy": strategy,
                            "kind": "binary",
                            "size": size,
                            "body_bytes": body_bytes,
                            "payload_bytes": body_bytes * 3 // 4,
                            "warm_up": number == 0,
                            "due_s": epoch_s * 10 + number * APART_S,
                            "sent_s": epoch_s * 10 + number * APART_S,
                            "latency_ms": latency_ms,
                            "service_ms": latency_ms,
                            "status": 200,
                            "error": "",
                            "trace_id": trace,
                            "stage_handler_hash_ms": HASHING_MS,
                            "stage_payload_store_ms": made[2]["total_ms"],
                            "stage_start_execution_ms": made[3]["total_ms"],
                        }
                    )
    return pd.DataFrame(samples), pd.DataFrame(calls, columns=list(CALL_COLUMNS))


def with_invocations(calls: pd.DataFrame, runtime_ms: float = 1.0) -> pd.DataFrame:
    """Return the calls with those of the ingest functions, which took so long beside them.

    They are in no latency of the samples.
    """
    ingest = calls[calls["operation"] == "states.StartExecution"]
    invoked = ingest.assign(
        operation="lambda.Invoke",
        caller="lambda:ingest.handler",
        target_ms=runtime_ms,
        emulator_ms=runtime_ms,
        total_ms=runtime_ms,
    )
    return pd.concat([calls, invoked], ignore_index=True)


def _calls(strategy: str, trace: str, body_bytes: int) -> list[Call]:
    """The last one is made behind the receipt."""
    return [
        Call("network.upload", trace, "gateway", body_bytes=body_bytes),
        Call("apigateway.request", trace, "gateway", body_bytes=body_bytes),
        Call(FIRST_WRITES[strategy], trace, "ingest.handler", body_bytes=body_bytes * 3 // 4),
        Call("states.StartExecution", trace, "ingest.handler"),
        Call("dynamodb.PutItem", trace, "metadata.handler"),
    ]


def _record(shaping: Shaping, call: Call, emulator_ms: float) -> dict[str, object]:
    target_ms = shaping.target(call).total_ms
    waited = target_ms > emulator_ms
    return {
        **asdict(call),
        "source": "states" if call.operation == "dynamodb.PutItem" else "gateway",
        "begun_s": 0.0,
        "target_ms": target_ms,
        "emulator_ms": emulator_ms,
        "client_ms": 0.5,
        "total_ms": target_ms + LATE_MS if waited else emulator_ms,
    }
