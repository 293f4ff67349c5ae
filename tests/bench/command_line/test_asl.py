"""The commands of `firstwrite asl`: what they print, write and end with."""

import json
import os
from xml.etree import ElementTree

import pytest

from bench.asl.service_run import endpoint_of
from tests.bench.asl.definitions import ORDER, machine, passing, task
from tests.bench.command_line.in_process import firstwrite

PLAIN = {"COLUMNS": "160", "NO_COLOR": "1", "AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_SFN": ""}
BROKEN = machine("A", A=passing("Nowhere"), B=passing())
SUITE = """
mocks: {Pay: {Return: 1}}
tests:
  - name: ships
    input: {urgent: true, items: [1]}
    expect: {output: [1], path: [Check, Ship, Each, Done]}
  - name: is right & wrong
    input: {urgent: false, items: []}
    expect: {path: [Check, Ship, Each, Done]}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "order.asl.json").write_text(json.dumps(ORDER, indent=2))
    (tmp_path / "broken.asl.json").write_text(json.dumps(BROKEN, indent=2))
    (tmp_path / "suite.yaml").write_text(SUITE)
    (tmp_path / "in.json").write_text('{"urgent": false, "items": [1]}')
    (tmp_path / "mocks.yaml").write_text("Pay: {Return: 1}\n")
    (tmp_path / "failing.yaml").write_text("Pay: {Throw: {Error: E, Cause: no money}}\n")
    return tmp_path


def asl(folder, *arguments):
    return firstwrite(folder, PLAIN, "asl", *arguments)


def test_run_shows_a_tree_with_durations_and_the_output(folder):
    ended = asl(folder, "run", "order.asl.json", "--input", "in.json", "--mock", "mocks.yaml")
    assert ended.code == 0, ended.stderr
    assert "SUCCEEDED  60 min" in ended.stdout
    assert "branch 2" in ended.stdout
    assert ended.stdout.endswith("[\n  1\n]\n")


def test_run_that_fails_ends_with_1_and_says_why(folder):
    ended = asl(folder, "run", "order.asl.json", "--input", "in.json", "--mock", "failing.yaml")
    assert ended.code == 1
    assert "E: no money" in ended.stdout
    assert ended.stdout.endswith("FAILED: NotShipped: sorry\n")


def test_run_gives_the_same_json_each_time(folder):
    words = ("run", "order.asl.json", "--input", "in.json", "--mock", "mocks.yaml", "--json")
    first, again = asl(folder, *words), asl(folder, *words)
    assert first.stdout == again.stdout
    found = json.loads(first.stdout)
    assert (found["status"], found["output"]) == ("SUCCEEDED", [1])
    assert [event["id"] for event in found["events"]] == list(range(1, len(found["events"]) + 1))


def test_run_by_the_real_clock_waits(folder):
    states = {"A": {"Type": "Wait", "Seconds": 1, "End": True}}
    (folder / "wait.json").write_text(json.dumps(machine("A", **states)))
    ended = asl(folder, "run", "wait.json", "--clock", "real")
    assert ended.code == 0
    assert "A …" in ended.stderr
    assert "1 s" in ended.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "none.json"], "none.json is not there"),
        (["run", "broken.asl.json"], "broken.asl.json:6:7: error: MISSING_TRANSITION_TARGET"),
        (["run", "order.asl.json"], "has tasks (Pay): say what they answer by --mock FILE"),
        (["run", "order.asl.json", "--mock", "in.json"], "in.json: urgent: an answer is needed"),
        (["run", "order.asl.json", "--test-case", "x"], "give --mock too"),
        (["run", "order.asl.json", "--mock", "mocks.yaml", "--input", "suite.json"], "not there"),
        (["run", "order.asl.json", "--mock", "mocks.yaml", "--input", "mocks.yaml"], None),
        (["validate", "none.json"], "none.json is not there"),
        (["graph", "order.asl.json", "--output", "x.png"], "give .svg or .mmd"),
        (["graph", "order.asl.json", "--output", "no/x.svg"], "cannot be written"),
        (["test", "order.asl.json", "in.json"], "urgent is not known"),
        (["test", "broken.asl.json", "suite.yaml"], "Nowhere"),
        (["test", "order.asl.json", "suite.yaml", "--only", "x"], "there are ships, is right"),
    ],
)
def test_what_has_to_be_mended_ends_with_2_in_one_line(folder, words, said):
    ended = asl(folder, *words)
    if said is None:
        assert ended.code == 1
        return
    assert ended.code == 2, ended.stdout
    assert said in ended.stderr
    assert ended.stderr.startswith("firstwrite: ")
    assert ended.stderr.count("\n") == 1


def test_a_mock_for_no_task_is_refused(folder):
    (folder / "other.yaml").write_text("Ship: {Return: 1}\n")
    ended = asl(folder, "run", "order.asl.json", "--mock", "other.yaml")
    assert (ended.code, "Ship is neither a Task state" in ended.stderr) == (2, True)


def test_validate_prints_every_fault_as_compilers_do(folder):
    assert asl(folder, "validate", "order.asl.json").code == 0
    ended = asl(folder, "validate", "broken.asl.json")
    assert ended.code == 1
    lines = ended.stdout.splitlines()
    assert lines[0].startswith(
        "broken.asl.json:6:7: error: MISSING_TRANSITION_TARGET /States/A/Next: "
    )
    assert lines[-1] == f"broken.asl.json: not valid, {len(lines) - 1} faults"
    found = json.loads(asl(folder, "validate", "broken.asl.json", "--json").stdout)
    assert found["result"] == "FAIL"
    assert found["diagnostics"][0]["line"] == 6
    assert len(found["diagnostics"]) == len(lines) - 1


def test_a_warning_leaves_a_definition_valid_and_a_type_may_not(folder):
    state = task(Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken")
    token = {"QueueUrl": "q", "MessageBody": {"x": "$.y", "token.$": "$$.Task.Token"}}
    (folder / "m.json").write_text(json.dumps(machine("A", A={**state, "Parameters": token})))
    ended = asl(folder, "validate", "m.json")
    assert ended.code == 0
    assert ": warning: " in ended.stdout
    assert ended.stdout.endswith("m.json: valid, 1 warning\n")
    ended = asl(folder, "validate", "m.json", "--type", "express")
    assert (ended.code, "error: " in ended.stdout) == (1, True)


def test_graph_prints_mermaid_and_writes_svg(folder):
    assert asl(folder, "graph", "order.asl.json").stdout.startswith("flowchart TD\n")
    assert asl(folder, "graph", "order.asl.json", "--output", "order.svg").code == 0
    assert ElementTree.parse(folder / "order.svg").getroot().tag.endswith("svg")  # noqa: S314
    assert asl(folder, "graph", "broken.asl.json").code == 1


def test_test_names_what_differs_and_writes_junit(folder):
    ended = asl(folder, "test", "order.asl.json", "suite.yaml", "--junit", "junit.xml")
    assert ended.code == 1
    assert "✓ ships" in ended.stdout
    assert "path: step 2 should be Ship, but was Rest (chosen by Check)" in ended.stdout
    assert ended.stdout.endswith("1 of 2 passed\n")
    suite = ElementTree.parse(folder / "junit.xml").getroot()[0]  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["ships", "is right & wrong"]
    assert "step 2" in suite[1][0].get("message")


def test_test_can_be_told_which(folder):
    ended = asl(folder, "test", "order.asl.json", "suite.yaml", "--only", "ships")
    assert (ended.code, ended.stdout.splitlines()[-1]) == (0, "1 of 1 passed")


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, None),
        ({"AWS_ENDPOINT_URL": ""}, None),
        ({"AWS_ENDPOINT_URL": "http://a"}, "http://a"),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_SFN": "http://b"}, "http://b"),
    ],
)
def test_aws_itself_is_never_meant_unless_it_is_named(environment, url):
    assert endpoint_of(environment) == url


@pytest.mark.integration
def test_without_mocks_tasks_call_what_is_deployed(folder, deployment):
    url, topic = endpoint_of(deployment.endpoint_urls), deployment.outputs["MessageTopicArn"]
    state = task(Parameters={"TopicArn": topic, "Message": "m"})
    (folder / "publish.json").write_text(json.dumps(machine("A", A=state)))
    environment = {**os.environ, **PLAIN, "AWS_ENDPOINT_URL_SFN": url}
    ended = firstwrite(folder, environment, "asl", "run", "publish.json")
    assert ended.code == 0, ended.stderr
    assert f"Tasks call what is deployed at {url}" in ended.stderr
    assert "MessageId" in ended.stdout
    refused = firstwrite(folder, environment, "asl", "run", "publish.json", "--clock", "virtual")
    assert (refused.code, "give --mock" in refused.stderr) == (2, True)
    gone = {**environment, "AWS_ENDPOINT_URL_SFN": "http://127.0.0.1:9"}
    nothing = firstwrite(folder, gone, "asl", "run", "publish.json")
    assert (nothing.code, "does not answer" in nothing.stderr) == (2, True)
