"""`firstwrite report`: a folder of today's code gives its own report and figures again."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from bench.command_line.program import program
from bench.probe import blocked_conclusions, probe_from_json, profile_targets
from bench.results import ResultsReadError
from bench.run.capabilities import Capabilities
from bench.run.latency_facts import latency_facts, shaping_from
from bench.run.report_again import report_again
from sim.latency import load_profile, network_of
from sim.latency.shaping import Shaping, shaping_of
from tests.bench.probe.findings import faultless, service_probe, with_service
from tests.bench.results.whole_folder import (
    edit,
    raw_tables,
    shaped_tables,
    typical,
    write_folder,
)


def report(*words):
    return CliRunner(env={"COLUMNS": "300"}).invoke(program, ["report", *map(str, words)])


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    root = tmp_path_factory.mktemp("results")
    return {
        "raw": write_folder(root, raw_tables(), name="raw", drawn=True),
        "aws-typical": write_folder(
            root, shaped_tables(), shaping=typical(), name="shaped", drawn=True
        ),
    }


@pytest.fixture
def copy_of(originals, tmp_path):
    return lambda name: shutil.copytree(originals[name], tmp_path / name)


@pytest.mark.parametrize("profile", ["raw", "aws-typical"])
def test_a_folder_gives_its_own_report_and_plots_again(copy_of, profile):
    folder = copy_of(profile)
    files = [folder / "report.html", *sorted((folder / "plots").iterdir())]
    before = {path: path.read_bytes() for path in files}
    for path in files:
        path.write_bytes(b"old")
    done = report(folder)
    assert done.exit_code == 0, done.output
    assert "values are those of summary.json" in done.output
    assert "Warning" not in done.output
    assert {path: path.read_bytes() for path in files} == before
    assert {path.name for path in folder.iterdir()} == {
        *("report.html", "plots", "histograms", "samples.parquet", "calls.parquet"),
        *("summary.json", "run.json", "verification.json"),
    }


def test_with_an_output_file_the_folder_stays_as_it_is(copy_of, tmp_path):
    folder = copy_of("raw")
    before = (folder / "report.html").read_text()
    (folder / "report.html").unlink()
    done = report(folder, "--output", tmp_path / "new.html")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "new.html").read_text() == before
    assert not (folder / "report.html").exists()


def test_figures_that_are_not_those_of_the_summary_are_named(copy_of):
    folder = copy_of("raw")

    def change(summary):
        summary["latency"][0]["p50_ms"] += 1
        del summary["floor_ratios"]  # one that an older version did not have yet

    edit(folder / "summary.json", change)
    done = report(folder)
    assert done.exit_code == 0
    assert "1 of" in done.output
    assert "latency[0].p50_ms was" in done.output


def test_samples_that_were_changed_are_noticed(copy_of):
    folder = copy_of("raw")
    samples, _ = raw_tables()
    samples.assign(latency_ms=samples["latency_ms"] * 2).to_parquet(folder / "samples.parquet")
    assert len(report_again(folder).differences) > 50


def test_a_folder_without_calls_is_refused(copy_of):
    folder = copy_of("raw")
    (folder / "calls.parquet").unlink()
    done = report(folder)
    assert done.exit_code == 2
    assert "raw has no calls.parquet" in done.output
    assert "run `firstwrite bench` again" in done.output


@pytest.mark.parametrize("key", ["profile", "operations", "sender_network"])
def test_a_run_that_does_not_tell_its_latencies_is_refused(copy_of, key):
    folder = copy_of("raw")
    edit(folder / "run.json", lambda run: run["latency"].pop(key))
    with pytest.raises(ResultsReadError, match=f"key latency of run.json .*{key}"):
        report_again(folder)


def test_an_output_that_cannot_be_written_is_named(copy_of, tmp_path):
    done = report(copy_of("raw"), "--output", tmp_path / "absent" / "new.html")
    assert done.exit_code == 2
    assert "new.html cannot be written (No such file or directory)" in done.output


@pytest.mark.parametrize(
    "shaping",
    [
        Shaping("raw"),
        shaping_of(
            load_profile("aws-pessimistic"),
            seed=7,
            sender=network_of("home", "50mbit", "9ms"),
            cache_placement="cross-az",
        ),
    ],
    ids=["raw", "pessimistic"],
)
def test_the_shaping_of_a_run_is_read_back_from_run_json_whole(shaping):
    facts = json.loads(json.dumps(latency_facts(shaping), allow_nan=False))
    assert shaping_from({"latency": facts}) == shaping


def test_a_run_of_before_the_function_network_was_told_has_no_limit():
    facts = latency_facts(typical())
    del facts["function_network"]
    assert shaping_from({"latency": facts}).function_network is None


def test_what_the_back_ends_carried_is_read_back_from_run_json():
    probes = (faultless(), with_service(service_probe(median_ms=900.0), throughput=None))
    for probe in probes:
        blocked = blocked_conclusions(probe, profile_targets(load_profile("aws-typical")))
        content = json.loads(json.dumps(Capabilities(probe, blocked).to_json()))
        assert probe_from_json(content) == (probe, blocked)
    assert blocked


def test_the_report_again_shows_what_the_back_ends_carried(copy_of):
    folder = copy_of("raw")
    content = Capabilities(faultless(), ()).to_json()
    edit(folder / "run.json", lambda run: run.update(capabilities=content))
    assert "Size limits of what answers here" in report_again(folder).html
