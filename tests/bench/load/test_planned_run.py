"""A plan is carried out in the open model: due times rule, answers do not."""

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import gevent
import pytest
from botocore.exceptions import EndpointConnectionError

from bench.load import Drain, Plan, PlanNotCarriedOutError, RequestSample
from bench.load.executions_running import executions_running
from bench.load.pace import OwnPace
from bench.load.planned_run import PlannedRun
from bench.load.request_sample import SamplesFile
from bench.load.sender import Answer


@dataclass
class Sender:
    """Answers after a delay; `delays_s` are those of the requests in order, 0 when used up."""

    delays_s: list[float] = field(default_factory=list)
    method: str = "POST"
    sent: list[bytes] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    failure: Exception | None = None
    trace_ids: list[str] = field(default_factory=list)

    def before_block(self, requests: int) -> None:
        self.events.append(f"before {requests}")

    def send(self, content: bytes, trace_id: str = "") -> Answer:
        sent_s = time.perf_counter()
        delay_s = self.delays_s[len(self.sent)] if len(self.sent) < len(self.delays_s) else 0.0
        self.sent.append(content)
        self.trace_ids.append(trace_id)
        if self.failure:
            raise self.failure
        gevent.sleep(delay_s)
        return Answer(sent_s, time.perf_counter(), 200, "", f"id-{len(self.sent)}", "")

    def after_block(self) -> int:
        self.events.append("after")
        return 3


@dataclass
class Run:
    run: PlannedRun
    out: io.StringIO
    reported: list[tuple[str, RequestSample]]

    def records(self, kind: str) -> list[dict[str, Any]]:
        records = [json.loads(line) for line in self.out.getvalue().splitlines()]
        return [record for record in records if record["record"] == kind]


def _run(plan: Plan, sender: Sender, executions_running: Callable[[], bool] = lambda: False) -> Run:
    out = io.StringIO()
    reported: list[tuple[str, RequestSample]] = []
    run = PlannedRun(
        plan,
        senders=dict.fromkeys(("redis-first", "s3-first", "floor", "redis-set"), sender),
        samples=SamplesFile(out),
        report=lambda method, sample: reported.append((method, sample)),
        pace=OwnPace(plan.drain, executions_running, time.perf_counter),
        clock=time.perf_counter,
        cpu_clock=time.process_time,
    )
    return Run(run, out, reported)


def test_a_stalled_answer_delays_itself_and_no_later_request(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(("redis-first", [0.0, 0.05, 0.1, 0.15, 0.2]))
    sender = Sender(delays_s=[0.0, 0.4])
    run = _run(plan, sender)
    run.run.run()
    samples = sorted(run.records("request"), key=lambda record: record["due_s"])
    dues_s = [sample["due_s"] - samples[0]["due_s"] for sample in samples]
    assert dues_s == pytest.approx([0.0, 0.05, 0.1, 0.15, 0.2], abs=1e-6)
    for sample in samples:
        assert 0 <= sample["sent_s"] - sample["due_s"] < 0.03
        assert sample["latency_ms"] == pytest.approx((sample["done_s"] - sample["due_s"]) * 1e3)
    assert samples[1]["latency_ms"] > 400
    assert all(sample["latency_ms"] < 100 for sample in samples[:1] + samples[2:])
    assert run.records("end") == [
        {"record": "end", "outcome": "complete", "problem": "", **_run_time(run)}
    ]


def _run_time(run: Run) -> dict[str, float]:
    return {"run_s": run.records("end")[0]["run_s"]}


def test_a_blocked_generator_makes_latencies_longer_and_is_told(plan_of_blocks: Any) -> None:
    class Blocking(Sender):
        def send(self, content: bytes, trace_id: str = "") -> Answer:
            if not self.sent:
                time.sleep(0.15)  # holds up the loop itself
            return super().send(content, trace_id)

    run = _run(plan_of_blocks(("floor", [0.0, 0.05, 0.3])), Blocking())
    run.run.run()
    (health,) = run.records("block_end")
    assert health["late"] == 2
    late = sorted(run.records("request"), key=lambda record: record["due_s"])[1]
    assert late["latency_ms"] - late["service_ms"] == pytest.approx(100, abs=30)


def test_blocks_follow_each_other_with_their_numbers_and_bodies(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(("redis-first", [0.0, 0.01]), ("redis-set", [0.0]), ("s3-first", [0.0]))
    sender = Sender()
    run = _run(plan, sender)
    run.run.run()
    requests = run.records("request")
    assert [request["strategy"] for request in requests] == [
        "redis-first",
        "redis-first",
        "redis-set",
        "s3-first",
    ]
    assert len({request["payload_sha256"] for request in requests}) == 4
    assert {len(content) for content in sender.sent} == {4096}
    assert [request["warm_up"] for request in requests] == [True, False, True, True]
    assert sender.events == ["before 2", "after", "before 1", "after", "before 1", "after"]
    assert [(block["block"], block["requests"]) for block in run.records("block")] == [
        (0, 2),
        (1, 1),
        (2, 1),
    ]
    assert {block["connections_opened"] for block in run.records("block_end")} == {3}
    assert [sample.message_id for _, sample in run.reported] == ["id-1", "id-2", "id-3", "id-4"]


def test_the_latency_of_a_raw_set_is_the_set_alone(plan_of_blocks: Any) -> None:
    run = _run(plan_of_blocks(("redis-set", [0.0])), Sender(delays_s=[0.02]))
    run.run.run()
    (sample,) = run.records("request")
    assert sample["latency_ms"] == sample["service_ms"] >= 20


def test_few_prepared_bodies_are_enough_for_many_arrivals(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(("floor", [0.03 * n for n in range(8)]), prepared_bytes=1)
    sender = Sender()
    _run(plan, sender).run.run()
    assert len(set(sender.sent)) == 8


def test_the_next_block_waits_for_the_executions_of_an_ingesting_one(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(("redis-first", [0.0]), ("floor", [0.0]), drain=Drain(poll_s=0.02))
    answers = iter([True, True, False])
    run = _run(plan, Sender(), lambda: next(answers))
    run.run.run()
    first, second = run.records("block_end")
    assert first["drain_s"] >= 0.04
    assert second["drain_s"] == 0.0


def test_executions_that_do_not_end_end_the_plan(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(("redis-first", [0.0]), drain=Drain(timeout_s=0.05, poll_s=0.01))
    run = _run(plan, Sender(), lambda: True)
    with pytest.raises(PlanNotCarriedOutError, match="lower the arrival rate"):
        run.run.run()
    assert [end["outcome"] for end in run.records("end")] == ["failed"]


def test_a_request_that_never_ends_ends_the_plan(
    plan_of_blocks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.load.planned_run._JOIN_GRACE_S", 0.05)
    plan = plan_of_blocks(("floor", [0.0, 0.01]), request_timeout_s=0.05)
    run = _run(plan, Sender(delays_s=[0.0, 60.0]))
    with pytest.raises(PlanNotCarriedOutError, match="1 requests of block 0"):
        run.run.run()
    assert len(run.records("request")) == 1


def test_an_unforeseen_error_of_a_request_ends_the_plan(
    plan_of_blocks: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    run = _run(plan_of_blocks(("floor", [0.0])), Sender(failure=ZeroDivisionError()))
    with pytest.raises(PlanNotCarriedOutError, match="ended without an answer"):
        run.run.run()
    assert run.records("end")[0]["outcome"] == "failed"
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_an_unforeseen_error_of_the_plan_still_ends_the_samples(plan_of_blocks: Any) -> None:
    def fail() -> bool:
        raise ZeroDivisionError

    run = _run(plan_of_blocks(("s3-first", [0.0]), drain=Drain()), Sender(), fail)
    with pytest.raises(ZeroDivisionError):
        run.run.run()
    assert run.records("end")[0]["outcome"] == "failed"


def test_an_interrupted_run_tells_what_was_in_flight_and_writes_no_more(
    plan_of_blocks: Any,
) -> None:
    run = _run(plan_of_blocks(("redis-first", [0.0, 0.1, 0.5])), Sender(delays_s=[0.0, 0.3]))
    working = gevent.spawn(run.run.run)
    gevent.sleep(0.25)
    run.run.interrupt("told to")
    written = run.out.getvalue()
    working.join(2)
    assert isinstance(working.exception, PlanNotCarriedOutError)
    assert run.out.getvalue() == written
    done, abandoned = run.records("request")
    assert (done["status"], abandoned["status"]) == (200, 0)
    assert abandoned["error"] == "abandoned: told to"
    (end,) = run.records("end")
    assert (end["outcome"], end["problem"]) == ("interrupted", "told to")


class _Unreachable:
    def list_executions(self, **_: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")


def test_step_functions_that_cannot_be_asked_end_the_plan() -> None:
    with pytest.raises(PlanNotCarriedOutError, match="is the stack still up"):
        executions_running(_Unreachable(), "arn")


def test_what_is_due_beyond_the_limit_in_flight_is_dropped_and_counted(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(("redis-first", [0.0, 0.02, 0.04, 0.3]), in_flight_limit=2)
    sender = Sender(delays_s=[0.15, 0.15])
    run = _run(plan, sender)
    run.run.run()
    samples = sorted(run.records("request"), key=lambda record: record["due_s"])
    assert [sample["status"] for sample in samples] == [200, 200, 0, 200]
    assert samples[2]["error"] == "dropped: 2 requests were in flight, the plan's limit"
    assert samples[2]["sent_s"] - samples[2]["due_s"] < 0.03
    assert samples[2]["payload_sha256"] not in {
        samples[place]["payload_sha256"] for place in (0, 3)
    }
    assert len(sender.sent) == 3
    (health,) = run.records("block_end")
    assert (health["requests"], health["dropped"]) == (3, 1)
    assert len(run.reported) == 4


def test_a_block_with_too_many_drops_is_marked_with_the_reason(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(
        ("floor", [0.0, 0.01, 0.02]), ("floor", [0.0, 0.01, 0.02]), in_flight_limit=1
    )
    run = _run(plan, Sender(delays_s=[0.1, 0.0, 0.0, 0.0]))
    run.run.run()
    marked, unmarked = (block["mark"] for block in run.records("block_end"))
    assert "of 3 requests left more than 10 ms late, and 2 were dropped" in marked
    assert unmarked == ""


def test_the_heartbeat_tells_of_a_loop_that_was_held_up(plan_of_blocks: Any) -> None:
    class Blocking(Sender):
        def send(self, content: bytes, trace_id: str = "") -> Answer:
            if len(self.sent) == 1:
                time.sleep(0.1)  # the loop itself
            return super().send(content, trace_id)

    run = _run(plan_of_blocks(("floor", [0.0, 0.3]), ("floor", [0.0, 0.3])), Blocking())
    run.run.run()
    # The second block's two requests are the third and fourth, and hold up nothing.
    held_up, free = run.records("block_end")
    assert held_up["loop_lag_max_ms"] > 80
    assert held_up["loop_lag_p50_ms"] < 10
    assert free["loop_lag_max_ms"] < held_up["loop_lag_max_ms"]


def test_each_template_is_told_once_with_what_compresses(plan_of_blocks: Any) -> None:
    run = _run(plan_of_blocks(("floor", [0.0, 0.01]), ("redis-set", [0.0])), Sender())
    run.run.run()
    assert run.records("payload") == [
        {
            "record": "payload",
            "kind": "binary",
            "size": "256 KB",
            "body_bytes": 4096,
            "source": "",
            "compressible_share": 0.0,
        }
    ]


def test_users_of_a_closed_model_wait_for_their_answers_and_think(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(("floor", [0.0] * 7))
    plan = replace(plan, blocks=(replace(plan.blocks[0], users=2, think_s=0.05),))
    sender = Sender(delays_s=[0.3])
    run = _run(plan, sender)
    run.run.run()
    samples = sorted(run.records("request"), key=lambda record: record["sent_s"])
    assert len(samples) == len({sample["payload_sha256"] for sample in samples}) == 7
    # The stalled user sends once; the other sends the rest meanwhile, one after the other.
    stalled = [sample for sample in samples if sample["latency_ms"] > 250]
    assert len(stalled) == 1
    others = [sample for sample in samples if sample not in stalled]
    for earlier, later in pairwise(others[:5]):
        assert later["sent_s"] - earlier["done_s"] > 0.045
    assert all(sample["sent_s"] - sample["due_s"] < 0.02 for sample in samples)


def test_an_interrupted_closed_model_ends_as_an_open_one_does(plan_of_blocks: Any) -> None:
    plan = plan_of_blocks(("floor", [0.0] * 50))
    plan = replace(plan, blocks=(replace(plan.blocks[0], users=1, think_s=0.02),))
    run = _run(plan, Sender())
    working = gevent.spawn(run.run.run)
    gevent.sleep(0.2)
    run.run.interrupt("told to")
    working.join(2)
    assert isinstance(working.exception, PlanNotCarriedOutError)
    assert 0 < len(run.records("request")) < 50
    assert run.records("end")[0]["outcome"] == "interrupted"
