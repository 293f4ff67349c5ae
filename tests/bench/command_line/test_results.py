"""`firstwrite results`: lists, shows and exports folders of today's code."""

import csv
import io
import json
import shutil
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from typer.testing import CliRunner

from bench.command_line.program import program
from bench.probe import blocked_conclusions, profile_targets
from bench.report.number_format import milliseconds
from bench.run.capabilities import Capabilities
from sim.latency import load_profile
from tests.bench.probe.findings import service_probe, with_service
from tests.bench.results.whole_folder import (
    FAILED,
    edit,
    raw_tables,
    shaped_tables,
    typical,
    write_folder,
)

REFERENCE = Path(__file__).parents[3] / "results" / "reference"


def results(*words, columns=220):
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(program, ["results", *map(str, words)])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("run") / "results"
    write_folder(root, raw_tables(), name="early", verification=FAILED)
    write_folder(root, shaped_tables(), shaping=typical(), name="late", later=timedelta(days=1))
    return root


def folder(root, name):
    (found,) = root.glob(f"*-{name}")
    return found


def test_the_list_has_a_line_a_run_oldest_first_with_its_numbers(root):
    done = results("list", "--results", root)
    assert done.exit_code == 0, done.output
    early, late = [line for line in done.output.splitlines() if "2026030" in line]
    assert all(word in early for word in ("2026-03-01 12:00", "early", " raw ", "fail", "3 MB"))
    assert all(word in late for word in ("2026-03-02 12:00", "late", "aws-typical", "pass"))
    summary = json.loads((folder(root, "late") / "summary.json").read_text())
    for key in ("redis_first_p50_ms", "s3_first_p50_ms"):
        assert milliseconds(summary["differences"][-1][key]) in late


def test_a_folder_that_cannot_be_read_hides_no_other(tmp_path):
    (tmp_path / "a-broken").mkdir()
    (tmp_path / "a-broken" / "summary.json").write_text('{"schema_version": 99}')
    write_folder(tmp_path, raw_tables(), name="whole")
    done = results("list", "--results", tmp_path)
    assert done.exit_code == 0
    assert "a-broken" in done.output
    assert "whole" in done.output


def test_a_root_that_is_none_is_named_and_an_empty_one_says_so(tmp_path):
    done = results("list", "--results", tmp_path / "absent")
    assert done.exit_code == 2
    assert "absent is no folder: run `firstwrite bench` first" in done.output
    assert "holds no results" in results("list", "--results", tmp_path).output


def test_a_run_of_before_calls_were_kept_is_shown_too(tmp_path):
    place = tmp_path / "old"
    shutil.copytree(REFERENCE, place)
    (place / "calls.parquet").unlink()
    summary = json.loads((place / "summary.json").read_text())
    for key in ("raw", "calls", "other_worlds", "tail_differences", "effect_sizes", "byte_costs"):
        del summary[key]
    for key in ("self_differences", "crossovers", "transmissions", "warm_ups", "blocks"):
        del summary[key]
    for latency in summary["latency"]:
        for name in ("p90", "p95", "p99"):
            del latency[f"{name}_interval_ms"]
    for difference in summary["differences"]:
        for key in ("verdict", "noise_floor_ms", "smallest_detectable_ms"):
            del difference[key]
    (place / "summary.json").write_text(json.dumps(summary))
    done = results("show", place)
    assert done.exit_code == 0, done.output
    assert "PASS" in done.output
    assert "Under the aws-typical profile" in done.output


@pytest.mark.parametrize("by_name", [True, False])
def test_show_prints_the_table_the_verdict_and_the_answer(root, by_name):
    place = folder(root, "early")
    done = results("show", place.name if by_name else place, "--results", root)
    assert done.exit_code == 0, done.output
    for words in ("Wait for the receipt, ms", "FAIL", "Under the raw profile", f"{place}/report"):
        assert words in done.output


def test_show_names_what_the_back_ends_keep_it_from(tmp_path):
    place = write_folder(tmp_path, raw_tables())
    probe = with_service(service_probe(median_ms=900.0))
    blocked = blocked_conclusions(probe, profile_targets(load_profile("aws-typical")))
    content = Capabilities(probe, blocked).to_json()
    edit(place / "run.json", lambda run: run.update(capabilities=content))
    assert "This run gives no answer" in results("show", place).output
    assert "This run gives no answer" in results("export", place, "--format", "markdown").output


def test_show_and_markdown_say_that_a_run_is_invalid(tmp_path):
    place = write_folder(tmp_path, raw_tables())
    marked = {"marked_blocks": {"3": "the loop stalled"}}
    edit(place / "run.json", lambda run: run["plan"]["raw"].update(load_generator=marked))
    for words in (("show", place), ("export", place, "--format", "markdown")):
        assert "This run is invalid: in 1 block under raw" in results(*words).output


def test_an_unknown_folder_is_named():
    for words in (("show", "x"), ("export", "x", "--format", "json")):
        done = results(*words)
        assert done.exit_code == 2
        assert "x/summary.json cannot be read (No such file or directory)" in done.output


@pytest.mark.parametrize("table", ["samples", "calls"])
def test_tables_are_exported_whole(root, tmp_path, table):
    place = folder(root, "late")
    truth = pd.read_parquet(place / f"{table}.parquet")
    path = tmp_path / "table.parquet"
    words = ("export", place, "--table", table)
    assert results(*words, "--format", "parquet", "--output", path).exit_code == 0
    pd.testing.assert_frame_equal(pd.read_parquet(path), truth)
    done = results(*words, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.output)))
    assert len(rows) == len(truth)
    assert list(rows[0]) == list(truth.columns)
    column = {"samples": "latency_ms", "calls": "total_ms"}[table]
    assert [float(row[column]) for row in rows] == pytest.approx(truth[column].to_list())


def test_json_holds_the_three_files(root):
    place = folder(root, "late")
    content = json.loads(results("export", place, "--format", "json").output)
    for name in ("summary", "run", "verification"):
        assert content[name] == json.loads((place / f"{name}.json").read_text())


def test_markdown_has_the_answer_the_table_and_the_conditions(root):
    text = results("export", folder(root, "late"), "--format", "markdown").output
    for words in (
        "**PASS** Verified",
        "Under the aws-typical profile",
        "| largest (6.0 MB) |",
        "profile aws-typical**",
        "| load, aws-typical, largest | body bytes 6291000, rate per s 4.0 |",
        "| cache | Valkey 8.1.1 |",
    ):
        assert words in text
    assert "0b6d-lost" in results("export", folder(root, "early"), "--format", "markdown").output


def test_junit_holds_the_checks_and_with_a_baseline_the_gates(root, tmp_path):
    place, path = folder(root, "late"), tmp_path / "junit.xml"
    gates = ("--baseline", place.name, "--max-regression", "p50=10%", "--results", root)
    done = results("export", place, "--format", "junit", "--output", path, *gates)
    assert done.exit_code == 0, done.output
    cases = ElementTree.parse(path).iter("testcase")  # noqa: S314 - our own text
    names = [each.get("classname") for each in cases]
    assert names.count("firstwrite.verification") == 2
    # Both strategies at both sizes in both parts.
    assert names.count("firstwrite.gates") == 8


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "parquet"), "name a file with --output"),
        (("--format", "junit", "--max-regression", "p50=1%"), "give --baseline"),
        (("--format", "junit", "--baseline", "x"), "give --max-regression"),
        (("--format", "csv", "--baseline", "x", "--max-regression", "p50=1%"), "has no gates"),
        (("--format", "json", "--output", "no/such"), "such cannot be written"),
    ],
)
def test_options_that_do_not_go_together_are_refused(root, words, said):
    done = results("export", folder(root, "early"), *words)
    assert done.exit_code == 2
    assert said in done.output
