"""`firstwrite compare`: what it prints, and with which code it ends."""

import json

import pytest
from typer.testing import CliRunner

from bench.command_line.program import program
from tests.bench.compare.runs import times
from tests.bench.results.whole_folder import (
    FAILED,
    edit,
    raw_tables,
    shaped_tables,
    typical,
    write_folder,
)
from tests.bench.statistics.synthetic_samples import Shape


def compare(*words):
    return CliRunner(env={"COLUMNS": "200"}).invoke(program, ["compare", *map(str, words)])


def one_size(seed, factor=1.0):
    samples, calls = raw_tables(Shape(rounds=10, sizes=("256 KB",), seed=seed, failed_share=0.0))
    return times(samples, factor), calls


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("results")
    runs = {
        "base": one_size(1),
        "again": one_size(2),
        "slower": one_size(2, 1.2),
        "little": one_size(2, 1.05),
    }
    found = {name: write_folder(root, tables, name=name) for name, tables in runs.items()}
    found["lost"] = write_folder(root, one_size(1), name="lost", verification=FAILED)
    shaped, calls = shaped_tables(requests=13)
    found["shaped"] = write_folder(root, (shaped, calls), shaping=typical(), name="shaped")
    return found


def test_a_run_against_itself_passes_and_nothing_is_resolvable(folders):
    words = (folders["shaped"], folders["shaped"], "--max-regression", "p50=0%")
    done = compare(*words, "--json")
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)
    assert {each["verdict"] for each in content["changes"]} == {"not resolvable"}
    assert {each["ratio"] for each in content["changes"]} == {1.0, None}
    assert content["conditions"] == []
    assert "No difference between the two runs is resolvable" in compare(*words).output


def test_a_planted_regression_of_20_percent_is_found_and_fails(folders):
    done = compare(folders["base"], folders["slower"], "--max-regression", "p50=5%")
    assert done.exit_code == 1, done.output
    assert "FAIL: slower than allowed" in done.output
    assert "slower" in done.output


def test_a_planted_regression_of_5_percent_passes_a_gate_of_10(folders):
    done = compare(folders["base"], folders["little"], "--max-regression", "p50=10%")
    assert done.exit_code == 0, done.output


def test_two_runs_of_the_same_pass(folders):
    done = compare(folders["base"], folders["again"], "--max-regression", "p50=5%")
    assert done.exit_code == 0, done.output


def test_without_a_gate_slower_is_told_and_fails_nothing(folders):
    done = compare(folders["base"], folders["slower"])
    assert done.exit_code == 0
    assert "The candidate is slower in" in done.output
    assert "PASS: no gate was given." in done.output


def test_a_gate_elsewhere_fails_nothing(folders):
    words = (folders["base"], folders["slower"], "--max-regression")
    assert compare(*words, "redis-first:256 KB:p50=5%").exit_code == 1
    assert compare(*words, "floor:256 KB:p50=40%").exit_code == 0
    assert compare(*words, "p50=40%", "--max-regression", "s3-first:p50=5%").exit_code == 1


def test_a_candidate_that_lost_a_message_fails_without_any_gate(folders):
    done = compare(folders["base"], folders["lost"])
    assert done.exit_code == 1
    assert "FAIL: the candidate lost or damaged messages" in done.output
    assert compare(folders["lost"], folders["base"]).exit_code == 0


def test_other_conditions_are_listed(folders, tmp_path):
    tables = one_size(1)
    machine = {"cpu_model": "Slow 1000"}
    other = write_folder(
        tmp_path, tables, name="other", seed=2, machine=machine, template_sha256="ff" * 32
    )
    edit(
        other / "run.json",
        lambda run: run["plan"]["raw"]["sizes"]["256 KB"].update(rate_per_s=9.5),
    )
    done = compare(folders["base"], other)
    for said in ("Slow 1000", "template_sha256", "plan.raw.sizes.256 KB.rate_per_s", "seed"):
        assert said in done.output


@pytest.mark.parametrize("option", ["--json", "--markdown"])
def test_other_forms_go_to_the_output_alone(folders, option):
    done = compare(folders["base"], folders["slower"], option, "--max-regression", "p50=5%")
    assert done.exit_code == 1
    assert done.stdout.startswith({"--json": "{", "--markdown": "### firstwrite"}[option])
    assert "…" not in done.stdout


def test_the_page_is_written(folders, tmp_path):
    done = compare(folders["base"], folders["slower"], "--html", tmp_path / "page.html")
    assert done.exit_code == 0
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")


def refused(*words):
    done = compare(*words)
    assert done.exit_code == 2, done.output
    return done.stderr


def test_what_can_be_mended_ends_with_2(folders, tmp_path):
    base = folders["base"]
    assert "nowhere/summary.json cannot be read" in refused(base, tmp_path / "nowhere")
    assert "'p98' is unknown" in refused(base, base, "--max-regression", "p98=1%")
    assert "applies to nothing" in refused(base, base, "--max-regression", ":9 MB:p50=1%")
    assert "either --json or --markdown" in refused(base, base, "--json", "--markdown")
    nowhere = tmp_path / "no" / "page.html"
    assert "page.html cannot be written" in refused(base, base, "--html", nowhere)


def test_another_schema_ends_with_2(folders, tmp_path):
    later = write_folder(tmp_path, one_size(1))
    edit(later / "summary.json", lambda summary: summary.update(schema_version=99))
    assert "schema_version of" in refused(folders["base"], later)


def test_runs_with_nothing_in_common_end_with_2(folders, tmp_path):
    samples, calls = raw_tables(Shape(rounds=2, sizes=("3 MB",)))
    other = write_folder(tmp_path, (samples, calls))
    assert "nothing in common (raw; 256 KB against raw; 3 MB)" in refused(folders["base"], other)


def test_a_folder_without_calls_ends_with_2(folders, tmp_path):
    old = write_folder(tmp_path, one_size(1))
    (old / "calls.parquet").unlink()
    assert "has no calls.parquet" in refused(folders["base"], old)
