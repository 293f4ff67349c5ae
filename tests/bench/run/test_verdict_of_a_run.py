"""A run on a real stack fails when what was stored is damaged behind its back, and names it."""

import io
import json
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from bench.collect.findings import MESSAGE_CHECKS
from bench.load import INGESTING
from bench.run import BenchSettings, Outcome, leave_as_is, run_benchmark
from bench.scenarios import load_scenario
from sim.stack import Deployment, Supervisor

pytestmark = pytest.mark.integration


class Silent:
    """A display that shows nothing."""

    def part(self, profile: str) -> None: ...

    def phase(self, name: str) -> None: ...

    def advance(self, done: int, total: int) -> None: ...

    def detail(self, text: str) -> None: ...


def small_settings(folder: Path) -> BenchSettings:
    return BenchSettings(
        name="test",
        scenario=load_scenario(
            "sizes",
            [
                "repetitions=1",
                "floor_requests=3",
                "load.1 MB=",
                "load.3 MB=",
                "load.256 KB.requests=4",
                "load.256 KB.warm_up=1",
                "load.256 KB.arrivals.rate_per_s=8",
                "load.largest.requests=2",
                "load.largest.warm_up=1",
                "load.largest.arrivals.rate_per_s=2",
            ],
        ),
        probes=False,
        results_root=folder / "results",
    )


def run(stack: Supervisor, folder: Path, before_verify=leave_as_is) -> Outcome:
    return run_benchmark(
        small_settings(folder),
        lambda _: nullcontext(stack),
        work_folder=folder / "work",
        stack_facts=lambda _: {},
        display=Silent(),
        before_verify=before_verify,
    )


@pytest.fixture(scope="module")
def good(stack: Supervisor, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(stack, tmp_path_factory.mktemp("run"))


def samples_of(outcome: Outcome) -> pd.DataFrame:
    return pd.read_parquet(outcome.folder / "samples.parquet")


def test_an_untouched_run_passes_every_check_for_every_message(good):
    samples = samples_of(good)
    ingesting = samples[samples["strategy"].isin(INGESTING)]
    assert (ingesting["status"] == 200).all()
    assert good.verification.findings == ()
    assert good.verification.acknowledged == len(ingesting) == 2 * (2 * (4 + 2) + 2 * 1)
    for check in MESSAGE_CHECKS:
        assert good.verification.checks[check].passed == len(ingesting)
    assert json.loads((good.folder / "verification.json").read_text())["verdict"] == "pass"


def test_the_stages_of_each_request_add_up_to_its_latency_within_5_percent_or_1_ms(good):
    samples = samples_of(good)
    ingesting = samples[samples["strategy"].isin(INGESTING)]
    stages = ingesting[[c for c in ingesting if c.startswith("stage_")]]
    assert {"stage_payload_store_ms", "stage_remainder_ms", "stage_runtime_ms"} <= set(stages)
    measured = stages.drop(columns="stage_remainder_ms").sum(axis=1)
    # What no stage accounts for is the connection and the two ends' own work.
    allowed = (0.05 * ingesting["latency_ms"]).clip(lower=1.0)
    beyond = ingesting[(ingesting["latency_ms"] - measured).abs() > allowed]
    assert len(beyond) <= 0.1 * len(ingesting), beyond[["size", "strategy", "latency_ms"]]
    total = measured + ingesting["stage_remainder_ms"]
    assert (total - ingesting["latency_ms"]).abs().max() < 0.01


def test_the_asynchronous_stages_of_every_execution_are_there_and_add_up(good):
    samples = samples_of(good)
    ingesting = samples[samples["strategy"].isin(INGESTING)]
    parts = [
        "async_start_ms",
        "async_branches_ms",
        "async_aggregate_ms",
        "async_final_publish_ms",
        "async_remainder_ms",
    ]
    assert ingesting["async_total_ms"].notna().all()
    difference = ingesting[parts].sum(axis=1) - ingesting["async_total_ms"]
    assert difference.abs().max() < 0.01


def test_the_results_hold_a_report_that_needs_no_network(good):
    html = (good.folder / "report.html").read_text()
    assert "data:image/png;base64," in html
    assert 'src="http' not in html
    for name in ("latency.png", "stages.png", "distribution.png", "hero.png"):
        assert (good.folder / "plots" / name).read_bytes().startswith(b"\x89PNG")


def test_the_floor_is_measured_in_the_same_run(good):
    samples = samples_of(good)
    for strategy in ("floor", "redis-set"):
        rows = samples[samples["strategy"] == strategy]
        assert set(rows["size"]) == {"256 KB", "largest"}
        assert (rows["status"] == 200).all()
    ratios = {(each.strategy, each.size): each for each in good.summary.floor_ratios}
    assert len(ratios) == 4


def one_of(samples: pd.DataFrame, strategy: str) -> str:
    rows = samples[(samples["strategy"] == strategy) & (samples["status"] == 200)]
    return str(rows["message_id"].iloc[-1])


def test_deleted_objects_fail_the_run_and_are_named(stack, tmp_path):
    chosen = []

    def delete(deployment: Deployment, samples: pd.DataFrame) -> None:
        chosen.extend(one_of(samples, strategy) for strategy in INGESTING)
        s3, bucket = deployment.client("s3"), deployment.outputs["ArchiveBucketName"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page["Contents"]:
                if entry["Key"].endswith(tuple(chosen)):
                    s3.delete_object(Bucket=bucket, Key=entry["Key"])

    outcome = run(stack, tmp_path, delete)
    assert outcome.verification.verdict == "fail"
    found = {(each.message_id, each.check) for each in outcome.verification.findings}
    assert found == {(each, "archived object") for each in chosen}
    assert len(found) == 2
    report = (outcome.folder / "report.html").read_text()
    assert all(each in report for each in chosen)


def test_a_false_flag_in_a_row_makes_the_command_exit_with_1_and_name_the_message(
    tmp_path, monkeypatch
):
    """On a stack of the command's own, as `make bench` has it."""
    from bench.command_line.bench_command import run_bench

    monkeypatch.chdir(tmp_path)
    chosen = []

    def unset(deployment: Deployment, samples: pd.DataFrame) -> None:
        message_id = one_of(samples, "redis-first")
        chosen.append(message_id)
        deployment.client("dynamodb").update_item(
            TableName=deployment.outputs["MetadataTableName"],
            Key={"messageID": {"S": message_id}},
            UpdateExpression="SET persistenceS3 = :no",
            ExpressionAttributeValues={":no": {"BOOL": False}},
        )

    output, errors = io.StringIO(), io.StringIO()
    code = run_bench(
        small_settings(tmp_path),
        Console(file=output, width=160),
        Console(file=errors, width=160),
        before_verify=unset,
    )
    assert code == 1
    assert chosen[0] in errors.getvalue()
    assert "persistenceS3" in errors.getvalue()
