"""What run.json tells of a part: what was sent and how, and how the load generator fared."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from bench.load import INGESTING, BlockLoad, Corpus, Design, Plan
from bench.run.settings import BenchSettings
from bench.scenarios import OBJECTIVES
from bench.statistics.percentile import percentile
from bench.statistics.samples import answered, measured

_OPEN: Final = "open: requests are sent when due, whatever the earlier ones do"
_CLOSED: Final = "closed: users wait for their answers, so that a slower system is sent less"
_ORDERS: Final = {
    "abba": "A B B A; A is Redis-first in even rounds",
    "randomised": "complete blocks in an order that the seed draws anew in each round",
}


def plan_facts(
    settings: BenchSettings, design: Design, plan: Plan, corpus: Corpus | None
) -> dict[str, Any]:
    """Return the load in short; units are in the keys."""
    floor = "floor, redis-set, then " if design.floor_requests else ""
    facts = {
        "scenario": settings.scenario.name,
        "overrides": list(settings.scenario.overrides),
        "model": _CLOSED if settings.scenario.loads[0].closed else _OPEN,
        "order": f"{floor}{_ORDERS[design.order]}",
        "rounds": design.rounds,
        "blocks_per_round": dict(design.blocks),
        "blocks": len(plan.blocks),
        "requests": plan.requests,
        "floor_requests_per_block": design.floor_requests,
        "in_flight_limit": plan.in_flight_limit,
        "loads": {load.label: _load_facts(load) for load in settings.scenario.loads},
        "sizes": _sizes(plan),
    }
    if settings.workers > 1:
        facts["workers"] = settings.workers
    if corpus is not None:
        facts["corpus"] = {
            "files": len(corpus.files),
            "left_out_as_too_large": corpus.too_large,
            "left_out_as_empty": corpus.empty,
        }
    return facts


def _load_facts(load: BlockLoad) -> dict[str, Any]:
    return {
        "requests": load.requests,
        "duration_s": load.length_s,
        "warm_up": load.warm_up,
        "streams": [
            {
                "tenant": stream.tenant,
                "arrivals": stream.arrivals.name,
                "sizes": dict(stream.sizes),
                "kinds": dict(stream.kinds),
            }
            for stream in load.streams
        ],
    }


def _sizes(plan: Plan) -> dict[str, Any]:
    arrivals = [arrival for block in plan.blocks for arrival in block.arrivals]
    found: dict[str, list[int]] = {}
    for arrival in arrivals:
        found.setdefault(arrival.size, []).append(arrival.body_bytes)
    return {
        size: {
            "requests": len(bodies),
            "least_body_bytes": min(bodies),
            "most_body_bytes": max(bodies),
        }
        for size, bodies in found.items()
    }


def generator_facts(
    blocks: pd.DataFrame, worker_blocks: pd.DataFrame | None = None
) -> dict[str, Any]:
    """Return how the load generator fared over all blocks, and whether the run can count.

    `valid` is false as soon as one block is marked: see `bench.load.GeneratorHealth.mark`.

    Parameters
    ----------
    blocks, worker_blocks
        As `bench.collect.read_blocks` and `read_worker_blocks` give them; the second is empty, or
        None, where one process sent everything.
    """
    marked = blocks[blocks["mark"] != ""]
    facts = {
        "valid": marked.empty,
        "marked_blocks": {
            str(number): mark for number, mark in zip(marked["block"], marked["mark"], strict=True)
        },
        "requests_sent_late": int(blocks["late"].sum()),
        "requests_dropped": int(blocks["dropped"].sum()),
        "connections_opened_by_requests": int(blocks["connections_opened"].sum()),
        "cpu_percent_of_a_core_at_most": round(float(blocks["cpu_percent"].max()), 1),
        "client_wait_p99_ms_at_most": round(float(blocks["client_wait_p99_ms"].max()), 3),
        "client_wait_ms_at_most": round(float(blocks["client_wait_max_ms"].max()), 3),
        "loop_lag_p50_ms": round(float(blocks["loop_lag_p50_ms"].median()), 3),
        "loop_lag_p99_ms_at_most": round(float(blocks["loop_lag_p99_ms"].max()), 3),
        "loop_lag_ms_at_most": round(float(blocks["loop_lag_max_ms"].max()), 3),
    }
    if worker_blocks is not None and not worker_blocks.empty:
        facts["workers"] = [
            _worker_facts(rows) for _, rows in worker_blocks.groupby("worker", sort=True)
        ]
    return facts


def _worker_facts(rows: pd.DataFrame) -> dict[str, Any]:
    """Return how one worker fared. `clock_offset_s` is to the master's clock, in the first block.

    How far it moved from there until the last block is the drift of the two clocks.
    """
    offsets_s = rows.sort_values("block")["clock_offset_s"]
    return {
        "worker": int(rows["worker"].iloc[0]),
        "host": str(rows["host"].iloc[0]),
        "requests_sent": int(rows["requests"].sum()),
        "requests_sent_late": int(rows["late"].sum()),
        "requests_dropped": int(rows["dropped"].sum()),
        "connections_opened_by_requests": int(rows["connections_opened"].sum()),
        "cpu_percent_of_a_core_at_most": round(float(rows["cpu_percent"].max()), 1),
        "client_wait_ms_at_most": round(float(rows["client_wait_max_ms"].max()), 3),
        "loop_lag_ms_at_most": round(float(rows["loop_lag_max_ms"].max()), 3),
        "clock_offset_s": round(float(offsets_s.iloc[0]), 6),
        "clock_drift_ms": round(float(offsets_s.iloc[-1] - offsets_s.iloc[0]) * 1e3, 3),
        "clock_uncertainty_ms_at_most": round(float(rows["clock_uncertainty_ms"].max()), 3),
    }


def payload_facts(payloads: pd.DataFrame) -> list[dict[str, Any]]:
    """Return, for each kind and size, how much of the payloads zlib takes away at level 6."""
    if payloads.empty:
        return []
    return [
        {
            "kind": kind,
            "size": size,
            "templates": len(rows),
            "compressible_share": round(
                float(
                    (rows["compressible_share"] * rows["body_bytes"]).sum()
                    / rows["body_bytes"].sum()
                ),
                3,
            ),
        }
        for (kind, size), rows in payloads.groupby(["kind", "size"], sort=False)
    ]


def objective_facts(
    objectives: Mapping[str, float], samples: pd.DataFrame
) -> dict[str, dict[str, Any]]:
    """Return, for each objective, its limit and what each strategy's measured requests had.

    A quantile is null from too few requests, and `met` with it; a request without a receipt
    misses every objective, so any above the quantile's share does.
    """
    rows = measured(samples[samples["strategy"].isin(INGESTING)])
    facts: dict[str, dict[str, Any]] = {}
    for key, limit_ms in objectives.items():
        fact: dict[str, Any] = {"limit_ms": limit_ms}
        for strategy, of_it in rows.groupby("strategy"):
            waits_ms = of_it["latency_ms"].where(answered(of_it), float("inf")).to_numpy(float)
            # Not finite where the unanswered reach the quantile; JSON has no infinity.
            with np.errstate(invalid="ignore"):  # between two infinities there is no number
                found = percentile(waits_ms, OBJECTIVES[key])
            finite = found is not None and found < float("inf")
            fact[str(strategy)] = {
                "measured_ms": found if finite else None,
                "met": None if found is None else bool(found <= limit_ms),
            }
        facts[key] = fact
    return facts
