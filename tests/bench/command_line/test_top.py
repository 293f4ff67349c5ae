"""`firstwrite top` and `logs` against a status that a small server of the test gives."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bench.command_line.program import program
from bench.command_line.top_command import table_of
from sim.stack import Deployment

NAMES = ("app-IngestFunction-01", "app-ArchiveFunction-02")
COUNTS = ("idle", "busy", "starting", "waiting", "event_queue", "errors", "throttles")


def state(invocations=7, reserved=None):
    function = dict.fromkeys((*COUNTS, "cold_starts"), 0) | {
        "invocations": invocations,
        "reserved_concurrency": reserved,
        "last_max_memory_mb": 61,
        "memory_mb": 1769,
    }
    account = {"concurrency": 3, "limit": 1000, "throttles": 0}
    return {"account": account, "functions": [{"name": name, **function} for name in NAMES]}


@pytest.fixture
def answered(monkeypatch, tmp_path):
    """Serve what the test puts into the list's first place; give the list."""
    content = [json.dumps(state(reserved=42)).encode()]

    class Status(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content[0])

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Status) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        deployment = Deployment(
            outputs={},
            api_key="",
            region="us-east-1",
            status_url=f"http://127.0.0.1:{server.server_port}/functions",
            log_folder=str(tmp_path),
        )
        for name in ("logs_command", "top_command"):
            monkeypatch.setattr(f"bench.command_line.{name}.running_deployment", lambda: deployment)
        yield content
        server.shutdown()


def run(*arguments):
    return CliRunner().invoke(program, arguments, env={"COLUMNS": "250"})


@pytest.mark.usefixtures("answered")
def test_top_shows_the_state_once():
    result = run("top", "--once")
    assert result.exit_code == 0, result.output
    for text in ("concurrency 3 of 1000", *NAMES, "42", "61 of 1769"):
        assert text in result.output


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"{}"])
def test_an_answer_that_is_no_status_is_refused_with_the_mend(answered, content):
    answered[0] = content
    result = run("top", "--once")
    assert result.exit_code == 2, result.exception
    assert "start the stack again" in " ".join(result.output.split())


def shown(now, before, interval_s):
    console = Console(width=250)
    with console.capture() as capture:
        console.print(table_of(now, before, interval_s))
    return capture.get()


def test_the_rate_is_of_the_time_that_passed():
    assert "10.0" in shown(state(27), state(7), 2.0)
    assert "-" not in shown(state(0), state(7), 2.0).replace("app-", "").replace("Function-", "")


@pytest.mark.usefixtures("answered")
def test_logs_knows_functions_that_have_not_run():
    assert run("logs", "ArchiveFunction").exit_code == 0
    unknown = run("logs", "nothing")
    assert unknown.exit_code == 2
    assert all(name in unknown.output for name in NAMES)


@pytest.mark.usefixtures("answered")
def test_logs_prints_lines_and_metrics(tmp_path):
    (tmp_path / NAMES[0]).mkdir()
    metrics = [{"Name": "Bytes", "Unit": "Bytes"}]
    directive = {"Namespace": "audit", "Dimensions": [["store"]], "Metrics": metrics}
    document = {"_aws": {"CloudWatchMetrics": [directive]}, "store": "redis", "Bytes": 12}
    path = tmp_path / NAMES[0] / "2026_11_24_[$LATEST]abcdef0.log"
    path.write_text(f"http://[fe80:a:b]/\n{json.dumps(document)}\n")
    assert f"{NAMES[0]} abcdef  http://[fe80:a:b]/" in run("logs").output
    assert run("logs", "--stream", "zzz").output == ""
    table = run("logs", "--metrics").output
    assert all(text in table for text in ("audit", "store=redis", "Bytes", "12"))
    assert run("logs", "--metrics", "-f").exit_code == 2
