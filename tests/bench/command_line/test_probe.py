"""`firstwrite probe`: what it prints, and its exit code."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from bench.command_line.program import program
from bench.probe import SizeLimits, SizeTrial
from sim.stack import Deployment
from tests.bench.probe.findings import faultless

SESSION = "bench.command_line.stack_session"
COMMAND = "bench.command_line.probe_command"


def run(*words):
    return CliRunner(env={"COLUMNS": "200"}).invoke(program, ["probe", *words])


@pytest.fixture
def beside(monkeypatch):
    """Let the command find a deployment, or none."""

    def beside(deployment):
        monkeypatch.setattr(f"{SESSION}.running_deployment", lambda: deployment)

    return beside


LOCAL = Deployment(
    outputs={},
    api_key="",
    region="us-east-1",
    endpoint_urls={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
    redis_url="redis://127.0.0.1:9/0",
)


@pytest.fixture
def found(monkeypatch, beside):
    """Let the probe come out as the test says."""
    beside(LOCAL)

    def found(result):
        monkeypatch.setattr(f"{COMMAND}.probe", lambda *_: result)

    return found


def taking_less():
    """A probe in which S3 refuses 6 MB."""
    whole = faultless()
    refused = SizeTrial(6_291_456, aws_takes=True, taken=False, answer="[red]1 MB[/red]")
    s3 = replace(whole.services[0], limits=SizeLimits((refused,), 1_048_576))
    return replace(whole, services=(s3, *whole.services[1:]))


def test_a_back_end_as_awss_ends_with_0(found):
    found(faultless())
    done = run()
    assert done.exit_code == 0, done.output
    assert "Nothing keeps a run here from its conclusions (profile aws-typical)" in done.output
    for text in ("What is taken", "How long one call takes", "How many calls get through", "6 MB"):
        assert text in done.output


def test_a_back_end_that_takes_less_ends_with_1_and_says_what_that_blocks(found):
    found(taking_less())
    done = run()
    assert done.exit_code == 1, done.output
    assert "takes less than AWS: 1,048,576" in done.output
    assert "- Sizes above 1 MB (1,048,576 bytes) cannot be compared: S3" in done.output
    # What a server says is no markup.
    assert "[red]1 MB[/red]" in done.output


def test_json_is_the_result_and_nothing_else(found):
    found(taking_less())
    done = run("--json")
    assert done.exit_code == 1
    written = json.loads(done.stdout)
    assert written["services"] == taking_less().to_json()["services"]
    (blocked,) = written["blocked_conclusions"]
    assert (blocked["topic"], blocked["operation"]) == ("size", "s3.PutObject")


def test_a_stack_that_does_not_answer_ends_with_2_and_the_mend(beside):
    beside(LOCAL)
    done = run()
    assert done.exit_code == 2
    assert "S3 cannot be probed (EndpointConnectionError)" in done.output
    assert "see that it runs" in done.output


def test_without_a_running_stack_one_is_started_and_stopped(beside, found, monkeypatch):
    found(faultless())
    beside(None)
    told = []

    class Stack:
        deployment = LOCAL

    @contextmanager
    def own_stack(report):
        told.append("started")
        report("Starting")
        yield Stack()
        told.append("stopped")

    monkeypatch.setattr(f"{SESSION}.own_stack", own_stack)
    done = run()
    assert done.exit_code == 0, done.output
    assert told == ["started", "stopped"]
    assert "Stopping the stack" in done.output


@pytest.mark.integration
def test_the_stack_of_up_is_probed(deployment, beside):
    beside(deployment)
    done = run("--json")
    written = json.loads(done.stdout)
    services = written["services"]
    assert list(services) == ["S3", "Redis", "SQS", "SNS", "DynamoDB"]
    # Records go into S3 and Redis; an emulator's smaller items hold up none of them.
    less = [name for name in ("S3", "Redis") if services[name]["takes_less_than_aws"]]
    assert done.exit_code == (1 if less else 0), done.output
    # The size that decides between the strategies is taken by both stores.
    for store in ("S3", "Redis"):
        assert services[store]["sizes"][0] == {
            "size_bytes": 6_291_456,
            "aws_takes": True,
            "taken": True,
            "answer": "",
        }
    assert 0 < services["S3"]["latency"][2]["body_sha256_ms"] < 1000
