"""What run.json tells of a part follows from its plan, blocks, payloads and samples."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from bench.load import make_plan
from bench.run import BenchSettings
from bench.run.part_facts import generator_facts, objective_facts, payload_facts, plan_facts
from bench.scenarios import load_scenario


def blocks(**values) -> pd.DataFrame:
    row = {
        "block": 0,
        "late": 0,
        "dropped": 0,
        "connections_opened": 0,
        "cpu_percent": 10.0,
        "client_wait_p99_ms": 1.5,
        "client_wait_max_ms": 2.0,
        "loop_lag_p50_ms": 1.0,
        "loop_lag_p99_ms": 2.0,
        "loop_lag_max_ms": 3.0,
        "mark": "",
    }
    return pd.DataFrame([row, {**row, "block": 1, **values}])


def test_one_marked_block_makes_the_run_invalid_and_is_named():
    assert generator_facts(blocks())["valid"] is True
    facts = generator_facts(blocks(mark="the generator used 95 % of a core", dropped=4, late=2))
    assert facts["valid"] is False
    assert facts["marked_blocks"] == {"1": "the generator used 95 % of a core"}
    assert (facts["requests_dropped"], facts["requests_sent_late"]) == (4, 2)
    assert facts["loop_lag_ms_at_most"] == 3.0
    slow = generator_facts(blocks(client_wait_p99_ms=1.9))
    assert slow["client_wait_p99_ms_at_most"] == 1.9
    json.dumps(facts)


def test_what_each_worker_was_and_how_its_clock_ran_is_told():
    rows = [
        {
            **blocks().iloc[0].to_dict(),
            "block": block,
            "worker": worker,
            "host": f"machine-{worker}",
            "process_id": 7,
            "requests": 10 + worker,
            "late": worker,
            "clock_offset_s": 100.0 * worker + 1e-4 * block,
            "clock_uncertainty_ms": 0.1 + block,
        }
        for block in (1, 0)
        for worker in (1, 0)
    ]
    assert "workers" not in generator_facts(blocks(), pd.DataFrame())
    first, second = generator_facts(blocks(), pd.DataFrame(rows))["workers"]
    assert [(each["worker"], each["host"]) for each in (first, second)] == [
        (0, "machine-0"),
        (1, "machine-1"),
    ]
    assert (second["requests_sent"], second["requests_sent_late"]) == (22, 2)
    assert (second["clock_offset_s"], second["clock_drift_ms"]) == (100.0, 0.1)
    assert second["clock_uncertainty_ms_at_most"] == 1.1
    json.dumps([first, second])


def test_payloads_are_pooled_by_kind_and_size_weighted_by_their_bytes():
    facts = payload_facts(
        pd.DataFrame(
            [
                {"kind": "text", "size": "a", "body_bytes": 300, "compressible_share": 0.8},
                {"kind": "text", "size": "a", "body_bytes": 100, "compressible_share": 0.4},
                {"kind": "binary", "size": "a", "body_bytes": 100, "compressible_share": 0.0},
            ]
        )
    )
    assert facts == [
        {"kind": "text", "size": "a", "templates": 2, "compressible_share": 0.7},
        {"kind": "binary", "size": "a", "templates": 1, "compressible_share": 0.0},
    ]
    assert payload_facts(pd.DataFrame()) == []


def samples(strategy: str, waits_ms: list[float], unanswered: int = 0) -> pd.DataFrame:
    status = [200] * len(waits_ms) + [0] * unanswered
    return pd.DataFrame(
        {
            "strategy": strategy,
            "warm_up": False,
            "latency_ms": [*waits_ms, *([1.0] * unanswered)],
            "status": status,
            "error": ["" if each else "dropped: …" for each in status],
        }
    )


def test_an_objective_is_met_or_missed_by_each_strategy_or_cannot_be_told():
    rows = pd.concat(
        [
            samples("redis-first", [100.0] * 190, unanswered=10),
            samples("s3-first", [100.0] * 190 + [900.0] * 10),
            samples("floor", [1.0] * 200),
        ]
    )
    facts = objective_facts({"p90_ms": 500.0, "p99_ms": 500.0}, rows)
    assert facts["p90_ms"] == {
        "limit_ms": 500.0,
        "redis-first": {"measured_ms": 100.0, "met": True},
        "s3-first": {"measured_ms": 100.0, "met": True},
    }
    assert facts["p99_ms"]["redis-first"] == {"measured_ms": None, "met": False}
    assert facts["p99_ms"]["s3-first"] == {"measured_ms": 900.0, "met": False}
    few = objective_facts({"p99_ms": 500.0}, samples("s3-first", [1.0] * 99))
    assert few["p99_ms"]["s3-first"] == {"measured_ms": None, "met": None}
    json.dumps(facts, allow_nan=False)


def test_a_plan_s_facts_name_scenario_model_order_and_arrivals():
    scenario = replace(load_scenario("two-tenants"), overrides=("repetitions=1",))
    settings = BenchSettings(scenario=scenario)
    plan = make_plan(scenario.loads, scenario.design, largest_bytes=6_288_384, seed=1, run_tag="t")
    facts = plan_facts(settings, scenario.design, plan, corpus=None)
    assert facts["scenario"] == "two-tenants"
    assert facts["overrides"] == ["repetitions=1"]
    assert facts["model"].startswith("open")
    assert "the seed draws" in facts["order"]
    (load,) = facts["loads"].values()
    assert [stream["arrivals"] for stream in load["streams"]] == [
        "constant, 2/s",
        "poisson, 0.2/s with bursts of 3/s for 2 s every 10 s",
    ]
    assert facts["requests"] == plan.requests
    assert sum(each["requests"] for each in facts["sizes"].values()) == plan.requests
    assert facts["sizes"]["3 MB"]["most_body_bytes"] == pytest.approx(3_145_728)
    json.dumps(facts)
