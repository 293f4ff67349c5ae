"""`firstwrite plan`: an answer, a page, JSON, and what it refuses."""

import json
from functools import partial
from pathlib import Path

import pytest

from bench.plan import PlanOptions, make_plan, request_of, search
from sim.capacity.search import Grid, workers
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


@pytest.fixture
def few_configurations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a search end in a second: three node types, and two points of each curve."""
    grid = Grid(
        strategies=("redis-first", "s3-first"),
        node_types=("cache.t4g.medium", "cache.m7g.large", "cache.r7g.large"),
        replicas=(1,),
        shards=(1,),
        time_to_live_s=(3_600.0,),
        ingest_memory_mb=(1_769,),
    )
    monkeypatch.setattr(search, "default_grid", lambda *_: grid)
    for name in ("break_even_rates", "break_even_sizes"):
        monkeypatch.setattr(search, name, partial(getattr(search, name), points=2))


@pytest.mark.processes
@pytest.mark.usefixtures("few_configurations")
def test_a_search_on_two_dask_workers_finds_the_cheapest_that_meets_the_objective(
    tmp_path: Path,
) -> None:
    from distributed import LocalCluster

    # Workers in processes of their own: tests/sim/capacity/search/test_executors.py.
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        dashboard_address=None,
    ) as cluster:
        assert cluster.scheduler_address.startswith("tcp://")
        result = firstwrite(
            tmp_path, WIDE, *SMALL, "--slo", "p90=1s", "--slo", "loss=0", "--json",
            "--scheduler", cluster.scheduler_address,
        )  # fmt: skip
    assert result.code == 0, result.stderr
    found = json.loads(result.stdout)["search"]
    best, runner_up = found["best"], found["runner_up"]
    assert best["strategy"] == "s3-first"
    assert best["receipt_ms"]["p90"] < 1_000
    assert best["per_month"] <= runner_up["per_month"]
    assert {each["over"] for each in found["break_even"]} == {
        "messages per second",
        "body bytes",
    }
    assert "break-even rates and sizes" in result.stderr


@pytest.mark.processes
@pytest.mark.usefixtures("few_configurations")
def test_an_objective_that_no_configuration_meets_is_said_so_with_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "workers", lambda _: workers(processes=1))
    result = firstwrite(tmp_path, WIDE, *SMALL, "--slo", "p90<5ms")
    assert result.code == 1, result.stderr
    said = " ".join(result.stdout.split())
    assert "No configuration meets p90<5ms" in said
    assert "closest" in said


def test_a_deployment_that_does_not_hold_is_an_answer(tmp_path: Path) -> None:
    result = firstwrite(tmp_path, WIDE, *SMALL[:2], "20", "--sizes", "3 MB", "--duration", "5m")
    assert result.code == 0
    said = " ".join(result.stdout.split())
    assert said.startswith("Redis-first does not hold: the cache is full after")
    assert "S3-first holds." in said


def test_the_help_teaches_with_an_example(tmp_path: Path) -> None:
    result = firstwrite(tmp_path, {"COLUMNS": "120"}, "plan", "--help")
    assert result.code == 0
    assert "--parameter CacheNodeType=cache.r7g.8xlarge" in " ".join(result.stdout.split())
