"""`firstwrite calibrate`: fits a CSV file or a run, and refuses what cannot be fitted to."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from bench.command_line.program import program
from bench.results import Results, write_results
from sim.latency import OperationModel, load_profile
from tests.bench.statistics.synthetic_samples import SIZES, Shape, synthetic_samples
from tests.sim.latency.calibration.calibration_samples import draw_calls

PUT = OperationModel(40, 140, 20, 32)
START = OperationModel(45, 150)
SET = OperationModel(0.45, 1.5, 4.6, 7.36)
HEADER = "operation,bytes,latency_ms\n"
ON_AWS = {"cache": "Valkey 8.1", "region": "eu-west-1"}
LOCAL = ON_AWS | {"S3, SQS, SNS, Secrets Manager": "LocalStack 4.13.1, host mode"}


def calibrate(*words):
    return CliRunner(env={"COLUMNS": "300"}).invoke(program, ["calibrate", *map(str, words)])


def refused_line(done):
    assert done.exit_code == 2, done.output
    (line,) = done.output.strip().splitlines()
    return line


def write_csv(folder, calls, header="ignored,operation,bytes,latency_ms"):
    rows = [
        f"x,{operation},{int(size)},{latency}"
        for operation, (latencies, sizes) in calls.items()
        for latency, size in zip(latencies, sizes, strict=True)
    ]
    path = folder / "own.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def write_run(folder, *, profile="raw", stack=ON_AWS, count=600):
    """Write a results folder whose warm, measured requests follow PUT, SET and START."""
    samples = synthetic_samples(Shape(rounds=1, requests_in_block=4))
    rows = []
    for number, (strategy, model) in enumerate((("redis-first", SET), ("s3-first", PUT))):
        sizes = [size * 3 // 4 for size in SIZES.values()]
        latency_ms, payload_bytes = draw_calls(model, count, sizes, seed=number)
        start_ms, _ = draw_calls(START, count, (0,), seed=10 + number)
        template = samples[samples["strategy"] == strategy].iloc[[-1]]
        part = pd.concat([template] * count, ignore_index=True)
        part["payload_bytes"] = payload_bytes.astype(int)
        part["profile"] = profile
        part["stage_payload_store_ms"] = latency_ms
        part["stage_start_execution_ms"] = start_ms
        part[["warm_up", "status", "error", "stage_init_ms"]] = [False, 200, "", np.nan]
        # None of these may count: a hundred seconds would be seen.
        for column, value in (
            ("warm_up", True),
            ("status", 503),
            ("stage_init_ms", 400.0),
            ("profile", "other"),
        ):
            outcast = part.iloc[:20].copy()
            outcast[column] = value
            outcast[["stage_payload_store_ms", "stage_start_execution_ms"]] = 1e5
            rows.append(outcast)
        rows.append(part)
    run = {
        "profile": profile,
        "stack": stack,
        "started_utc": "2026-03-01T23:58:00Z",
        "finished_utc": "2026-03-02T00:02:00Z",
    }
    return write_results(
        folder / "results",
        Results(
            samples=pd.concat(rows, ignore_index=True),
            calls=pd.DataFrame(),
            summary={"schema_version": 1},
            run=run,
            verification={},
        ),
        name="aws",
        started=datetime(2026, 3, 1, 23, 58, tzinfo=UTC),
        plots={},
        report_html="",
    )


def test_a_csv_file_becomes_a_profile_that_can_be_read(tmp_path):
    source = write_csv(
        tmp_path,
        {
            "s3.PutObject": draw_calls(PUT, 4_000),
            "states.StartExecution": draw_calls(START, 2_000, (0,)),
        },
    )
    own, plot = tmp_path / "own.toml", tmp_path / "fit.png"
    done = calibrate("--csv", source, "--output", own, "--plot", plot, "--region", "eu-west-1")
    assert done.exit_code == 0, done.output
    profile, typical = load_profile(str(own)), load_profile("aws-typical")
    assert profile.model("s3.PutObject").ms_per_mb == pytest.approx(20, rel=0.05)
    assert profile.model("states.StartExecution").median_ms == pytest.approx(45, rel=0.05)
    assert profile.model("s3.GetObject") == typical.model("s3.GetObject")
    origin = profile.origins["s3.PutObject", "p99_ms"]
    today = datetime.now(UTC).date().isoformat()
    assert (origin.source, origin.region) == ("own.csv, 4000 samples", "eu-west-1")
    assert (origin.confidence, origin.date) == ("calibrated", today)
    assert "s3.PutObject: 4000 samples of 0.262 to 6 MB" in profile.description
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("│ s3.PutObject")]
    cells = [cell.strip() for cell in row.split("│")[1:-1]]
    assert cells[1:3] == ["4,000", "0.262 to 6 MB"]
    assert float(cells[3]) == profile.model("s3.PutObject").median_ms
    assert cells[7:9] == ["(5e-05)", "(50)"]
    assert "s3.PutObject fits: " in done.stdout
    assert "Fitting s3.PutObject to 4,000 samples" in done.stderr
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_a_run_gives_three_operations_from_its_warm_answered_requests(tmp_path):
    own = tmp_path / "own.toml"
    done = calibrate("--run", write_run(tmp_path), "--output", own)
    assert done.exit_code == 0, done.output
    profile = load_profile(str(own))
    for operation, model in (("elasticache.SET", SET), ("s3.PutObject", PUT)):
        found = profile.model(operation)
        assert found.median_ms == pytest.approx(model.median_ms, rel=0.2)
        assert found.ms_per_mb == pytest.approx(model.ms_per_mb, rel=0.1)
    start = profile.model("states.StartExecution")
    assert start.median_ms == pytest.approx(45, rel=0.1)
    assert start.ms_per_mb == 0
    origin = profile.origins["states.StartExecution", "median_ms"]
    assert origin.source == "20260301T235800Z-aws, 1200 samples"
    assert (origin.region, origin.date) == ("eu-west-1", "2026-03-01 to 2026-03-02")
    assert "larger ones, up to 6 MB, are extrapolated" in done.stdout
    assert "elasticache.tls" in done.stdout


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"stack": LOCAL}, "was local (S3, SQS, SNS, Secrets Manager were LocalStack 4.13.1"),
        ({"profile": "aws-typical"}, "was shaped by the latency profile aws-typical"),
        ({"stack": {}}, "does not say what answered it"),
    ],
)
def test_a_run_that_was_not_against_aws_is_refused_unless_allowed(tmp_path, facts, said):
    folder, own = write_run(tmp_path, **facts), tmp_path / "own.toml"
    line = refused_line(calibrate("--run", folder, "--output", own))
    assert said in line
    assert "its latencies are not AWS's; give a run against AWS, or --allow-local" in line
    assert not own.exists()
    allowed = calibrate("--run", folder, "--output", own, "--allow-local")
    assert allowed.exit_code == 0, allowed.output
    assert f"{said}" in allowed.stderr
    source = load_profile(str(own)).origins["s3.PutObject", "median_ms"].source
    assert source == "20260301T235800Z-aws (local), 600 samples"


def test_a_folder_that_is_no_run_is_named(tmp_path):
    line = refused_line(calibrate("--run", tmp_path, "--output", tmp_path / "own.toml"))
    assert "summary.json cannot be read" in line


def test_a_run_without_the_stages_is_refused(tmp_path):
    folder = write_run(tmp_path)
    samples = pd.read_parquet(folder / "samples.parquet")
    samples[samples["strategy"] == "floor"].to_parquet(folder / "samples.parquet")
    line = refused_line(calibrate("--run", folder, "--output", tmp_path / "own.toml"))
    assert "no warm, answered request" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "own.csv line 1: the header lacks operation, bytes, latency_ms"),
        ("operation,latency_ms\n", "own.csv line 1: the header lacks bytes"),
        (HEADER, "own.csv has no row under its header"),
        (f"{HEADER}s3.PutObject,1,2\ns3.Put,1,2\n", "own.csv line 3: operation is 's3.Put'"),
        (f"{HEADER}s3.PutObject,1.5,2\n", "own.csv line 2: bytes is 1.5: write a whole number"),
        (f"{HEADER}s3.PutObject,-1,2\n", "own.csv line 2: bytes is -1"),
        (f"{HEADER}s3.PutObject,,2\n", "own.csv line 2: bytes is '', which is no number"),
        (f"{HEADER}s3.PutObject,1,fast\n", "own.csv line 2: latency_ms is 'fast'"),
        (f"{HEADER}s3.PutObject,1,nan\n", "own.csv line 2: latency_ms is 'nan'"),
        (f"{HEADER}s3.PutObject,1,0\n", "own.csv line 2: latency_ms is 0: a call takes more"),
        (f"{HEADER}s3.PutObject,1\n", "own.csv line 2: latency_ms is None"),
    ],
)
def test_a_wrong_row_is_refused_with_line_column_and_reason(tmp_path, text, said):
    (tmp_path / "own.csv").write_text(text)
    line = refused_line(calibrate("--csv", tmp_path / "own.csv", "--output", tmp_path / "own.toml"))
    assert said in line
    assert not (tmp_path / "own.toml").exists()


def test_a_csv_file_that_is_none_is_named(tmp_path):
    own = tmp_path / "own.toml"
    missing = refused_line(calibrate("--csv", tmp_path / "no.csv", "--output", own))
    assert "no.csv cannot be read (No such file or directory)" in missing
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    binary = refused_line(calibrate("--csv", tmp_path / "binary.csv", "--output", own))
    assert "binary.csv is no CSV file in UTF-8" in binary


def test_an_operation_with_too_few_samples_is_left_out(tmp_path):
    calls = {
        "s3.PutObject": draw_calls(PUT, 2_000),
        "sqs.SendMessage": draw_calls(START, 50, (0,)),
    }
    own = tmp_path / "own.toml"
    done = calibrate("--csv", write_csv(tmp_path, calls), "--output", own)
    assert done.exit_code == 0, done.output
    assert "Left out: sqs.SendMessage: 50 samples are too few for a p99." in done.stdout
    typical = load_profile("aws-typical")
    assert load_profile(str(own)).model("sqs.SendMessage") == typical.model("sqs.SendMessage")


def test_nothing_is_written_when_no_operation_has_enough(tmp_path):
    source, own = write_csv(tmp_path, {"sqs.SendMessage": draw_calls(START, 50, (0,))}), "own.toml"
    done = calibrate("--csv", source, "--output", tmp_path / own)
    assert done.exit_code == 2
    assert "sqs.SendMessage: 50 samples are too few for a p99. Give at least 100." in done.output
    assert not (tmp_path / own).exists()


def test_samples_that_no_model_describes_are_said_not_to_fit(tmp_path):
    random = np.random.default_rng(1)
    two = np.concatenate([random.uniform(10, 11, 600), random.uniform(50, 51, 600)])
    source = write_csv(tmp_path, {"sqs.SendMessage": (two, np.zeros(1_200))})
    done = calibrate("--csv", source, "--output", tmp_path / "own.toml")
    assert done.exit_code == 0, done.output
    assert "sqs.SendMessage does not fit: where the model has " in done.stdout


def test_a_profile_of_a_users_own_is_extended_from_where_it_is(tmp_path, monkeypatch):
    (tmp_path / "own").mkdir()
    (tmp_path / "base.toml").write_text('description = "b"\nextends = "aws-pessimistic"\n')
    source = write_csv(tmp_path, {"s3.PutObject": draw_calls(PUT, 2_000)})
    monkeypatch.chdir(tmp_path)
    done = calibrate("--csv", source, "--output", "own/own.toml", "--extends", "base.toml")
    assert done.exit_code == 0, done.output
    slow, own = load_profile("aws-pessimistic"), load_profile("own/own.toml")
    assert own.model("sns.Publish") == slow.model("sns.Publish")
    assert str(tmp_path) not in (tmp_path / "own" / "own.toml").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give either --run or --csv"),
        (["--csv", "a.csv", "--run", "results"], "give either --run or --csv"),
        (["--csv", "a.csv", "--output", "own.json"], "--output own.json can be no profile"),
        (["--csv", "a.csv", "--output", "raw.toml"], "--output raw.toml can be no profile"),
        (["--csv", "a.csv", "--output", "no/own.toml"], "the folder of own.toml does not exist"),
        (["--csv", "a.csv", "--plot", "no/fit.png"], "the folder of fit.png does not exist"),
        (["--csv", "a.csv", "--output", "there.toml"], "there.toml exists"),
        (["--csv", "a.csv", "--extends", "aws"], "There is no profile aws"),
    ],
)
def test_an_option_that_cannot_be_is_refused_before_anything_is_read(
    tmp_path, monkeypatch, words, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.toml").write_text("precious")
    output = [] if "--output" in words else ["--output", "own.toml"]
    assert said in refused_line(calibrate(*words, *output))
    assert (tmp_path / "there.toml").read_text() == "precious"


def test_a_written_profile_shows_its_origin(tmp_path):
    source = write_csv(tmp_path, {"s3.PutObject": draw_calls(PUT, 2_000)})
    assert calibrate("--csv", source, "--output", tmp_path / "own.toml").exit_code == 0
    shown = CliRunner(env={"COLUMNS": "300"}).invoke(
        program, ["profiles", "show", str(tmp_path / "own.toml")]
    )
    assert "calibrated: own.csv, 2000 samples" in shown.stdout
