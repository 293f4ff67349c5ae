"""Several workers carry out what one process would, and the one file says so."""

import io
import json
import time
from dataclasses import replace
from typing import Any

import gevent
import pytest

from bench.load import Drain, Plan, PlanNotCarriedOutError
from bench.load.pace import OwnPace
from bench.load.planned_run import PlannedRun
from bench.load.request_sample import SamplesFile
from tests.bench.load.distributed.in_memory import Recorder, Together

DUE_S = [0.0, 0.01, 0.05, 0.12, 0.13, 0.2, 0.25]
SAME_EVERYWHERE = (
    "block", "strategy", "kind", "size", "body_bytes", "payload_sha256", "date_time", "warm_up",
    "status",
)  # fmt: skip


@pytest.fixture
def plan(plan_of_blocks: Any) -> Plan:
    whole = plan_of_blocks(("redis-first", DUE_S), ("floor", DUE_S[:2]), ("s3-first", DUE_S[:5]))
    blocks = [
        replace(
            block,
            arrivals=tuple(
                replace(arrival, luck=f"{block.number:08x}{place:08x}")
                for place, arrival in enumerate(block.arrivals)
            ),
        )
        for block in whole.blocks
    ]
    return replace(whole, blocks=tuple(blocks))


def by_one_process(plan: Plan) -> list[dict[str, Any]]:
    out, sender = io.StringIO(), Recorder(time.perf_counter)
    PlannedRun(
        plan,
        senders=dict.fromkeys(("redis-first", "s3-first", "floor"), sender),
        samples=SamplesFile(out),
        report=lambda *_: None,
        pace=OwnPace(None, lambda: False, time.perf_counter),
        clock=time.perf_counter,
        cpu_clock=time.process_time,
    ).run()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def requests_of(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [record for record in records if record["record"] == "request"]
    return sorted(found, key=lambda record: (record["block"], record["due_s"]))


def luck_of(record: dict[str, Any]) -> str:
    """The last 16 hex digits of a trace id: see `sim.latency.luck`."""
    return str(record["trace_id"])[-16:]


@pytest.mark.parametrize("offsets_s", [[1000.0, -7.5], [3.0, 3.0, -1e5]])
def test_workers_send_what_one_process_sends(plan: Plan, offsets_s: list[float]) -> None:
    together = Together(plan, offsets_s)
    together.master.run()
    alone = by_one_process(plan)
    ours = requests_of(together.records("request"))
    theirs = requests_of(alone)
    assert [[each[key] for key in SAME_EVERYWHERE] for each in ours] == [
        [each[key] for key in SAME_EVERYWHERE] for each in theirs
    ]
    assert [luck_of(each) for each in ours] == [luck_of(each) for each in theirs]
    assert len({luck_of(each) for each in ours}) == len(ours)
    # The template is made by each worker, and told once.
    payloads = [record for record in alone if record["record"] == "payload"]
    assert together.records("payload") == payloads
    assert [(b["block"], b["requests"]) for b in together.records("block")] == [
        (0, 7),
        (1, 2),
        (2, 5),
    ]
    assert [end["outcome"] for end in together.records("end")] == ["complete"]


def test_each_arrival_has_its_due_time_on_one_clock(plan: Plan) -> None:
    together = Together(plan, [1000.0, -7.5])
    together.master.run()
    for block in plan.blocks:
        ours = [r for r in requests_of(together.records("request")) if r["block"] == block.number]
        dues_s = [each["due_s"] - ours[0]["due_s"] for each in ours]
        # Due times are the plan's to the rounding; whether clocks agreed shows in the sending.
        assert dues_s == pytest.approx([a.due_s for a in block.arrivals], abs=1e-6)
        assert all(0 <= each["sent_s"] - each["due_s"] < 0.03 for each in ours)
        assert all(0 < each["due_s"] < together.records("end")[0]["run_s"] for each in ours)
    uncertain_ms = max(e["clock_uncertainty_ms"] for e in together.records("worker_block_end"))
    # What really left when, on this process's one clock.
    left_s = sorted(at_s for sender in together.senders.values() for at_s, _, _ in sender.sent)
    spread_s = [at_s - left_s[0] for at_s in left_s[: len(DUE_S)]]
    assert spread_s == pytest.approx(DUE_S, abs=0.02 + 2 * uncertain_ms / 1e3)


def test_clocks_are_found_within_what_is_stated(plan: Plan) -> None:
    offsets_s = [1000.0, -7.5]
    together = Together(plan, offsets_s)
    together.master.run()
    ends = together.records("worker_block_end")
    assert [(end["block"], end["worker"]) for end in ends] == [
        (block, worker) for block in range(3) for worker in range(2)
    ]
    for end in ends:
        wrong_ms = abs(end["clock_offset_s"] - offsets_s[end["worker"]]) * 1e3
        assert wrong_ms <= end["clock_uncertainty_ms"] < 20


def test_what_each_worker_found_of_itself_is_kept_and_summed_up(plan: Plan) -> None:
    together = Together(replace(plan, in_flight_limit=2), [0.0, 5.0], delay_s=0.2)
    together.master.run()
    for block in together.records("block_end"):
        of_workers = [
            end for end in together.records("worker_block_end") if end["block"] == block["block"]
        ]
        for name in ("requests", "dropped", "late", "connections_opened"):
            assert block[name] == sum(end[name] for end in of_workers)
        for name in ("wall_s", "cpu_percent", "client_wait_max_ms", "loop_lag_p99_ms"):
            assert block[name] == max(end[name] for end in of_workers)
    first = together.records("block_end")[0]
    assert first["dropped"] > 1
    assert "were dropped" in first["mark"]
    assert "worker 0 of 2" in first["mark"]
    dropped = [r for r in together.records("request") if r["error"]]
    assert {r["error"] for r in dropped} == {
        "dropped: 1 requests were in flight, its share of the plan's limit"
    }
    assert {r["worker"] for r in together.records("request")} == {0, 1}


def test_the_master_alone_waits_for_executions(plan: Plan) -> None:
    asked = []

    def running() -> bool:
        asked.append(len(together.records("request")))
        return len(asked) < 3

    together = Together(
        replace(plan, drain=Drain(poll_s=0.02)), [0.0, 0.0], executions_running=running
    )
    together.master.run()
    # Three times after the first block, once after the third, and each time all had been answered.
    assert asked == [7, 7, 7, 14]
    assert together.records("block_end")[0]["drain_s"] >= 0.04


def test_a_worker_that_is_lost_ends_the_run_with_its_name(plan: Plan) -> None:
    together = Together(plan, [0.0, 0.0])
    gevent.spawn_later(0.5, together.lose, "host1_abc")
    with pytest.raises(PlanNotCarriedOutError, match=r"worker 1 of 2 \(.+\) was lost"):
        together.master.run()
    (end,) = together.records("end")
    assert end["outcome"] == "failed"
    assert "was lost" in end["problem"]


def test_what_a_worker_could_not_do_is_told_in_its_words(plan: Plan) -> None:
    together = Together(plan, [0.0, 0.0])
    together.senders["host0_abc"].failure = ZeroDivisionError()
    with pytest.raises(PlanNotCarriedOutError, match=r"worker 0 of 2 .*ended without an answer"):
        together.master.run()
    assert together.records("end")[0]["outcome"] == "failed"


def test_an_interrupted_run_tells_what_was_in_flight(plan: Plan) -> None:
    together = Together(plan, [0.0, 9.0], delay_s=0.5)
    working = gevent.spawn(together.master.run)
    while not any(sender.sent for sender in together.senders.values()):
        gevent.sleep(0.01)
    gevent.sleep(0.05)
    together.master.interrupt("told to")
    assert [end["outcome"] for end in together.records("end")] == ["interrupted"]
    working.join(2)
    assert isinstance(working.exception, PlanNotCarriedOutError)
    abandoned = together.records("request")
    assert abandoned
    assert {each["error"] for each in abandoned} == {"abandoned: told to"}
