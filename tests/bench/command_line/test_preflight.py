"""`firstwrite preflight`, and that the running stack does what it says."""

import json
import os
from pathlib import Path

import pytest
import urllib3
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bench.command_line.preflight_command import (
    KIND_SAMPLES,
    Record,
    parse_size,
    preflight,
    record_of,
)
from bench.command_line.program import program
from bench.send.message_file import read_message_file, wrap
from sim.gateway.gateway_response import MAX_BODY_BYTES
from sim.lambda_service.invocation import MAX_EVENT_BYTES
from sim.preflight import pointer_hops
from sim.preflight.hops import MAX_STATE_BYTES
from sim.stack import Deployment


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1),
        ("262144", 262_144),
        ("256KB", 262_144),
        ("256 kb", 262_144),
        ("1KiB", 1024),
        ("4.5 MB", 4_718_592),
        ("2M", 2 * 1024**2),
        ("9007199254740993", 2**53 + 1),
        ("1iB", None),
        ("9" * 400, None),
        ("many", None),
        ("-1", None),
        ("", None),
    ],
)
def test_sizes_are_binary(text, size):
    assert parse_size(text) == size


@given(st.integers(1, 10**9))
def test_a_plain_number_is_bytes(size):
    assert parse_size(str(size)) == size


@pytest.mark.parametrize(("what", "code"), [("1MB", 0), ("4.4MB", 0), ("5MB", 1), ("1GB", 1)])
def test_the_exit_code_says_whether_it_passes(what, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(program, ["preflight", "--json", what])
    assert result.exit_code == code, result.output
    answer = json.loads(result.output)
    assert (answer["refused_by"] is None) is (code == 0)
    assert (answer["payload_bytes"] <= answer["largest_payload_bytes"]) is (code == 0)


@pytest.mark.parametrize("what", ["nothing.bin", "0", ".", "9" * 400, "x" * 400])
def test_what_is_neither_a_file_nor_a_size_is_refused_with_the_mend(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(program, ["preflight", what])
    assert result.exit_code == 2


def test_a_file_counts_as_send_would_wrap_it(tmp_path):
    file = tmp_path / "picture.jpg"
    file.write_bytes(os.urandom(100_000))
    found = preflight(record_of(str(file)), None)
    assert found.body_bytes == len(read_message_file(file).body)
    assert found.payload_bytes == 100_000
    assert found.refused_by is None


def test_each_kind_has_its_own_largest_payload():
    found = preflight(Record(Path("payload"), 1), None)
    for kind, path in KIND_SAMPLES.items():
        most = found.largest_of_kinds[kind]
        assert preflight(Record(path, most), None).refused_by is None
        assert preflight(Record(path, most + 1), None).refused_by is not None


@given(st.integers(1, 12_000_000))
@settings(max_examples=30)
def test_what_passes_passes_with_a_byte_less(size):
    larger = preflight(Record(Path("payload"), size + 1), None)
    if larger.refused_by is None:
        assert preflight(Record(Path("payload"), size), None).refused_by is None


@pytest.mark.parametrize("name", ["a[b].bin", "x[red]y.bin", ":a:.bin"])
def test_a_name_is_printed_as_it_is(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(b"1234")
    result = CliRunner().invoke(program, ["preflight", "--json", name])
    assert json.loads(result.output)["record"] == name
    assert name in CliRunner().invoke(program, ["preflight", name]).output


def test_beside_a_stack_of_another_template_it_counts_an_api_on_aws(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = Deployment(outputs={"OrdersUrl": "http://x/v1/orders"}, api_key="", region="us-east-1")
    monkeypatch.setattr("bench.command_line.preflight_command.running_deployment", lambda: other)
    result = CliRunner().invoke(program, ["preflight", "1MB"])
    assert result.exit_code == 0, result.output
    assert "an API in us-east-1" in result.output


def post(deployment, body: bytes) -> urllib3.BaseHTTPResponse:
    return urllib3.request(
        "POST",
        deployment.outputs["RedisFirstUrl"],
        body=body,
        headers={"x-api-key": deployment.api_key, "Content-Type": "application/json"},
        timeout=30,
        retries=False,
    )


def message(payload_bytes: int):
    return wrap(Path("payload"), os.urandom(payload_bytes))


@pytest.mark.integration
def test_the_stack_takes_the_largest_payload_and_refuses_one_byte_more(deployment):
    largest = preflight(Record(Path("payload"), 1), deployment).largest_payload_bytes
    answer = post(deployment, message(largest).body)
    assert answer.status == 200, answer.data
    more = message(largest + 1)
    refused = preflight(Record(Path("payload"), largest + 1), deployment).refused_by
    assert refused is not None
    answer = post(deployment, more.body)
    assert (answer.status, answer.data.decode(), answer.headers["x-amzn-ErrorType"]) == (
        refused.hop.status,
        refused.hop.refusal(refused.size_bytes),
        refused.hop.error,
    )


@pytest.mark.integration
def test_the_stack_refuses_what_the_gateway_is_said_to_refuse(deployment):
    size = MAX_BODY_BYTES // 4 * 3 + 3
    record = message(size)
    refused = preflight(Record(record.path, size), deployment).refused_by
    assert refused is not None
    answer = post(deployment, record.body)
    assert (answer.status, answer.data.decode(), answer.headers["x-amzn-ErrorType"]) == (
        refused.hop.status,
        refused.hop.refusal(refused.size_bytes),
        refused.hop.error,
    )


def said(name: str, size_bytes: int) -> tuple[int, str, str]:
    hop = next(each for each in pointer_hops() if name in each.name)
    return hop.status, hop.error, hop.refusal(size_bytes)


def refusal(call, **arguments) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status, answer["Error"]["Code"], answer["Error"]["Message"]


@pytest.mark.integration
def test_the_hops_of_the_pointer_refuse_a_whole_record_in_these_words(deployment):
    states, functions = deployment.client("stepfunctions"), deployment.client("lambda")
    too_large = json.dumps("x" * MAX_STATE_BYTES)
    machine = deployment.outputs["StateMachineArn"]
    assert refusal(states.start_execution, stateMachineArn=machine, input=too_large) == said(
        "Step Functions", len(too_large)
    )
    status = urllib3.request("GET", deployment.status_url).json()
    event = json.dumps("x" * MAX_EVENT_BYTES).encode()
    assert refusal(
        functions.invoke,
        FunctionName=status["functions"][0]["name"],
        InvocationType="Event",
        Payload=event,
    ) == said("asynchronous", len(event))


@pytest.mark.integration
def test_only_a_pointer_reaches_step_functions(deployment):
    assert post(deployment, message(1_000_000).body).status == 200
    states = deployment.client("stepfunctions")
    machine = deployment.outputs["StateMachineArn"]
    newest = states.list_executions(stateMachineArn=machine, maxResults=1)["executions"][0]
    given = states.describe_execution(executionArn=newest["executionArn"])["input"]
    assert len(given.encode()) < 2048
