"""`firstwrite plan`: an answer, a page, JSON, and what it refuses."""

import json
from pathlib import Path

import pytest

from bench.plan import PlanOptions, make_plan, request_of
from tests.bench.command_line.in_process import firstwrite

SMALL = ("plan", "--rate", "1", "--sizes", "256 KB", "--duration", "5m")
WIDE = {"COLUMNS": "100"}


def test_the_answer_comes_first_and_what_it_leaves_out_last(tmp_path: Path) -> None:
    result = firstwrite(tmp_path, WIDE, *SMALL)
    assert result.code == 0
    assert result.stdout.startswith("Redis-first holds.")
    assert "What the model leaves out:" in result.stdout
    assert "compiling the simulator (once" in result.stderr
    assert not list(tmp_path.iterdir())


def test_json_alone_goes_to_the_output_and_the_page_to_its_file(tmp_path: Path) -> None:
    result = firstwrite(tmp_path, WIDE, *SMALL, "--json", "--html", "plan.html")
    assert result.code == 0
    document = json.loads(result.stdout)
    assert document["load"]["most_frequent_body_bytes"] == 262_144
    assert document["curve"]["points"]
    assert [path.name for path in tmp_path.iterdir()] == ["plan.html"]
    assert "Redis-first holds." in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_json_is_the_same_as_the_planners(tmp_path: Path) -> None:
    result = firstwrite(tmp_path, WIDE, *SMALL, "--json", "--seed", "3")
    options = PlanOptions(rate_per_s=1, sizes="256 KB", duration="5m", seed=3)

    class Silent:
        def phase(self, name: str) -> None: ...
        def advance(self, done: int, total: int) -> None: ...

    plan = make_plan(request_of(options), Silent())
    p99 = json.loads(result.stdout)["variants"][1]["receipt_ms"].get("p99")
    assert p99 == plan.of("s3-first").answer.latencies.blocking_ms.get("p99")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing-like-it"], "no workload nothing-like-it"),
        (["--rate", "-1"], "--rate -1 is no load"),
        (["--html", "no-such-folder/plan.html"], "in a folder that is there"),
        (["--template", "none.yaml"], "none.yaml cannot be read"),
        (["--prices", "none.toml"], "none.toml cannot be read"),
        (["--scheduler", "tcp://localhost:1"], "give --slo"),
        (["--slo", "p99.99<1s", *SMALL[1:]], "needs 100,000 messages to be judged"),
    ],
)
def test_bad_options_are_named(tmp_path: Path, arguments: list[str], message: str) -> None:
    result = firstwrite(tmp_path, WIDE, "plan", *arguments)
    assert result.code == 2
    assert message in " ".join(result.stderr.split())
    assert not result.stdout


def test_the_help_teaches_with_an_example(tmp_path: Path) -> None:
    result = firstwrite(tmp_path, {"COLUMNS": "120"}, "plan", "--help")
    assert result.code == 0
    assert "--parameter CacheNodeType=cache.r7g.8xlarge" in " ".join(result.stdout.split())
