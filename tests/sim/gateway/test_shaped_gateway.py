"""The gateway fills up the sender's network and its own time, and its stages say so."""

import json
import re

import pytest
import requests

from sim.gateway import RestApi, Route
from sim.latency import Network, OperationModel
from sim.latency.luck import luck_from, trace_id
from sim.latency.shaping import Shaping

BODY = b"x" * 1_000_000
SENDER = Network(uplink_bit_per_s=80e6, downlink_bit_per_s=80e6, rtt_ms=10.0)
SHAPING = Shaping(
    "test", operations={"apigateway.request": OperationModel(20, 20, 30, 30)}, sender=SENDER
)
TRACE = trace_id(1_000, luck_from("test"))


@pytest.fixture
def gateway(serve):
    api = RestApi("a", "v1", [Route("POST", "/take", "f", api_key_required=False)])
    return serve(api, shaping=SHAPING)


def post(gateway, path="/v1/take"):
    header = {"X-Amzn-Trace-Id": f"Root={TRACE}"}
    answer = requests.post(gateway.url + path, data=BODY, headers=header, timeout=30)
    found = re.findall(r"([\w-]+);dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
    return answer, {name: float(duration) for name, duration in found}


def close_to(target_ms):
    return pytest.approx(target_ms + 10, abs=10.3)


def test_the_upload_and_the_gateway_take_their_times(gateway):
    answer, stages = post(gateway)
    assert answer.status_code == 200
    assert stages["gateway-receive"] == close_to(SENDER.upload_ms(len(BODY)))
    assert stages["gateway-event"] == close_to(20 + 30)
    assert answer.elapsed.total_seconds() * 1e3 > SENDER.upload_ms(len(BODY)) + 50


def test_each_is_recorded_for_the_request_that_it_is_part_of(gateway):
    post(gateway)
    lines = [json.loads(line) for line in gateway.call_file.read_text().splitlines()]
    assert [line["operation"] for line in lines] == [
        "network.upload",
        "apigateway.request",
        "network.download",
    ]
    assert {line["trace"] for line in lines} == {TRACE}
    assert {line["source"] for line in lines} == {"gateway"}
    assert lines[0]["body_bytes"] == len(BODY)
    assert all(line["total_ms"] >= line["target_ms"] - 0.3 for line in lines)


def test_the_senders_trace_reaches_the_function_and_the_event(gateway):
    post(gateway)
    (event,) = gateway.functions.events
    assert event["trace"] == f"Root={TRACE}"
    assert event["headers"]["X-Amzn-Trace-Id"] == f"Root={TRACE}"
    assert event["multiValueHeaders"]["X-Amzn-Trace-Id"] == [f"Root={TRACE}"]


def test_a_refused_request_has_been_uploaded_all_the_same(gateway):
    answer, stages = post(gateway, "/v1/absent")
    assert answer.status_code == 403
    assert stages == {}
    (line,) = gateway.call_file.read_text().splitlines()
    assert json.loads(line)["operation"] == "network.upload"
