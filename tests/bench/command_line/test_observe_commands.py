"""`firstwrite logs` and `top` beside a running stack."""

import json

import pytest
import urllib3
from typer.testing import CliRunner

from bench.command_line.program import program
from bench.command_line.up_command import curl_line


@pytest.mark.parametrize("command", [["logs"], ["top", "--once"]])
def test_without_a_stack_the_mend_is_named(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(program, command)
    assert result.exit_code == 2
    assert "firstwrite up" in result.output + result.stderr


@pytest.mark.integration
def test_logs_and_top_show_an_invocation(deployment, monkeypatch):
    for name in ("logs_command", "top_command"):
        monkeypatch.setattr(f"bench.command_line.{name}.running_deployment", lambda: deployment)
    body = curl_line(deployment).split("-d '")[1].split("'")[0]
    answer = urllib3.request(
        "POST",
        deployment.outputs["RedisFirstUrl"],
        body=body,
        headers={"x-api-key": deployment.api_key},
    )
    assert json.loads(answer.data)["messageID"]
    logs = CliRunner().invoke(program, ["logs", "IngestFunction"])
    assert logs.exit_code == 0, logs.output
    assert "START RequestId: " in logs.output
    assert "REPORT RequestId: " in logs.output
    unknown = CliRunner().invoke(program, ["logs", "nothing-like-it"])
    assert unknown.exit_code == 2
    top = CliRunner().invoke(program, ["top", "--once"], env={"COLUMNS": "250"})
    assert top.exit_code == 0, top.output
    assert "concurrency" in top.output
