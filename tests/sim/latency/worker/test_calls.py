"""Shaped calls follow their model, in time that only passes when somebody waits for it."""

import math

import numpy as np
import pytest

from sim.latency import OperationModel, load_profile
from sim.latency.function_network import FunctionNetwork
from sim.latency.luck import luck_from, trace_id
from sim.latency.operation_distribution import cdf
from sim.latency.shaping import Shaping, shaping_of
from sim.latency.worker.calls import Calls

CALLS = 10_000
CRITICAL = 1.949 / math.sqrt(CALLS)
"""Kolmogorov-Smirnov at one in a thousand."""


class VirtualTime:
    def __init__(self):
        self.now_s = 100.0

    def clock(self):
        return self.now_s

    def sleep(self, seconds):
        assert seconds > 0
        self.now_s += seconds


class Worker:
    """Calls of one environment, with an emulator that answers after a given time."""

    def __init__(self, shaping):
        self.time, self.records = VirtualTime(), []
        self.calls = Calls(shaping, self.records.append, self.time.clock, self.time.sleep)

    def begin(self, number, epoch_s=1_000, handler="ingest.handler"):
        header = f"Root={trace_id(epoch_s, luck_from('test', number))};Sampled=0"
        self.calls.begin(header, handler)

    def call(self, operation, body_bytes=0, emulator_ms=0.05):
        begun_s = self.time.now_s
        call, target = self.calls.sent(operation, body_bytes, fresh_connection=False)
        self.time.now_s += emulator_ms / 1e3
        answered_s = self.time.now_s
        self.calls.wait_until(begun_s + target.total_ms / 1e3)
        self.calls.ended(
            call,
            begun_s=begun_s,
            target_ms=target.total_ms,
            answered_s=answered_s,
            client_ms=0.01,
        )
        return self.records[-1]


def shaped_ms(worker, operation, body_bytes):
    found = []
    for number in range(CALLS):
        worker.begin(number)
        found.append(worker.call(operation, body_bytes)["total_ms"])
    return np.sort(found)


def distance(ordered, model, body_bytes):
    expected = np.array([cdf(model, float(each), body_bytes) for each in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return max(np.max(steps[1:] - expected), np.max(expected - steps[:-1]))


@pytest.mark.parametrize(
    ("operation", "body_bytes"),
    [("s3.PutObject", 4_500_000), ("elasticache.SET", 0), ("states.StartExecution", 0)],
)
def test_shaped_calls_follow_their_model_when_the_emulator_is_faster(operation, body_bytes):
    profile = load_profile("aws-typical")
    shaping = Shaping("p", seed=4, operations=profile.operations, cache_tls=False)
    ordered = shaped_ms(Worker(shaping), operation, body_bytes)
    assert distance(ordered, profile.model(operation), body_bytes) < CRITICAL


def test_the_distance_sees_a_shaping_that_is_a_twentieth_off():
    model = load_profile("aws-typical").model("s3.PutObject")
    other = OperationModel(model.median_ms * 1.05, model.p99_ms * 1.05)
    shaping = Shaping("p", seed=4, operations={"s3.PutObject": other})
    ordered = shaped_ms(Worker(shaping), "s3.PutObject", 0)
    assert distance(ordered, OperationModel(model.median_ms, model.p99_ms), 0) > CRITICAL


def test_a_slower_emulator_is_not_waited_for_and_shows():
    worker = Worker(Shaping("p", operations={"s3.PutObject": OperationModel(20, 20)}))
    worker.begin(1)
    record = worker.call("s3.PutObject", emulator_ms=35)
    assert record["total_ms"] == pytest.approx(35)
    assert record["emulator_ms"] == pytest.approx(35)
    assert record["target_ms"] == 20


def test_the_same_requests_in_another_process_and_another_order_meet_the_same_targets():
    shaping = shaping_of(load_profile("aws-typical"))
    targets = []
    for order in (range(50), reversed(range(50))):
        worker = Worker(shaping)
        found = {}
        for number in order:
            worker.begin(number)
            found[number] = [worker.call("dynamodb.PutItem")["target_ms"] for _ in range(2)]
        targets.append(found)
    assert targets[0] == targets[1]
    assert len({tuple(each) for each in targets[0].values()}) == 50


def test_a_message_that_is_tried_again_meets_new_luck_and_the_other_strategys_the_same():
    worker = Worker(shaping_of(load_profile("aws-typical")))
    worker.begin(1, epoch_s=1_000)
    first = worker.call("s3.HeadObject")
    worker.begin(1, epoch_s=1_000)
    again = worker.call("s3.HeadObject")
    worker.begin(1, epoch_s=2_000)
    other = worker.call("s3.HeadObject")
    assert [first["occurrence"], again["occurrence"], other["occurrence"]] == [0, 1, 0]
    assert first["target_ms"] == other["target_ms"] != again["target_ms"]


def test_a_drained_network_slows_large_calls_down():
    limit = FunctionNetwork(burst_bytes=10e6, first_burst_bytes=0, bytes_per_s=1e6)
    worker = Worker(Shaping("p", function_network=limit))
    worker.begin(1)
    took = [worker.call("elasticache.SET", 6_000_000)["total_ms"] for _ in range(3)]
    assert took[0] == pytest.approx(0.05)
    assert took[1] == pytest.approx(2_000, rel=1e-3)
    assert took[2] == pytest.approx(6_000, rel=1e-3)
